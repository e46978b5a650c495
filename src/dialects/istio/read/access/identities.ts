import type { MeshConfig } from '../mesh-config';
import { namespaceInId, principalText } from './texts';
import { allOf, anyOf, type Condition, type Doubt } from '../../../../meaning/condition';
import { exactly, regex, type Text } from '../../../../meaning/text';
import { escapeRegex } from '../../../../model/regex';

/** The trust domain that stands for that of the mesh, whatever it is. */
const OWN = 'cluster.local';

/** Who has the certificate of an id, as sidecars read it. */
export function principalCondition(value: string, { trustDomains }: MeshConfig, doubt: Doubt): Condition {
  const parts = value.split('/');
  const [domain, ...rest] = parts;
  const written: Condition = { type: 'spiffeId', is: principalText(value) };
  if (parts.length !== 5 || domain.includes('*')) return written;
  // Those of the mesh stand for each other (istio/istio `pilot/pkg/security/trustdomain/bundle.go`).
  const own = [OWN, ...trustDomains ?? []];
  if (own.includes(domain)) return anyOf(...own.map((one): Condition => ({ type: 'spiffeId', is: principalText([one, ...rest].join('/')) })));
  return trustDomains === undefined
    ? anyOf(written, allOf({ type: 'spiffeId', is: principalText([OWN, ...rest].join('/')) }, { ...doubt, why: 'the trust domain of the mesh is not known' }))
    : written;
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

export function trustDomainCondition(value: string, { trustDomains }: MeshConfig, doubt: Doubt): Condition {
  const own = [OWN, ...trustDomains ?? []];
  if (value.includes('*')) return { type: 'spiffeId', is: domainText(value) };
  const of = (domain: string): Condition => ({ type: 'certificate', trustDomain: exactly(domain) });
  if (trustDomains === undefined && value !== OWN) return anyOf(of(value), allOf(of(OWN), { ...doubt, why: 'the trust domain of the mesh is not known' }));
  return own.includes(value) ? anyOf(...own.map(of)) : of(value);
}

/** A star stands for a part of the domain; alone, for any certificate. */
function domainText(value: string): Text {
  return value === '*' ? regex('spiffe://.*') : regex(`spiffe://${value.split('*').map(escapeRegex).join('[^/]*')}/.*`);
}
