import { winner } from './http-route';
import type { Request } from './request';

/** Whether Linkerd's proxy lets a request in, by the policies of one workload. A port without a Server is not asked about. */
export function allowedByLinkerd(manifests: readonly any[], request: Request): boolean {
  const ofKind = (kind: string) => manifests.filter(m => m.kind === kind);
  const servers = ofKind('Server').filter(({ spec }) => spec.port === request.port);
  if (servers.length !== 1) {
    throw new Error(`port ${request.port} has ${servers.length} Servers`);
  }
  const [server] = servers;
  const routes = ofKind('HTTPRoute').filter(({ spec }) => spec.parentRefs.some((ref: any) => ref.name === server.metadata.name));
  const target = routes.length === 0 ? server : winner(routes, request, 'linkerd')?.route;
  return target !== undefined && ofKind('AuthorizationPolicy')
    .filter(({ spec: { targetRef } }) => targetRef.kind === target.kind && targetRef.name === target.metadata.name)
    .some(({ spec }) => spec.requiredAuthenticationRefs.every((ref: any) => passes(manifests, ref, request)));
}

function passes(manifests: readonly any[], ref: any, { source }: Request): boolean {
  const { kind, spec } = manifests.find(m => m.kind === ref.kind && m.metadata.name === ref.name);
  if (kind === 'NetworkAuthentication') {
    return true;
  }
  return source !== undefined && (spec.identities?.includes('*') || (spec.identityRefs ?? []).some((id: any) =>
    id.kind === 'Namespace' ? id.name === source.namespace : id.name === source.serviceAccount && id.namespace === source.namespace));
}
