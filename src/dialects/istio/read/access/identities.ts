import type { MeshConfig } from '../mesh-config';
import { namespaceInId, principalText } from './texts';
import { allOf, anyOf, type Condition, type Doubt, noneOf } from '../../../../meaning/condition';
import { exactly, regex, type Text } from '../../../../meaning/text';
import { escapeRegex } from '../../../../model/regex';

/** The trust domain that stands for that of the mesh, whatever it is: in policies, and of clients that are asked about. */
export const OWN = 'cluster.local';

/** Who has the certificate of an id, as sidecars read it: to them, the trust domains of the mesh stand for each other. */
export function principalCondition(value: string, config: MeshConfig, doubt: Doubt): Condition {
  return anyOf(...withAliases(value, config.trustDomains ?? [OWN]).map(one => idCondition(one, config, doubt)));
}

/** The same as ztunnel reads it, which compares the ids as they are. */
export function idCondition(value: string, config: MeshConfig, doubt: Doubt): Condition {
  return asOfMesh(idText(value), { inMesh: domain => idInMesh(value, domain), some: value.replace(/^\*/, '').split(/[/*]/)[0] }, config, doubt);
}

/** Clients of a namespace, of whichever trust domain. */
export function namespaceCondition(value: string): Condition {
  return value.includes('*') ? { type: 'spiffeId', is: namespaceInId(value) } : { type: 'certificate', namespace: exactly(value) };
}

/** Of a ServiceAccount of the namespace of the policy, or of the namespace that stands before the slash. */
export function serviceAccountCondition(value: string, namespace: string): Condition {
  const [name, where = namespace] = value.split('/').reverse();
  return { type: 'certificate', namespace: exactly(where), serviceAccount: exactly(name) };
}

/** One of the trust domains of the mesh stands for all of them, and no other does (istio/istio `trustdomain/bundle.go`). */
export function trustDomainCondition(value: string, config: MeshConfig, doubt: Doubt): Condition {
  const { trustDomains = [] } = config;
  return anyOf(...(trustDomains.includes(value) ? trustDomains : [value]).map(one => {
    const said: Condition = one.includes('*') ? { type: 'spiffeId', is: domainText(one) } : { type: 'certificate', trustDomain: exactly(one) };
    return asOfMesh(said, { inMesh: domain => isDomain(one, domain) ? `${OWN}/*` : undefined, some: one.replace('*', '') }, config, doubt);
  }));
}

/** What is said of the clients of a mesh, by its trust domain: an id, with a star as in policies. */
interface OfMesh {
  readonly inMesh: (trustDomain: string) => string | undefined;
  /** A trust domain of which it may be said. */
  readonly some: string;
}

/** What is said of clients, if those of the mesh have its trust domain, and not the one that stands for it. */
function asOfMesh(said: Condition, { inMesh, some }: OfMesh, { trustDomains }: MeshConfig, doubt: Doubt): Condition {
  const here = inMesh(OWN);
  if (trustDomains === undefined) {
    const perhaps = here ?? inMesh(some);
    return perhaps === here ? said : anyOf(said, allOf(...idTexts(perhaps), { ...doubt, why: 'the trust domain of the mesh is not known' }));
  }
  const there = inMesh(trustDomains[0]);
  return there === here ? said : anyOf(...idTexts(there), here === undefined ? said : allOf(said, noneOf(idText(here))));
}

function idTexts(value: string | undefined): Condition[] {
  return value === undefined ? [] : [idText(value)];
}

function idText(value: string): Condition {
  return { type: 'spiffeId', is: principalText(value) };
}

/** What an id says of the clients of a mesh with some trust domain. */
function idInMesh(value: string, trustDomain: string): string | undefined {
  const [domain, ...rest] = value.split('/');
  const [before, after] = [value.startsWith('*'), value.endsWith('*')];
  // Behind the trust domain stand four more parts.
  if (before && rest.length < 4) return value;
  if (rest.length === 0) return after && isDomain(domain, trustDomain) ? `${OWN}/*` : undefined;
  return (before ? isDomain(domain, trustDomain) : domain === trustDomain) ? [OWN, ...rest].join('/') : undefined;
}

/** A star at one end stands for a part of the domain. */
function isDomain(value: string, domain: string): boolean {
  return value.startsWith('*') ? domain.endsWith(value.slice(1)) : value.endsWith('*') ? domain.startsWith(value.slice(0, -1)) : value === domain;
}

/** The ids in whose place one with a trust domain of the mesh stands (istio/istio `pilot/pkg/security/trustdomain/bundle.go`). */
function withAliases(value: string, trustDomains: readonly string[]): readonly string[] {
  const [domain, ...rest] = value.split('/');
  if (rest.length !== 4 || domain === '*' || !(domain === OWN || trustDomains.some(one => isDomain(domain, one)))) return [value];
  return [...new Set(trustDomains.map(one => domain.startsWith('*') && one.endsWith(domain.slice(1)) ? value : [one, ...rest].join('/')))];
}

/** A star alone stands for any certificate. */
function domainText(value: string): Text {
  return value === '*' ? regex('spiffe://.*') : regex(`spiffe://${value.split('*').map(escapeRegex).join('[^/]*')}/.*`);
}
