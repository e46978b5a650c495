import type { Client } from '../../../meaning/call';
import type { Gate, Outside, PodPort } from '../../../meaning/world';
import { isOutside } from '../../../meaning/world';
import { grouped } from '../../../model/lists';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { keyOf } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';

/** Where an EgressNetwork is for every namespace that has none of its own. */
const GLOBAL = 'linkerd-egress';

/** What may be on an EgressNetwork. */
const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'];

/** What leaves for outside: what an EgressNetwork denies depends on networks that only the installation knows. What becomes of it by routes is not known. */
export function leavingBy(all: readonly ReadObject[]): (client: Client, to: PodPort | Outside) => readonly Gate[] {
  const objects = all.filter(({ kind }) => kind === 'EgressNetwork');
  const routed = new Set(all.filter(({ kind }) => ROUTES.includes(kind)).flatMap(networksOf));
  const byNamespace = grouped(objects, ({ namespace }) => namespace ?? DEFAULT_NAMESPACE);
  return (client, to) => {
    if (client.kind !== 'pod' || !isOutside(to)) return [];
    const own = byNamespace.get(client.namespace) ?? byNamespace.get(GLOBAL) ?? [];
    const open = own.find(one => one.fields.field('spec').field('trafficPolicy').text() !== 'Allow' || routed.has(keyOf(one.namespace ?? DEFAULT_NAMESPACE, one.name)));
    if (open === undefined) return [];
    const why = 'what an EgressNetwork lets out is not known here';
    return [{ title: 'Linkerd', decision: { branches: [], otherwise: { value: { unknown: why }, why, source: sourceOf(open) } } }];
  };
}

/** The EgressNetworks that a route is on. */
function networksOf({ fields, namespace = DEFAULT_NAMESPACE }: ReadObject): string[] {
  const parents = fields.field('spec').field('parentRefs').items().filter(ref => ref.field('kind').text() === 'EgressNetwork');
  return parents.map(ref => keyOf(ref.field('namespace').text() ?? namespace, ref.field('name').text() ?? ''));
}
