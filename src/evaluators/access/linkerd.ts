import { contains } from '../address';
import { selects } from '../fields';
import type { Client, Request } from './request';
import { callsPort, isHttp, portOf, spiffeIdOf } from './request';
import { winners } from '../routes/precedence';
import { known, Unknown } from '../unknown';

/**
 * Whether Linkerd's proxy lets a request in, on a port that has a Server. Where routes stand on the Server, one of them is
 * picked for the request and its policies decide; without any, the policies of the Server do. Of routes that tie, the
 * older one is picked; any of them may be that. Pods of the mesh have names for identities; a client of another trust domain
 * is a workload outside the cluster, which has a SPIFFE id.
 *
 * @see https://linkerd.io/2/reference/authorization-policy/
 */
export function allowedByLinkerd(manifests: readonly any[], request: Request): boolean {
  return decidedByLinkerd(manifests, request).allowed;
}

/** The same, and whether it is reported as one that only the mode of the audit lets in. */
export function decidedByLinkerd(manifests: readonly any[], request: Request): { readonly allowed: boolean; readonly reported: boolean | 'unknown' } {
  const { pod, port } = request;
  const ofKind = (kind: string) => manifests.filter(m => m.kind === kind && m.metadata.namespace === pod.namespace);
  const servers = serversOf(manifests, request);
  if (servers.length > 1) throw new Unknown(`${servers.length} Servers select port ${port}`);
  const [server] = servers;
  const speaks = server?.spec.proxyProtocol ?? 'unknown';
  if (!isHttp(request) && !['unknown', 'opaque', 'TLS'].includes(speaks)) throw new Unknown(`what becomes of bytes that are no ${speaks}`);
  const readsRequests = isHttp(request) && speaks !== 'opaque' && speaks !== 'TLS';
  const routes = server === undefined || !readsRequests ? [] : ofKind('HTTPRoute').filter(({ spec }) => (spec.parentRefs ?? [])
    .some((ref: any) => ref.name === server.metadata.name && (ref.kind ?? 'Server') === 'Server'));
  if (routes.length === 0 && readsRequests && request.method === 'GET' && isProbe(manifests, request)) {
    // What has no routes of its own gets one for each `httpGet` of the pod's probes, for anyone.
    return { allowed: true, reported: false };
  }
  if (server === undefined) {
    const allowed = letsIn(defaultPolicy(manifests, request), request);
    return { allowed, reported: false };
  }
  const allows = (target: any) => [
    ...ofKind('AuthorizationPolicy').filter(({ spec: { targetRef } }) => (targetRef.kind === target.kind && targetRef.name === target.metadata.name)
      || (targetRef.kind === 'Namespace' && target.kind === 'Server'))
      .map(({ spec }) => () => spec.requiredAuthenticationRefs.every((ref: any) => passes(manifests, ref, request))),
    ...ofKind('ServerAuthorization').filter(({ spec }) => target.kind === 'Server'
      && (spec.server.name === undefined ? selects(spec.server.selector, target.metadata.labels ?? {}) : spec.server.name === target.metadata.name))
      .map(({ spec, metadata }) => () => isLetIn(spec.client, metadata.namespace, request)),
  ].some(holds => holds());
  const policy = accessPolicyOf(server);
  const audit = policy === 'audit';
  if (routes.length === 0) {
    // What is no HTTP has no routes, and the policies of the Server are those of its connections; they have no order.
    const allowed = allows(server);
    return { allowed: allowed || letsIn(policy, request), reported: allowed ? audit && 'unknown' : audit };
  }
  const picked = winners(routes, request, 'linkerd');
  // A request without a route is not found, whatever the Server lets in; what the Server lets in comes after the route's own.
  const allowed = picked.some(({ route }) => allows(route) || allows(server));
  return { allowed: allowed || (picked.length > 0 && letsIn(policy, request)), reported: audit && picked.length > 0 && !allowed };
}

/** Those of the port. Without one, the annotations of the pod decide. */
export function serversOf(manifests: readonly any[], { pod, port }: Pick<Request, 'pod' | 'port'>): any[] {
  const own = portOf({ pod, port });
  return manifests.filter(({ kind, metadata, spec }) => kind === 'Server' && metadata.namespace === pod.namespace && callsPort(own, spec.port)
    && spec.podSelector !== undefined && selects(spec.podSelector, pod.labels));
}

/** What becomes of whom no policy names. */
function accessPolicyOf({ apiVersion, spec: { accessPolicy = 'deny' } }: any): string {
  if (accessPolicy !== 'deny' && apiVersion !== 'policy.linkerd.io/v1beta3') throw new Unknown(`not known here: ${accessPolicy} of ${apiVersion}`);
  return accessPolicy;
}

