import { contains } from '../address';
import { tokenSays, withProvenToken } from './istio-tokens';
import type { Request } from './request';
import { isHttp, spiffeIdOf } from './request';
import { Unknown } from '../unknown';

/**
 * Whether Istio's sidecar lets a request in. A client without a certificate is turned away where mutual TLS is strict;
 * then the policies that select the pod decide: DENY first, then ALLOW, if there is any. Policies on dry run do not count.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export function allowedByIstio(manifests: readonly any[], request: Request): boolean {
  if (request.client.kind === 'kubelet') {
    // The injector rewrites probes of the kubelet to a port of the agent, which asks the workload from inside the pod.
    return true;
  }
  const selecting = manifests.filter(manifest => selects(manifest, request));
  if (!request.client.meshed && mutualTlsMode(selecting, request.port) === 'STRICT') {
    return false;
  }
  const seen = withProvenToken(selecting, request);
  if (seen === 'rejected') {
    return false;
  }
  const policies = selecting.filter(({ kind, metadata }) => kind === 'AuthorizationPolicy' && metadata.annotations?.['istio.io/dry-run'] !== 'true');
  const matching = (action: string) => policies.filter(({ spec }) => (spec.action ?? 'ALLOW') === action);
  const matches = ({ spec }: any) => (spec.rules ?? []).flatMap((rule: any) => readable(rule, seen, spec.action))
    .some((rule: any) => ruleMatches(rule, seen));
  return !matching('DENY').some(matches) && (matching('ALLOW').length === 0 || matching('ALLOW').some(matches));
}

/** Objects there hold for the whole mesh. */
const ROOT_NAMESPACE = 'istio-system';

/** By its labels, as sidecars and ztunnel read it: what names its targets is for waypoints and gateways. */
export function selects({ metadata, spec }: any, { pod }: Request): boolean {
  return [pod.namespace, ROOT_NAMESPACE].includes(metadata.namespace) && spec.targetRefs === undefined
    && Object.entries(spec.selector?.matchLabels ?? {}).every(([key, value]) => pod.labels[key] === value);
}

/** The policy with a selector comes before that of the namespace, and this before that of the mesh; without any, both plain text and mutual TLS are taken. */
export function mutualTlsMode(selecting: readonly any[], port: number): string {
  const policies = selecting.filter(({ kind }) => kind === 'PeerAuthentication');
  const own = policies.filter(({ spec }) => spec.selector !== undefined);
  const ofNamespace = policies.filter(({ metadata }) => metadata.namespace !== ROOT_NAMESPACE);
  const deciding = [own, ofNamespace, policies].find(some => some.length > 0) ?? [];
  const modes = deciding.map(({ spec }) => spec.portLevelMtls?.[port]?.mode ?? spec.mtls?.mode ?? 'PERMISSIVE');
  if (modes.length > 1) {
    throw new Unknown('the older of these policies decides');
  }
  return modes[0] ?? 'PERMISSIVE';
}

/** Where no HTTP is spoken, conditions on requests are left out: with their rule where it allows, and without it where it denies. */
function readable(rule: any, request: Request, action: string | undefined): any[] {
  if (isHttp(request)) {
    return [rule];
  }
  const { from, to, when } = rule;
  const conditions = (to ?? []).flatMap(({ operation }: any) => Object.keys(operation)).filter((name: string) => !/^(not)?ports$/i.test(name));
  if (when === undefined && conditions.length === 0) {
    return [rule];
  }
  const plain = ({ operation: { ports, notPorts } }: any) => ({ operation: { ...(ports && { ports }), ...(notPorts && { notPorts }) } });
  return action === 'DENY' ? [{ from, to: to?.map(plain) }] : [];
}

export function ruleMatches({ from, to, when }: any, request: Request): boolean {
  return (from === undefined || from.some(({ source }: any) => fieldsMatch(source, SOURCE_FIELDS, request)))
    && (to === undefined || to.some(({ operation }: any) => fieldsMatch(operation, OPERATION_FIELDS, request)))
    && (when ?? []).every((condition: any) => conditionMatches(condition, request));
}

type Field = (value: string, request: Request) => boolean;

/** Names of trust domain, namespace and account, without the scheme. */
const principalOf = ({ client }: Request) => spiffeIdOf(client)?.replace('spiffe://', '');

const SOURCE_FIELDS: Readonly<Record<string, Field>> = {
  principals: (value, request) => stringMatches(value, principalOf(request)),
  namespaces: (value, request) => stringMatches(value, principalOf(request)?.split('/')[2]),
  ipBlocks: (value, { client }) => contains(value.includes('/') ? value : `${value}/32`, client.ip),
};

const OPERATION_FIELDS: Readonly<Record<string, Field>> = {
  ports: (value, { port }) => value === String(port),
  // What the network filter cannot read does not match there.
  methods: (value, request) => isHttp(request) && stringMatches(value, request.method),
  paths: (value, request) => isHttp(request) && pathMatches(value, request.path),
};

/** All fields hold; each by any of its values, or by none of them if it begins with `not`. */
function fieldsMatch(given: any, fields: Readonly<Record<string, Field>>, request: Request): boolean {
  return Object.entries<string[]>(given ?? {}).every(([name, values]) => {
    const negated = /^not([A-Z])/.exec(name);
    const field = fields[negated ? name.slice(3).replace(/^./, c => c.toLowerCase()) : name];
    if (field === undefined || values.length === 0) {
      throw new Unknown(`not known here: ${name}`);
    }
    return values.some(value => field(value, request)) !== (negated !== null);
  });
}

function conditionMatches({ key, values, notValues }: any, request: Request): boolean {
  const claim = /^request\.auth\.claims((\[[^[\]]+\])+)$/.exec(key)?.[1];
  if (claim !== undefined && notValues === undefined) {
    const path = [...claim.matchAll(/\[([^\]]+)\]/g)].map(([, name]) => name);
    return isHttp(request) && tokenSays(request, path, text => values.some((value: string) => stringMatches(value, text)));
  }
  const header = /^request\.headers\[(.*)\]$/.exec(key)?.[1];
  if (header === undefined) {
    throw new Unknown(`not known here: ${key}`);
  }
  const actual = Object.hasOwn(request.headers, header) ? request.headers[header] : undefined;
  const isOneOf = (all: readonly string[]) => all.some(value => value === '*' ? actual !== undefined : stringMatches(value, actual));
  // A header that is absent has none of the values.
  return isHttp(request) && (values === undefined || isOneOf(values)) && (notValues === undefined || !isOneOf(notValues));
}

/** Exact, `x*` a prefix, `*x` a suffix, `*` a line that is not empty. */
function stringMatches(pattern: string, actual: string | undefined): boolean {
  if (actual === undefined) return false;
  if (pattern === '*') return /^[^\n]+$/.test(actual);
  if (pattern.startsWith('*')) return actual.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return actual.startsWith(pattern.slice(0, -1));
  return actual === pattern;
}

/** A path with `{*}` is a template: each stands for one element, `{**}` for any number of them at the end. */
function pathMatches(pattern: string, path: string): boolean {
  if (!pattern.includes('{*}') && !pattern.includes('{**}')) {
    return stringMatches(pattern, path);
  }
  const [wanted, elements] = [pattern.split('/'), path.split('/')];
  const open = wanted.indexOf('{**}');
  return (open === -1 ? wanted.length === elements.length : elements.length >= open)
    && wanted.slice(0, open === -1 ? undefined : open)
      .every((element, i) => element === '{*}' ? /^[A-Za-z0-9\-._~%!$&'()+,;:@=]+$/.test(elements[i]) : element === elements[i]);
}
