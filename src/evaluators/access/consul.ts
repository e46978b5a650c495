import { whole } from '../expression';
import { only } from '../fields';
import { tokensAt, USUAL } from './envoy-tokens';
import type { Client, Request, Token, TokenPlace } from './request';
import { isHttp } from './request';
import { known, Unknown } from '../unknown';

/** Whether each namespace of Kubernetes is one of Consul, or all of them share one. */
export type ConsulNamespacing = 'mirrored' | 'single';

/**
 * Whether Consul lets a request in. A pod is the service that has the name of its ServiceAccount; its intentions become one
 * RBAC filter of Envoy, which holds what differs from the default of the ACLs. That default is to be asked of nobody in the
 * partition, so both are tried, unless it is known. What comes of another trust domain no intention here names: the default is to deny it.
 *
 * @see https://developer.hashicorp.com/consul/docs/connect/config-entries/service-intentions
 * @see https://github.com/hashicorp/consul/blob/v1.22.0/agent/xds/rbac.go
 */
export function allowedByConsul(
  namespacing: ConsulNamespacing, { deniesByDefault = false }: { readonly deniesByDefault?: boolean } = {},
): (manifests: readonly any[], request: Request) => boolean {
  const decided = decidedByConsul(namespacing);
  return (manifests, request) => {
    const decision = decided(manifests, request);
    if (decision === 'as installed') {
      if (deniesByDefault) {
        return false;
      }
      throw new Unknown('the default of the ACLs decides, which is not certain');
    }
    return decision;
  };
}

/** The same, where the default of the ACLs may decide. */
export function decidedByConsul(namespacing: ConsulNamespacing): (manifests: readonly any[], request: Request) => boolean | 'as installed' {
  return (manifests, request) => {
    const { client, pod } = request;
    if (client.kind === 'kubelet') {
      // The injector points probes of the kubelet to a listener of their own.
      return true;
    }
    const destination = { name: pod.serviceAccount, namespace: namespaceOf(namespacing, pod.namespace) };
    const { worlds, mutualTLSMode } = serviceDefaults(manifests, request);
    if (!client.meshed) {
      return mutualTLSMode === 'permissive';
    }
    const own = manifests.filter(({ kind }) => kind === 'ServiceIntentions').map(manifest => read(manifest, namespacing))
      .filter(([first]) => first !== undefined && covers(first.destination, destination));
    // Without its providers, Consul refuses a ServiceIntentions, or one of two of a name.
    const doubtful = own.filter(some => some.some(({ permissions = [] }) => permissions.some(({ jwt }) => (jwt?.providers ?? [])
      .some(({ name }: any) => manifests.filter(({ kind, metadata }) => kind === 'JWTProvider' && metadata.name === name).length !== 1))));
    const onRequests = own.filter(some => some.some(({ permissions }) => permissions !== undefined));
    if (onRequests.some(([{ destination: { name, namespace: its } }]) => [name, its].includes('*'))) {
      throw new Unknown('Consul refuses permissions for several services');
    }
    const decidedBy = (some: readonly (readonly Intention[])[], http: boolean): Decision => {
      if (http && !isHttp(request)) {
        // Envoy does not understand it.
        return false;
      }
      const intentions = some.flat();
      if (client.trustDomain !== undefined && (intentions.some(({ peer }) => peer !== undefined) || isExported(manifests, destination))) {
        throw new Unknown('the trust domain of a peer, and what the default of the ACLs is for it');
      }
      // A peer has another one than this mesh.
      const entries = inOrder(intentions.filter(({ peer }) => peer === undefined)).map(({ source, action, permissions }): Entry => ({
        isSource: isService(source, client, namespacing),
        source,
        action: permissions === undefined ? action : isService(source, client, namespacing) ? actionOf(permissions, manifests, request) : undefined,
      }));
      const [denying, allowing] = [false, true].map(byDefault => decide(entries, byDefault));
      return denying !== allowing && client.trustDomain === undefined ? 'as installed' : denying;
    };
    const mayTake = worlds.some(({ chain }) => HTTP_PROTOCOLS.includes(chain));
    const decisions = new Set(worlds.flatMap(({ chain, proxy }): Decision[] => {
      const isOfRequests = HTTP_PROTOCOLS.includes(chain);
      // Of a service that speaks no HTTP, and permissions for it, Consul refuses what is written later.
      const refused = onRequests.length > 0 && !isOfRequests;
      const taken = refused ? own.filter(some => !onRequests.includes(some)) : own;
      const variants = [taken, taken.filter(some => !doubtful.includes(some))].slice(0, doubtful.length === 0 ? 1 : 2);
      const without = variants.map(some => decidedBy(some, HTTP_PROTOCOLS.includes(proxy)));
      return refused && !mayTake ? [...without, decidedBy(own, true)] : without;
    }));
    const [decision, ...others] = decisions;
    if (others.length > 0) {
      throw new Unknown('what the service speaks, which is said by nobody, or to no avail');
    }
    return decision;
  };
}

type Decision = boolean | 'as installed';

const HTTP_PROTOCOLS = ['http', 'http2', 'grpc'];