/** Whether a policy by its name lets a client in. Which networks are those of the cluster is known of pods only. */
function letsIn(policy: string, { client }: Request): boolean {
  if (policy === 'deny') return false;
  if (policy === 'audit') return true;
  const [, where, who] = /^(all|cluster)-(unauthenticated|authenticated)$/.exec(policy) ?? [];
  if (where === undefined) throw new Unknown(`not known here: ${policy}`);
  if (who === 'authenticated' && !(client.meshed && client.trustDomain === undefined)) return false;
  if (where === 'cluster' && client.kind !== 'pod') throw new Unknown('which networks are those of the cluster');
  return true;
}

/** The template of the pod, among the workloads. */
function templatesOf(manifests: readonly any[], pod: Request['pod']): any[] {
  const sorted = (labels: object) => JSON.stringify(Object.entries(labels).sort());
  return manifests.filter(({ kind, metadata, spec }) => kind === 'Deployment' && metadata.namespace === pod.namespace
    && sorted(spec.template.metadata.labels) === sorted(pod.labels)).map(({ spec }) => spec.template);
}

function isProbe(manifests: readonly any[], { pod, port, path, client }: Request): boolean {
  // The kubelet makes health checks only.
  return client.kind === 'kubelet' || templatesOf(manifests, pod).some(({ spec }) => spec.containers.some((container: any) => ['livenessProbe', 'readinessProbe', 'startupProbe'].some(name =>
    container[name]?.httpGet?.port === port && container[name].httpGet.path === path)));
}

function defaultPolicy(manifests: readonly any[], { pod, port }: Request): string {
  const [own] = [
    ...templatesOf(manifests, pod), ...manifests.filter(({ kind, metadata }) => kind === 'Namespace' && metadata.name === pod.namespace),
  ].flatMap(({ metadata }) => metadata.annotations?.['config.linkerd.io/default-inbound-policy'] ?? []);
  if (own === undefined) throw new Unknown(`no Server selects port ${port}: the default policy of Linkerd decides`);
  return own;
}

function passes(manifests: readonly any[], { kind, name, namespace }: any, request: Request): boolean {
  const { client, pod } = request;
  if (kind === 'ServiceAccount') return isAccount(client, name, namespace ?? pod.namespace);
  const found = manifests.find(m => m.kind === kind && m.metadata.name === name && m.metadata.namespace === (namespace ?? pod.namespace));
  const { spec, metadata } = known(found, `${kind} ${name}`);
  if (kind === 'NetworkAuthentication') return isFrom(spec.networks, client);
  return (spec.identities ?? []).some((identity: string) => isIdentity(identity, client))
    || (spec.identityRefs ?? []).some((ref: any) => ref.kind === 'Namespace'
      ? isOwn(client) && ref.name === client.namespace : isAccount(client, ref.name, ref.namespace ?? metadata.namespace));
}

function isFrom(networks: readonly any[], { ip }: Client): boolean {
  return networks.some(({ cidr, except = [] }: any) => contains(cidr, ip) && !except.some((part: string) => contains(part, ip)));
}

function isOwn({ meshed, trustDomain }: Client): boolean {
  return meshed && trustDomain === undefined;
}

function isAccount(client: Client, name: string, namespace: string): boolean {
  return isOwn(client) && name === client.serviceAccount && namespace === client.namespace;
}

/** Pods of the mesh have names, to which a star holds; others have SPIFFE ids. */
function isIdentity(identity: string, client: Client): boolean {
  if (!client.meshed) return false;
  if (!isOwn(client)) return identity === spiffeIdOf(client);
  const name = `${client.serviceAccount}.${client.namespace}.serviceaccount.identity.linkerd.cluster.local`;
  return identity === '*' || (identity.startsWith('*.') ? name.endsWith(identity.slice(1)) : identity === name);
}

/** The clients of a ServerAuthorization: without networks, those of the cluster. */
function isLetIn({ networks = [], unauthenticated = false, meshTLS = {} }: any, namespace: string, { client }: Request): boolean {
  const is = unauthenticated || (meshTLS.unauthenticatedTLS ? client.meshed
    : (meshTLS.identities ?? []).some((identity: string) => isIdentity(identity, client))
      || (meshTLS.serviceAccounts ?? []).some((account: any) => isAccount(client, account.name, account.namespace ?? namespace)));
  if (is && networks.length === 0 && client.kind !== 'pod') throw new Unknown('which networks are those of the cluster');
  return is && (networks.length === 0 || isFrom(networks, client));
}
