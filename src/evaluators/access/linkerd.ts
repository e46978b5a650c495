import { contains } from '../address';
import type { Request } from './request';
import { callsPort, isHttp, portOf, spiffeIdOf } from './request';
import { winners } from '../routes/precedence';
import { Unknown } from '../unknown';

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
  if (servers.length !== 1) {
    throw new Unknown(servers.length === 0 ? `no Server selects port ${port}: the default policy of Linkerd decides` : `${servers.length} Servers select port ${port}`);
  }
  const [server] = servers;
  const named = (ref: any) => ref.name === server.metadata.name && (ref.kind ?? 'Server') === 'Server';
  const routes = ofKind('HTTPRoute').filter(({ spec }) => spec.parentRefs.some(named));
  if (routes.length === 0 && request.client.kind === 'kubelet' && request.method === 'GET') {
    // A Server without routes of its own gets one for each `httpGet` of the pod's probes.
    return { allowed: true, reported: false };
  }
  const allows = (target: any) => ofKind('AuthorizationPolicy')
    .filter(({ spec: { targetRef } }) => targetRef.kind === target.kind && targetRef.name === target.metadata.name)
    .some(({ spec }) => spec.requiredAuthenticationRefs.every((ref: any) => passes(ofKind(ref.kind), ref, request)));
  const audit = auditing(server);
  if (routes.length === 0 || !isHttp(request)) {
    // What is no HTTP has no routes, and the policies of the Server are those of its connections; they have no order.
    const allowed = allows(server);
    return { allowed: allowed || audit, reported: allowed ? audit && 'unknown' : audit };
  }
  const picked = winners(routes, request, 'linkerd');
  // A request without a route is not found, whatever the Server lets in; what the Server lets in comes after the route's own.
  const allowed = picked.some(({ route }) => allows(route) || allows(server));
  return { allowed: allowed || (audit && picked.length > 0), reported: audit && picked.length > 0 && !allowed };
}

/** Those of the port. Without one, the annotations of the pod decide. */
export function serversOf(manifests: readonly any[], { pod, port }: Pick<Request, 'pod' | 'port'>): any[] {
  const own = portOf({ pod, port });
  return manifests.filter(({ kind, metadata, spec }) => kind === 'Server' && metadata.namespace === pod.namespace && callsPort(own, spec.port)
    && Object.entries(spec.podSelector.matchLabels ?? {}).every(([key, value]) => pod.labels[key] === value));
}

/** Whether what no AuthorizationPolicy allows is let in, and reported. */
function auditing({ apiVersion, spec: { accessPolicy = 'deny' } }: any): boolean {
  if (accessPolicy !== 'deny' && (accessPolicy !== 'audit' || apiVersion !== 'policy.linkerd.io/v1beta3')) {
    throw new Unknown(`not known here: ${accessPolicy} of ${apiVersion}`);
  }
  return accessPolicy === 'audit';
}

function passes(candidates: readonly any[], { name }: any, { client }: Request): boolean {
  const { kind, spec } = candidates.find(m => m.metadata.name === name);
  if (kind === 'NetworkAuthentication') {
    return spec.networks.some((network: any) =>
      contains(network.cidr, client.ip) && !(network.except ?? []).some((cidr: string) => contains(cidr, client.ip)));
  }
  const own = client.meshed && client.trustDomain === undefined;
  // A wildcard holds for names alone.
  return (own && (spec.identities ?? []).includes('*'))
    || (client.meshed && !own && (spec.identities ?? []).includes(spiffeIdOf(client)))
    || (own && (spec.identityRefs ?? []).some(({ kind: of, name: ref, namespace }: any) => of === 'Namespace'
      ? ref === client.namespace
      : ref === client.serviceAccount && (namespace ?? '') === client.namespace));
}
