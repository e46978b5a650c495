import { type Door, doorsOf } from './doors';
import { exposedAt } from './exposures';
import { isOpen } from './open';
import type { EntrancePlanning } from './planning';
import { statementsOf } from './statements';
import type { Source } from '../../meaning/decision';
import { grouped } from '../../model/lists';
import { DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import { keyOf } from '../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../reading/objects';
import type { Planned } from '../plan/planned';
import { Receivers } from '../routes/backends';

export interface PlanOfEntrances {
  readonly planned: readonly Planned[];
  /** The gateways that are written, as `namespace/name`. */
  readonly gateways: ReadonlySet<string>;
  /** Whether all is said that an object says of what comes in by gateways. */
  readonly carries: (object: Pick<Source, 'kind' | 'namespace' | 'name'>) => boolean;
}

/** The gateways by which requests come in, and what they expose. */
export function planEntrances(planning: EntrancePlanning): PlanOfEntrances {
  const { className, world, judging } = planning;
  if (className === undefined) return { planned: [], gateways: new Set(), carries: () => false };
  const carried = new Set<string>();
  const gateways = new Set<string>();
  const planned = [...grouped(doorsOf(world.readings), ({ gateway }) => gateway)].flatMap(([key, doors]): Planned[] => {
    const objects = world.read.filter(({ kind, namespace = DEFAULT_NAMESPACE, name }) => kind === 'Gateway' && keyOf(namespace, name) === key);
    const own = objects.map(object => sourceOf(object));
    const why = whyNot(key, objects, doors, planning);
    const at = doors.map(door => ({ door, ...exposedAt(door, new Receivers(planning.beside, planning.services)) }));
    const all = [...own, ...at.flatMap(({ exposed, left }) => [...exposed, ...left].flatMap(({ by }) => by))];
    all.forEach(source => carried.add(objectKey(source)));
    if (why !== undefined) {
      judging.notSaid(all, why, 'meaning');
      return [];
    }
    at.forEach(({ left }) => left.forEach(({ unsaid, by }) => judging.notSaid(by, unsaid, 'meaning')));
    if (at.every(({ exposed }) => exposed.length === 0)) {
      judging.notSaid(own, 'nothing that comes in by it is carried over', 'meaning');
      return [];
    }
    gateways.add(key);
    return statementsOf({ key, className, by: own, at }, planning);
  });
  return { planned, gateways, carries: object => carried.has(objectKey(object)) };
}

function objectKey({ kind, namespace = DEFAULT_NAMESPACE, name }: Pick<Source, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}

function whyNot(key: string, objects: readonly ReadObject[], doors: readonly Door[], { world, changed }: EntrancePlanning): string | undefined {
  if (objects.length !== 1) return `there are ${objects.length} Gateways of the name ${key}`;
  const [, name] = key.split('/');
  const set = world.read.find(({ kind, manifest: { spec } }) => kind.endsWith('ListenerSet') && spec?.parentRef?.name === name);
  if (set !== undefined) return `ListenerSet '${set.name}' adds listeners to Gateway '${name}': write a SharedListenerSet`;
  if (objects[0].manifest.spec?.tls?.backend !== undefined) return 'which certificate it shows to Services is not carried over: write a SharedGateway';
  const isShut = doors.some(({ entries }) => entries.some(entry => !isOpen(world.readings, entry)));
  if (isShut) {
    return `policies say who gets in at the pods of Gateway '${key}', or nobody knows which pods these are: `
      + 'give the workload, or write a GatewayAccessPolicy and an Exposure';
  }
  return changed.get(key);
}