/** Whether clients of other meshes have certificates that the proxies of a service know. */
function isExported(manifests: readonly any[], service: Service): boolean {
  return manifests.filter(({ kind }) => kind === 'ExportedServices').flatMap(({ spec }) => only(spec, 'services').services).some((one: any) => {
    const { name, namespace = '*' } = only(one, 'name', 'namespace', 'consumers');
    return ['*', service.name].includes(name) && (namespace === '*' || service.namespace === '' || namespace === service.namespace);
  });
}

/** Where the namespaces share one, it has no name here. */
function namespaceOf(namespacing: ConsulNamespacing, namespace: string): string {
  return namespacing === 'mirrored' ? namespace : '';
}

/** What a service may speak: as Consul takes it for routes and permissions, and as its proxy does. */
interface Spoken {
  readonly chain: string;
  readonly proxy: string;
}

/**
 * ServiceDefaults go before ProxyDefaults, for the proxy only where they say something. Where there are none of the latter, the mesh may have some.
 *
 * @see https://github.com/hashicorp/consul/blob/v1.22.0/agent/configentry/resolve.go
 * @see https://github.com/hashicorp/consul/blob/v1.22.0/agent/consul/discoverychain/compile.go
 */
function serviceDefaults(manifests: readonly any[], { pod }: Request): { readonly worlds: readonly Spoken[]; readonly mutualTLSMode: string } {
  const own = manifests.filter(({ kind, metadata }) =>
    kind === 'ServiceDefaults' && metadata.name === pod.serviceAccount && metadata.namespace === pod.namespace);
  const ofAll = manifests.filter(({ kind }) => kind === 'ProxyDefaults');
  if (own.length > 1 || ofAll.length > 1) {
    throw new Unknown('one of these defaults overwrites the others');
  }
  own.forEach(({ spec }) => only(spec, 'protocol', 'mutualTLSMode'));
  ofAll.forEach(({ spec }) => only(only(spec, 'config', 'mutualTLSMode').config ?? {}, 'protocol'));
  const [one, all] = [own[0]?.spec, ofAll[0]?.spec];
  const byDefault: string[] = all === undefined ? ['tcp', 'http'] : [all.config?.protocol ?? 'tcp'];
  const worlds = (one?.protocol === undefined ? byDefault : [one.protocol]).map((proxy: string) =>
    ({ proxy, chain: one === undefined ? proxy : one.protocol ?? 'tcp' }));
  return { worlds, mutualTLSMode: one?.mutualTLSMode ?? all?.mutualTLSMode ?? 'strict' };
}

interface Service {
  readonly name: string;
  readonly namespace: string;
}

interface Intention {
  readonly destination: Service;
  readonly source: Service;
  readonly peer?: string;
  readonly action?: string;
  readonly permissions?: readonly any[];
}

function read({ metadata, spec }: any, namespacing: ConsulNamespacing): Intention[] {
  only(spec, 'destination', 'sources');
  only(spec.destination, 'name', 'namespace');
  if (new Set(spec.sources.map(({ peer, name, namespace }: any) => `${peer}/${namespace}/${name}`)).size < spec.sources.length) {
    throw new Unknown('the webhook refuses a source that is named twice');
  }
  return spec.sources.map((source: any) => {
    only(source, 'name', 'namespace', 'peer', 'action', 'permissions');
    if ((source.action === undefined) === (source.permissions === undefined)) {
      throw new Unknown('an intention has either an action or permissions');
    }
    if ((source.namespace !== undefined) !== (namespacing === 'mirrored')) {
      throw new Unknown(`a source ${source.namespace === undefined ? 'without' : 'with'} a namespace`);
    }
    if (namespacing === 'single' && spec.destination.namespace !== undefined) {
      throw new Unknown('a destination with a namespace');
    }
    return {
      destination: { name: spec.destination.name, namespace: spec.destination.namespace ?? namespaceOf(namespacing, metadata.namespace) },
      source: { name: source.name, namespace: source.namespace ?? '' },
      ...(source.peer !== undefined && { peer: source.peer }),
      action: source.action,
      permissions: source.permissions,
    };
  });
}

function covers(pattern: Service, { name, namespace }: Service): boolean {
  return (pattern.namespace === '*' || pattern.namespace === namespace) && (pattern.name === '*' || pattern.name === name);
}

function wildcards({ name, namespace }: Service): number {
  return namespace === '*' ? 2 : name === '*' ? 1 : 0;
}

/** The exact destination first, then the exact source; of one source, the first entry only. */
function inOrder(intentions: readonly Intention[]): Intention[] {
  const sorted = [...intentions].sort((a, b) => wildcards(a.destination) - wildcards(b.destination) || wildcards(a.source) - wildcards(b.source));
  const key = ({ source }: Intention) => `${source.namespace}/${source.name}`;
  return sorted.filter((one, i) => sorted.findIndex(other => key(other) === key(one)) === i);
}

interface Entry {
  readonly source: Service;
  /** Whether the client is one of them. */
  readonly isSource: boolean;
  /** What the entry says of the request, if it says anything. */
  readonly action?: string;
}

