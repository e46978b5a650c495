import type { ReadObject } from '../../../../reading/objects';

/** By a mark of a Service: the namespaces that see it. */
export const EXPORT = 'networking.istio.io/exportTo';

/** The start of what pods say to their own sidecar. */
export const OF_SIDECARS = 'traffic.sidecar.istio.io/';

/** By a mark of pods: how calls are led to their sidecar. */
export const INTERCEPTION = 'sidecar.istio.io/interceptionMode';

/** Whether an object says something to sidecars without being of Istio: who sees a Service, or which calls of pods go past them. */
export function marksSidecars({ manifest: { metadata, spec } }: Pick<ReadObject, 'manifest'>): boolean {
  const all = [metadata, spec?.template?.metadata, spec?.jobTemplate?.spec?.template?.metadata];
  return all.some(one => Object.keys(one?.annotations ?? {}).some(name => name === EXPORT || name === INTERCEPTION || name.startsWith(OF_SIDECARS)));
}
