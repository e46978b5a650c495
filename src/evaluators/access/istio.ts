import { contains } from '../address';
import { tokenSays, withProvenToken } from './istio-tokens';
import { isTrusted, withAliases } from './istio-trust';
import type { Request } from './request';
import { isHttp, spiffeIdOf } from './request';
import { known, Unknown } from '../unknown';

/**
 * Whether Istio's sidecar lets a request in. A client without a certificate is turned away where mutual TLS is strict;
 * then a provider is asked where CUSTOM policies match; then the policies that select the pod decide: DENY first, then ALLOW, if there is any.
 * Policies on dry run do not count.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export function allowedByIstio(manifests: readonly any[], request: Request, authorizes: Authorizer = unknownProvider): boolean {
  if (request.client.kind === 'kubelet') {
    // The injector rewrites probes of the kubelet to a port of the agent, which asks the workload from inside the pod.
    return true;
  }
  const selecting = withAliases(manifests).filter(manifest => selects(manifest, request));
  return agreed(mutualTlsModes(selecting, request.port).map(mode =>
    (mode === 'DISABLE' || isTrusted(manifests, request.client)) && isAllowed(selecting, request, mode, authorizes)));
}

function isAllowed(selecting: readonly any[], request: Request, mode: string, authorizes: Authorizer): boolean {
  if (!request.client.meshed && mode === 'STRICT') {
    return false;
  }
  return isLetThrough(selecting, request, mode, authorizes);
}

/** What policies say of a request, of the proxy that they hold for. */
export function isLetThrough(
  selecting: readonly any[], request: Request, mode?: string, authorizes: Authorizer = unknownProvider,
): boolean {
  const proven = withProvenToken(selecting, request);
  if (proven === 'rejected') {
    return false;
  }
  // In plain text, nobody has a certificate.
  const seen = mode === 'DISABLE' ? { ...proven, client: { ...proven.client, meshed: false } } : proven;
  // On dry run, a provider is asked all the same (istio/istio `pilot/pkg/security/authz/builder/builder.go`).
  const policies = selecting.filter(({ kind, metadata, spec }) => kind === 'AuthorizationPolicy'
    && (spec.action === 'CUSTOM' || !isDryRun(metadata.annotations?.['istio.io/dry-run'])));
  const matching = (action: string) => policies.filter(({ spec }) => (spec.action ?? 'ALLOW') === action);
  const matches = (one: Request) => ({ spec, metadata }: any) => (spec.rules ?? []).flatMap((rule: any) => readable(rule, one, spec.action))
    .some((rule: any) => ruleMatches(rule, one, metadata.namespace));
  const passes = !matching('DENY').some(matches(seen)) && (matching('ALLOW').length === 0 || matching('ALLOW').some(matches(seen)));
  // A provider is asked before tokens are proven and taken out, so that conditions on what they say see none. Where no HTTP is spoken, it may
  // be asked, or be passed by (istio/istio `pilot/pkg/networking/core/listener_builder.go`, `authzCustomBuilder`).
  return passes && matching('CUSTOM').filter(matches({ ...request, client: seen.client, tokens: [] })).every(({ spec }) => authorizes(spec.provider?.name, request));
}

/** As Go reads a truth. */
function isDryRun(annotation: string | undefined): boolean {
  return annotation !== undefined && /^(1|t|T|true|TRUE|True)$/.test(annotation);
}

/** Whether a provider lets a request pass, about which it is asked. */
export type Authorizer = (provider: string, request: Request) => boolean;

function unknownProvider(): boolean {
  throw new Unknown('a provider decides');
}

/** Objects there hold for the whole mesh. */
export const ROOT_NAMESPACE = 'istio-system';

/** By its labels, as sidecars and ztunnel read it: what names its targets is for waypoints and gateways. */
export function selects({ metadata, spec = {} }: any, { pod }: Request): boolean {
  return [pod.namespace, ROOT_NAMESPACE].includes(metadata.namespace) && spec.targetRefs === undefined && spec.targetRef === undefined
    && Object.entries(spec.selector?.matchLabels ?? {}).every(([key, value]) => pod.labels[key] === value);
}

/**
 * The policy with a selector comes before that of the namespace, and this before that of the mesh; what one does not say, or leaves `UNSET`,
 * the next one says. Without any, both plain text and mutual TLS are taken. With a selector, one of the root namespace is for nobody. Of several
 * of the same kind, the oldest counts, which may be any of them.
 */
