import type { ReadObject } from './objects';
import type { Reader } from './reader';

/** APIs of meshes: what stands in them may change who gets in, and where requests go. */
const OF_MESHES = /(?:^|\.)(?:istio\.io|linkerd\.io|consul\.hashicorp\.com|kuma\.io|cilium\.io|smi-spec\.io|(?:gateway\.)?networking\.(?:x-)?k8s\.io)$/;

/** Kinds of theirs that change neither. */
const HARMLESS = new Set([
  'GatewayClass', 'IngressClass', 'IPAddress', 'ServiceCIDR', 'Telemetry', 'CiliumEndpoint', 'CiliumEndpointSlice', 'CiliumIdentity', 'CiliumNode',
  'Dataplane', 'DataplaneInsight', 'MeshInsight', 'ServiceInsight', 'MeshAccessLog', 'MeshMetric', 'MeshTrace', 'ControlPlane',
]);

/** The objects of meshes that no reader reads. */
export function unreadAmong(objects: readonly ReadObject[], readers: readonly Reader[]): readonly ReadObject[] {
  return objects.filter(({ group, kind }) => OF_MESHES.test(group) && !HARMLESS.has(kind)
    && !readers.some(reader => isReadBy(reader, group, kind)));
}

export function isReadBy({ kinds }: Reader, group: string, kind: string): boolean {
  return Object.hasOwn(kinds, group) && kinds[group].includes(kind);
}
