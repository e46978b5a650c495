import { contains } from './intent';
import type { Request } from './request';
import { isHttp } from './request';
import { winners } from '../http-route';

/**
 * Whether Linkerd's proxy lets a request in, on a port that has a Server. Where routes stand on the Server, one of them is
 * picked for the request and its policies decide; without any, the policies of the Server do. Of routes that tie, the
 * older one is picked; any of them may be that.
 *
 * @see https://linkerd.io/2/reference/authorization-policy/
 */
export function allowedByLinkerd(manifests: readonly any[], request: Request): boolean {
  const { pod, port } = request;
  const ofKind = (kind: string) => manifests.filter(m => m.kind === kind && m.metadata.namespace === pod.namespace);
  const servers = ofKind('Server').filter(({ spec }) => spec.port === port
    && Object.entries(spec.podSelector.matchLabels ?? {}).every(([key, value]) => pod.labels[key] === value));
  if (servers.length !== 1) {
    throw new Error(`port ${port} has ${servers.length} Servers`);
  }
  const [server] = servers;
  const named = (ref: any) => ref.name === server.metadata.name && (ref.kind ?? 'Server') === 'Server';
  const routes = ofKind('HTTPRoute').filter(({ spec }) => spec.parentRefs.some(named));
  if (routes.length === 0 && request.client.kind === 'kubelet') {
    // A Server without routes of its own gets one for each probe of the pod.
    return true;
  }
  // Nothing is known of the requests of a port that is no HTTP: its routes match none.
  const targets = routes.length === 0 ? [server] : isHttp(request) ? winners(routes, request, 'linkerd').map(({ route }) => route) : [];
  return targets.some(target => ofKind('AuthorizationPolicy')
    .filter(({ spec: { targetRef } }) => targetRef.kind === target.kind && targetRef.name === target.metadata.name)
    .some(({ spec }) => spec.requiredAuthenticationRefs.every((ref: any) => passes(ofKind(ref.kind), ref, request))))
    || (server.spec.accessPolicy !== undefined && byAccessPolicy(server.spec.accessPolicy, routes.length > 0, request));
}

/** What holds for requests that no AuthorizationPolicy allows. */
function byAccessPolicy(accessPolicy: string, routed: boolean, { client }: Request): boolean {
  if (accessPolicy === 'deny' || routed) {
    return false;
  }
  switch (accessPolicy) {
    case 'audit': return true;
    case 'all-unauthenticated': return true;
    case 'all-authenticated': return client.meshed;
    default: throw new Error(`not known here: ${accessPolicy}`);
  }
}

function passes(candidates: readonly any[], { name }: any, { client }: Request): boolean {
  const { kind, spec } = candidates.find(m => m.metadata.name === name);
  if (kind === 'NetworkAuthentication') {
    return spec.networks.some((network: any) =>
      contains(network.cidr, client.ip) && !(network.except ?? []).some((cidr: string) => contains(cidr, client.ip)));
  }
  // Clients of another trust domain have names under that one.
  const own = client.meshed && client.trustDomain === undefined;
  return (client.meshed && (spec.identities ?? []).includes('*'))
    || (own && (spec.identityRefs ?? []).some(({ kind: of, name: ref, namespace }: any) => of === 'Namespace'
      ? ref === client.namespace
      : ref === client.serviceAccount && (namespace ?? '') === client.namespace));
}