export function mutualTlsModes(selecting: readonly any[], port: number): string[] {
  const policies = selecting.filter(({ kind }) => kind === 'PeerAuthentication');
  const isOfPods = ({ spec = {} }: any) => Object.keys(spec.selector?.matchLabels ?? {}).length > 0;
  const isOfRoot = ({ metadata }: any) => metadata.namespace === ROOT_NAMESPACE;
  const said = (mtls: any) => mtls?.mode === 'UNSET' ? undefined : mtls?.mode;
  const levels = [
    policies.filter(one => isOfPods(one) && !isOfRoot(one)).map(({ spec }) => said(spec.portLevelMtls?.[port]) ?? said(spec.mtls)),
    policies.filter(one => !isOfPods(one) && !isOfRoot(one)).map(({ spec = {} }) => said(spec.mtls)),
    policies.filter(one => !isOfPods(one) && isOfRoot(one)).map(({ spec = {} }) => said(spec.mtls)),
  ];
  const above = (others: readonly (readonly (string | undefined)[])[]): string[] => {
    const [level, ...rest] = others;
    if (level === undefined) return ['PERMISSIVE'];
    return level.length === 0 ? above(rest) : level.flatMap(mode => mode ?? above(rest));
  };
  return [...new Set(above(levels))];
}

/** What is true of each of several possible worlds. */
export function agreed(answers: readonly boolean[]): boolean {
  if (answers.includes(true) && answers.includes(false)) throw new Unknown('the oldest of several policies decides');
  return answers[0];
}

const HTTP_SOURCES = ['requestPrincipals', 'notRequestPrincipals'];

/** Where no HTTP is spoken, conditions on requests are left out: with their rule where it allows, and without it where it denies. */
export function readable(rule: any, request: Request, action = 'ALLOW'): any[] {
  if (isHttp(request)) {
    return [rule];
  }
  const { from, to, when } = rule;
  const isOfRequests = {
    source: (name: string) => HTTP_SOURCES.includes(name), operation: (name: string) => !/^(not)?ports$/i.test(name),
  };
  const isKey = ({ key }: any) => key.startsWith('request.');
  const asks = (from ?? []).some(({ source }: any) => Object.keys(source).some(isOfRequests.source))
    || (to ?? []).some(({ operation }: any) => Object.keys(operation).some(isOfRequests.operation)) || (when ?? []).some(isKey);
  const plain = (fields: any, isLeftOut: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => !isLeftOut(name)));
  return !asks ? [rule] : action === 'ALLOW' ? [] : [{
    from: from?.map(({ source }: any) => ({ source: plain(source, isOfRequests.source) })),
    to: to?.map(({ operation }: any) => ({ operation: plain(operation, isOfRequests.operation) })),
    when: when?.filter((one: any) => !isKey(one)),
  }];
}

export function ruleMatches({ from, to, when }: any, request: Request, namespace: string): boolean {
  const isIn = (fields: Readonly<Record<string, Field>>) => (given: any) => fieldsMatch(given, fields, request, namespace);
  return (from === undefined || from.some(({ source }: any) => isIn(SOURCE_FIELDS)(source)))
    && (to === undefined || to.some(({ operation }: any) => isIn(OPERATION_FIELDS)(operation)))
    && (when ?? []).every((condition: any) => conditionMatches(condition, request, namespace));
}

type Field = (value: string, request: Request, namespace: string) => boolean;

/** Names of trust domain, namespace and account, without the scheme. */
const principalOf = ({ client }: Request) => spiffeIdOf(client)?.replace('spiffe://', '');

const SOURCE_FIELDS: Readonly<Record<string, Field>> = {
  principals: (value, request) => stringMatches(value, principalOf(request)),
  namespaces: (value, { client }) => {
    const name = value.split('*').map(part => part.replace(/[.\\^$|?+()[\]{}]/g, '\\$&')).join('.*');
    return new RegExp(`^.*/ns/${name}/.*$`).test(spiffeIdOf(client) ?? '');
  },
  serviceAccounts: (value, request, home) => {
    const [account, namespace = home] = value.split('/').reverse();
    return principalOf(request)?.endsWith(`/ns/${namespace}/sa/${account}`) === true;
  },
  trustDomains: (value, request) => stringMatches(value, principalOf(request)?.split('/')[0]),
  ipBlocks: (value, { client }) => contains(blockOf(value), client.ip),
  remoteIpBlocks: (value, request) => {
    if (request.client.remoteIp === undefined && isHttp(request) && request.headers['x-forwarded-for'] !== undefined) {
      throw new Unknown('which address a header says counts is up to the proxy');
    }
    return contains(blockOf(value), request.client.remoteIp ?? request.client.ip);
  },
  requestPrincipals: (value, request) => {
    const slash = value.lastIndexOf('/');
    const [issuer, subject] = [value.slice(0, Math.max(0, slash)), value.slice(slash + 1)];
    const says = (claim: string, isMeant: (text: string) => boolean) => isHttp(request) && tokenSays(request, [claim], isMeant);
    const is = (pattern: string) => (text: string) => stringMatches(pattern, text);
    if (value === '*') return says('iss', is('*')) && says('sub', is('*'));
    if (value.startsWith('*')) {
      return slash === -1 ? says('iss', is('*')) && says('sub', is(value)) : says('iss', is(issuer)) && says('sub', text => text === subject);
    }
    if (value.endsWith('*')) {
      return slash === -1 ? says('iss', is(value)) && says('sub', is('*')) : says('iss', text => text === issuer) && says('sub', is(subject));
    }
    return says('iss', text => text === (slash === -1 ? value : issuer)) && says('sub', text => text === (slash === -1 ? '' : subject));
  },
};

