import type { Client } from '../../../meaning/call';
import type { Gate, Outside, PodPort } from '../../../meaning/world';
import { isOutside } from '../../../meaning/world';
import { grouped } from '../../../model/lists';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { type ReadObject, sourceOf } from '../../../reading/objects';

/** Where an EgressNetwork is for every namespace that has none of its own. */
const GLOBAL = 'linkerd-egress';

/** What leaves for outside: what an EgressNetwork denies, beside its routes, depends on networks that only the installation knows. */
export function leavingBy(objects: readonly ReadObject[]): (client: Client, to: PodPort | Outside) => readonly Gate[] {
  const byNamespace = grouped(objects, ({ namespace }) => namespace ?? DEFAULT_NAMESPACE);
  return (client, to) => {
    if (client.kind !== 'pod' || !isOutside(to)) return [];
    const own = byNamespace.get(client.namespace) ?? byNamespace.get(GLOBAL) ?? [];
    const denying = own.find(({ fields }) => fields.field('spec').field('trafficPolicy').text() !== 'Allow');
    if (denying === undefined) return [];
    const why = 'what an EgressNetwork lets out is not known here';
    return [{ title: 'Linkerd', decision: { branches: [], otherwise: { value: { unknown: why }, why, source: sourceOf(denying) } } }];
  };
}
