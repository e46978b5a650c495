import { classesByGateway, withGateways } from './classes';
import { type Door, doorsOf } from './doors';
import { exposedAt } from './exposures';
import { isOpen } from './open';
import type { EntrancePlanning } from './planning';
import { statementsOf } from './statements';
import type { Source } from '../../meaning/decision';
import { distinctBy, grouped } from '../../model/lists';
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
  const classes = classesByGateway(world.readings);
  const planned = [...grouped(doorsOf(withGateways(world.readings)), ({ gateway }) => gateway)].flatMap(([key, doors]): Planned[] => {
    const gatewaysOfName = world.objects.filter(({ kind, namespace = DEFAULT_NAMESPACE, name }) => /^(?:Ingress)?Gateway$/.test(kind) && keyOf(namespace, name) === key);
    const ofClass = classes.get(key);
    const sets = world.read.filter(object => addsTo(key, object, doors));
    const objects = ofClass === undefined ? gatewaysOfName : world.read.filter(({ kind, name }) => kind === 'IngressClass' && name === ofClass);
    const why = ofClass === undefined ? whyNot(key, objects, doors, planning) : whyNotOfClass(key, gatewaysOfName, doors, planning);
    const at = doors.map(door => ({ door, ...exposedAt(door, new Receivers(planning.beside, planning.services)) }));
    const exposing = at.flatMap(({ exposed }) => exposed.flatMap(({ by }) => by));
    const own = [...objects, ...sets].map(object => sourceOf(object));
    const all = [...own, ...exposing, ...at.flatMap(({ left }) => left.flatMap(({ by }) => by))];
    all.forEach(source => carried.add(objectKey(source)));
    if (why !== undefined) {
      judging.notSaid(all, why, 'meaning');
      return [];
    }
    at.forEach(({ left }) => left.forEach(({ unsaid, by }) => judging.notSaid(by, unsaid, 'meaning')));
    if (exposing.length === 0) {
      judging.notSaid(own, 'nothing that comes in by it is carried over', 'meaning');
      return [];
    }
    gateways.add(key);
    if (ofClass !== undefined) noteIngresses(exposing, doors, planning);
    return statementsOf({ key, className, by: own.length > 0 ? own : exposing, at }, planning);
  });
  return { planned, gateways, carries: object => carried.has(objectKey(object)) };
}

function objectKey({ kind, namespace = DEFAULT_NAMESPACE, name }: Pick<Source, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}

/** Whether an object adds listeners to a gateway, which takes them. */
function addsTo(key: string, { kind, namespace = DEFAULT_NAMESPACE, manifest: { spec } }: ReadObject, doors: readonly Door[]): boolean {
  if (!kind.endsWith('ListenerSet') || keyOf(spec?.parentRef?.namespace ?? namespace, spec?.parentRef?.name) !== key) return false;
  const isEntry = (own: any) => doors.some(({ entries }) => entries.some(({ listener, port }) => listener === own?.name && port === own?.port));
  return Array.isArray(spec.listeners) && spec.listeners.some(isEntry);
}

function whyNot(key: string, objects: readonly ReadObject[], doors: readonly Door[], { world, changed }: EntrancePlanning): string | undefined {
  if (objects.length !== 1) return `there are ${objects.length} Gateways named ${key}`;
  if (objects[0].manifest.spec?.tls?.backend !== undefined) return 'which certificate it shows to Services is not carried over: write a SharedGateway';
  if (isShut(doors, world)) {
    return `policies say who gets in at the pods of Gateway '${key}', or nobody knows which pods these are: `
      + 'give the workload, or write a GatewayAccessPolicy and an Exposure';
  }
  return changed.get(key);
}

/** The same for a gateway in place of the controller of a class. */
function whyNotOfClass(
  key: string, gateways: readonly ReadObject[], doors: readonly Door[], { world, changed }: EntrancePlanning,
): string | undefined {
  const [, name] = key.split('/');
  if (gateways.length > 0) return `a gateway in its place would be Gateway '${key}', which is there: write an Exposure`;
  if (isShut(doors, world)) {
    return `policies say who gets in at the pods of the controller of class '${name}': write a GatewayAccessPolicy and an Exposure`;
  }
  return changed.get(key);
}

/** What is not carried over of Ingresses that are, and what had to be assumed of their controller. */
function noteIngresses(by: readonly Source[], doors: readonly Door[], { world, judging }: EntrancePlanning): void {
  if (doors.some(({ entries }) => entries.some(({ pods }) => pods?.namespace === ''))) {
    judging.assumed(by, 'everybody is taken to get in at the pods of its controller, as these are not known');
  }
  for (const source of distinctBy(by, objectKey)) {
    const object = world.read.find(one => objectKey(one) === objectKey(source));
    const names = Object.keys(object?.manifest.metadata?.annotations ?? {})
      .filter(name => /(?:^|\.)(?:cert-manager\.io|external-dns\.)/.test(name.split('/')[0]));
    if (names.length > 0) judging.narrower([source], `what it says to others is not carried over: add ${names.sort().join(', ')} to the SharedGateway`, false);
  }
}

function isShut(doors: readonly Door[], { readings }: EntrancePlanning['world']): boolean {
  return doors.some(({ entries }) => entries.some(entry => !isOpen(readings, entry)));
}