/** The filter lists what is contrary to the default. An entry leaves out the sources of those before it that are less wild. */
function decide(entries: readonly Entry[], allowedByDefault: boolean): boolean {
  const listed = entries.some(({ source, isSource, action }, i) => isSource && action === (allowedByDefault ? 'deny' : 'allow')
    && !entries.slice(0, i).some(before => before.isSource && wildcards(before.source) < wildcards(source) && covers(source, before.source)));
  return listed !== allowedByDefault;
}

/** Names stand in an expression as they are. */
function isService({ name, namespace }: Service, { serviceAccount, namespace: own, trustDomain }: Client, namespacing: ConsulNamespacing): boolean {
  const pattern = (value: string) => new RegExp(`^${value === '*' ? '[^/]+' : value}$`);
  return trustDomain === undefined && pattern(name).test(known(serviceAccount, 'the ServiceAccount of a client'))
    && pattern(namespace).test(namespaceOf(namespacing, known(own, 'the namespace of a client')));
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE'];

/** Of permissions, the first whose request matches decides. Without the right token, it says nothing, and nor do those after it. */
function actionOf(permissions: readonly any[], manifests: readonly any[], request: Request): string | undefined {
  const first = permissions.find(permission => matches(permission, request));
  return first?.jwt === undefined || hasToken(first.jwt, manifests, request) ? first?.action : undefined;
}

/**
 * Whether a token says what one of the providers asks for. What is not valid is no token, and a claim has to be the very text.
 *
 * @see https://github.com/hashicorp/consul/blob/v1.22.0/agent/xds/jwt_authn.go
 */
function hasToken(jwt: any, manifests: readonly any[], request: Request): boolean {
  only(jwt, 'providers');
  return jwt.providers.map((one: any) => {
    only(one, 'name', 'verifyClaims');
    const { spec } = providerOf(one.name, manifests);
    only(spec, 'issuer', 'jsonWebKeySet', 'audiences', 'locations');
    only(spec.jsonWebKeySet, 'local');
    const found: Token[] = placesOf(spec).flatMap(place => tokensAt(place, request.tokens ?? [], request));
    return found.length > 0 && found.every(token => proves(spec, token) && (one.verifyClaims ?? []).every(({ path, value }: any) => {
      const within = (said: any, name: string) => isStruct(said) && Object.hasOwn(said, name) ? said[name] : undefined;
      return path.reduce(within, token.claims) === value;
    }));
  }).includes(true);
}

/** Without it, Consul refuses the whole ServiceIntentions, whichever of its sources name it. */
function providerOf(name: string, manifests: readonly any[]): any {
  const providers = manifests.filter(({ kind, metadata }) => kind === 'JWTProvider' && metadata.name === name);
  if (providers.length !== 1) {
    throw new Unknown(`${providers.length} JWTProviders '${name}': Consul refuses the intention, or one of them`);
  }
  return providers[0];
}

function placesOf({ locations = [] }: any): readonly TokenPlace[] {
  const places = locations.map(({ header, queryParam, cookie }: any): TokenPlace => header !== undefined
    ? { kind: 'header', name: header.name.toLowerCase(), prefix: header.valuePrefix }
    : { kind: queryParam !== undefined ? 'query' : 'cookie', name: (queryParam ?? cookie).name });
  return places.length > 0 ? places : USUAL;
}

function proves({ issuer, audiences = [] }: any, { genuine, claims }: Token): boolean {
  return genuine && claims.iss === issuer && (audiences.length === 0 || [claims.aud].flat().some(audience => audiences.includes(audience)));
}

function isStruct(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function matches(permission: any, { method, path, headers }: Request): boolean {
  only(permission, 'action', 'http', 'jwt');
  const { http: conditions = {} } = permission;
  only(conditions, 'pathExact', 'pathPrefix', 'pathRegex', 'header', 'methods');
  const { pathExact, pathPrefix, pathRegex, header = [], methods = [] } = conditions;
  if (methods.some((name: string) => !METHODS.includes(name)) || [pathExact, pathPrefix, pathRegex].filter(p => p !== undefined).length > 1) {
    throw new Unknown('the webhook refuses this permission');
  }
  return (methods.length === 0 || methods.includes(method))
    && (pathExact === undefined || path === pathExact)
    && (pathPrefix === undefined || path.startsWith(pathPrefix))
    && (pathRegex === undefined || whole(pathRegex, path))
    && header.every((condition: any) => headerMatches(condition, headers));
}

function headerMatches(condition: any, headers: Readonly<Record<string, string>>): boolean {
  only(condition, 'name', 'present', 'exact', 'prefix', 'suffix', 'regex', 'invert');
  const { name, present, exact, prefix, suffix, regex, invert = false } = condition;
  const actual = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if ([present, exact, prefix, suffix, regex].filter(Boolean).length !== 1) {
    throw new Unknown('the webhook refuses this header');
  }
  if (actual === undefined) return present === true && invert;
  return (exact ? actual === exact
    : prefix ? actual.startsWith(prefix)
      : suffix ? actual.endsWith(suffix)
        : regex ? whole(regex, actual) : true) !== invert;
}