function blockOf(value: string): string {
  return value.includes('/') ? value : `${value}/${value.includes(':') ? 128 : 32}`;
}

const OPERATION_FIELDS: Readonly<Record<string, Field>> = {
  ports: (value, { port }) => value === String(port),
  // What the network filter cannot read does not match there.
  methods: (value, request) => isHttp(request) && stringMatches(value, request.method),
  paths: (value, request) => isHttp(request) && pathMatches(value, request.path),
  hosts: (value, request) => isHttp(request) && (value === '*' || stringMatches(value.toLowerCase(), known(request.host, 'the host').toLowerCase())),
};

/** All fields hold; each by any of its values, or by none of them if it begins with `not`. */
function fieldsMatch(given: any, fields: Readonly<Record<string, Field>>, request: Request, namespace: string): boolean {
  return Object.entries<string[]>(given ?? {}).every(([name, values]) => {
    const negated = /^not([A-Z])/.exec(name);
    const field = fields[negated ? name.slice(3).replace(/^./, c => c.toLowerCase()) : name];
    if (field === undefined || values.length === 0) {
      throw new Unknown(`not known here: ${name}`);
    }
    return values.some(value => field(value, request, namespace)) !== (negated !== null);
  });
}

/** Conditions that say the same as a field. */
const KEYS: Readonly<Record<string, Field>> = {
  'source.principal': SOURCE_FIELDS.principals,
  'source.namespace': SOURCE_FIELDS.namespaces,
  'source.serviceAccount': SOURCE_FIELDS.serviceAccounts,
  'source.trustDomain': SOURCE_FIELDS.trustDomains,
  'source.ip': SOURCE_FIELDS.ipBlocks,
  'remote.ip': SOURCE_FIELDS.remoteIpBlocks,
  'request.auth.principal': SOURCE_FIELDS.requestPrincipals,
  'destination.port': OPERATION_FIELDS.ports,
};

const CLAIMS: Readonly<Record<string, string>> = { 'request.auth.audiences': '[aud]', 'request.auth.presenter': '[azp]' };

function conditionMatches({ key, values, notValues }: any, request: Request, namespace: string): boolean {
  const field = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  const claim = CLAIMS[key] ?? /^request\.auth\.claims((\[[^[\]]+\])+)$/.exec(key)?.[1];
  const path = claim === undefined ? [] : [...claim.matchAll(/\[([^\]]+)\]/g)].map(([, name]) => name);
  const header = /^request\.headers\[(.*)\]$/.exec(key)?.[1].toLowerCase();
  if (field === undefined && claim === undefined && header === undefined) {
    throw new Unknown(`not known here: ${key}`);
  }
  const actual = header !== undefined && Object.hasOwn(request.headers, header) ? request.headers[header] : undefined;
  const isOneOf = (all: readonly string[]) => field !== undefined ? all.some(value => field(value, request, namespace))
    : claim !== undefined ? isHttp(request) && tokenSays(request, path, text => all.some(value => stringMatches(value, text)))
      : isHttp(request) && all.some(value => value === '*' ? actual !== undefined : stringMatches(value, actual));
  // What is absent has none of the values.
  return (field !== undefined || isHttp(request)) && (values === undefined || isOneOf(values)) && (notValues === undefined || !isOneOf(notValues));
}

/** Exact, `x*` a prefix, `*x` a suffix, `*` a line that is not empty. */
function stringMatches(pattern: string, actual: string | undefined): boolean {
  if (actual === undefined) return false;
  if (pattern === '*') return /^[^\n]+$/.test(actual);
  if (pattern.startsWith('*')) return actual.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return actual.startsWith(pattern.slice(0, -1));
  return actual === pattern;
}

/** What Envoy 1.39 takes for one, or writes with `%` as it normalizes a path. */
const ELEMENT = /^[A-Za-z0-9\-._~%!$&'()*+,;:@={}|^`"<]+$/;

/** A path with `{*}` is a template: each stands for one element, `{**}` for any number of them behind a slash. */
function pathMatches(pattern: string, path: string): boolean {
  if (!pattern.includes('{*}') && !pattern.includes('{**}')) {
    return stringMatches(pattern, path);
  }
  return elementsMatch(pattern.split('/'), path.split('/'));
}

function elementsMatch([wanted, ...others]: readonly string[], elements: readonly string[]): boolean {
  if (wanted === undefined) return elements.length === 0;
  if (wanted === '{**}') {
    return elements.some((_, i) => elements.slice(0, i + 1).every(element => element === '' || ELEMENT.test(element)) && elementsMatch(others, elements.slice(i + 1)));
  }
  return elements.length > 0 && (wanted === '{*}' ? ELEMENT.test(elements[0]) : wanted === elements[0]) && elementsMatch(others, elements.slice(1));
}
