import { OF_SIDECARS } from './marks';
import type { Client } from '../../../../meaning/call';
import { PAST_THE_MESH } from '../../../../meaning/passage';
import { type Gate, isOutside, type Outside, type PodPort } from '../../../../meaning/world';

const NAMES = ['excludeOutboundPorts', 'excludeOutboundIPRanges', 'includeOutboundIPRanges', 'includeOutboundPorts'] as const;
const TITLE = 'Sidecar of Istio';

/**
 * Calls that may not pass the proxy of their client, by the annotations of its pod; undefined for those that do.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/
 */
export function bypasses({ annotations = {} }: Client & { readonly kind: 'pod' }, to: PodPort | Outside): Gate[] | undefined {
  if (isOutside(to)) {
    return NAMES.some(name => !['', '*', undefined].includes(annotations[`${OF_SIDECARS}${name}`]?.trim()))
      ? gate({ unknown: 'it is not known whether the call passes the proxy of the client: its annotations leave out some' }) : undefined;
  }
  const excluded = (annotations[`${OF_SIDECARS}excludeOutboundPorts`] ?? '').split(',').map(one => one.trim());
  const ports = to.entrances.map(({ port }) => excluded.includes(String(port)));
  if (!ports.includes(true)) return undefined;
  return gate(ports.every(is => is) ? PAST_THE_MESH : { unknown: 'it is not known whether the call passes the proxy of the client: its annotations leave out some ports' });
}

/** What is said of it. */
export function bypassOf({ annotations = {} }: Client & { readonly kind: 'pod' }): readonly (string | undefined)[] {
  return NAMES.map(name => annotations[`${OF_SIDECARS}${name}`]);
}

function gate(value: { readonly unknown: string }): Gate[] {
  return [{ title: TITLE, decision: { branches: [], otherwise: { value, why: value === PAST_THE_MESH ? 'by the annotations of the client, it does not pass its proxy' : value.unknown } } }];
}
