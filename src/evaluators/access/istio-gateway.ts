import { isLetThrough, selects } from './istio';
import { tokensBehind } from './istio-tokens';
import type { Request } from './request';

/** By their labels, policies with a selector choose the pods of a gateway, too; the gateway itself is known by this one. */
export const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';

/**
 * Whether a gateway of Istio lets a request through, which comes to its pod: by the policies that name its Gateway, in its own namespace, and by
 * those that select the pod. Mutual TLS is a matter of its listeners.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/
 */
export function passesGateway(manifests: readonly any[], request: Request): boolean {
  return isLetThrough(holdingAt(manifests, request), request);
}

/** The tokens that a request still has when it leaves the gateway. */
export function tokensBehindGateway(manifests: readonly any[], request: Request): Request['tokens'] {
  return tokensBehind(holdingAt(manifests, request), request);
}

function holdingAt(manifests: readonly any[], request: Request): readonly any[] {
  return manifests.filter(manifest => isOfGateway(manifest, request) || selects(manifest, request));
}

function isOfGateway({ metadata, spec: { targetRefs = [] } = {} }: any, { pod }: Request): boolean {
  return metadata.namespace === pod.namespace && targetRefs.some(({ group, kind, name }: any) =>
    group === 'gateway.networking.k8s.io' && kind === 'Gateway' && name === pod.labels[GATEWAY_NAME_LABEL]);
}
