import { type Calls, OldExits, sameIn } from './calls';
import type { Policed } from './policed';
import type { EgressDestination, EgressPolicyProps, MeshService } from '../../index';
import type { Source } from '../../meaning/decision';
import type { Labels } from '../../meaning/selector';
import type { Passage } from '../../meaning/world';
import { DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import type { World as ReadWorld } from '../../reading/world';
import type { Notices } from '../plan/notices';
import type { Planned } from '../plan/planned';
import type { Refusals } from '../plan/refusals';
import { type OldMesh, OLD_MESHES, saysEgress } from '../policies/old-meshes';
import type { Judging } from '../policies/policy';
import type { Destinations } from '../policies/workloads';
import { call, constant, construct, type LeftOut, type Node, type Statement, withheld, type Written } from '../program';
import type { Workload, World } from '../world';

export interface ExitPlanning {
  readonly from: OldMesh;
  readonly world: ReadWorld;
  readonly beside: World;
  readonly destinations: Destinations;
  readonly refusals: Refusals;
  readonly judging: Judging;
  readonly notices: Notices;
  readonly unsaid: Passage;
  /** Whether a target sees datagrams. */
  readonly seesUdp: boolean;
  /** Why the policy of some pods would not keep in what the old ones did, by `namespace/name`: it is not written. */
  readonly leaky: ReadonlyMap<string, string>;
}

export interface PlanOfExits {
  readonly planned: readonly Planned[];
  /** Those whose policy a target refuses are taken out. */
  readonly policed: ReadonlyMap<string, Policed>;
  /** Whether all is said that an object says of what pods may call. */
  readonly carries: (object: Pick<Source, 'kind' | 'namespace' | 'name'>) => boolean;
}

/** The policies on what pods may call. */
export function planExits(planning: ExitPlanning): PlanOfExits {
  const { from, world, beside, destinations, unsaid, seesUdp } = planning;
  if (OLD_MESHES[from].exits === undefined && !world.read.some(object => saysEgress(from, object))) {
    return { planned: [], policed: new Map(), carries: () => false };
  }
  const old = new OldExits(world, beside, destinations, unsaid, seesUdp);
  const namespaces = [...new Set(beside.workloads.map(({ namespace = DEFAULT_NAMESPACE }) => namespace))].sort();
  const exits = namespaces.flatMap(namespace => {
    const standing = old.ofNamespace(namespace);
    const own = world.cluster.workloads.filter(one => (one.namespace ?? DEFAULT_NAMESPACE) === namespace).flatMap((workload): Exit[] => {
      const calls = old.ofWorkload(workload);
      const same = sameIn(beside, workload);
      return same === undefined || keyOf(calls) === keyOf(standing) ? [] : [{ namespace, workload: same, calls: calls ?? EVERYTHING }];
    });
    return [...standing === undefined ? [] : [{ namespace, calls: standing }], ...own];
  });
  const policed = new Map<string, Policed>();
  const lost = new Set<string>();
  const carried = new Set<string>();
  const planned = exits.flatMap(exit => planExit(exit, planning, policed, lost) ?? []);
  exits.forEach(({ calls }) => calls.by.forEach(source => carried.add(objectKey(source))));
  return { planned, policed, carries: object => carried.has(objectKey(object)) && !lost.has(objectKey(object)) };
}

function objectKey({ kind, namespace = DEFAULT_NAMESPACE, name }: Pick<Source, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}

interface Exit {
  readonly namespace: string;
  /** Absent for all pods of the namespace. */
  readonly workload?: Workload;
  readonly calls: Calls;
}

/** Of a workload that may call everything in a namespace that may not. */
const EVERYTHING: Calls = { allow: [call('EgressDestination', 'outside')], deny: [], isInsideUnknown: false, lost: [], by: [] };

function keyOf(calls: Calls | undefined): string {
  return JSON.stringify(calls === undefined ? [] : [calls.allow, calls.deny, calls.inside, calls.lost, calls.unsaid]);
}

function planExit(
  { namespace, workload, calls }: Exit, { from, world, destinations, refusals, judging, notices, leaky }: ExitPlanning,
  policed: Map<string, Policed>, notSaid: Set<string>,
): Planned | undefined {
  const { allow, deny, inside, isInsideUnknown, lost, by } = calls;
  const name = workload?.name ?? 'egress';
  const key = `${namespace}/${name}`;
  const labels = workload === undefined ? {} : destinations.labelsOf(workload);
  const give = (why: string) => {
    by.forEach(source => notSaid.add(objectKey(source)));
    policed.delete(key);
    judging.notSaid(by, why);
    if (!world.read.some(object => saysEgress(from, object) && by.some(source => objectKey(source) === objectKey(object)))) {
      notices.give('lost', `what pods of namespace '${namespace}' may call is not carried over: ${why}`);
    }
  };
  const why = calls.unsaid ?? leaky.get(key);
  if (why !== undefined || labels === undefined) {
    give(why ?? `other pods have all the labels of ${workload?.kind} '${name}', so that no policy tells them apart`);
    return undefined;
  }
  policed.set(key, { key, namespace, labels });
  judging.same(by);
  judging.assumed(by, 'the workloads and namespaces in the files are taken to be all that pods call in the cluster');
  const comments = judging.comments(by);
  const node = workload === undefined ? undefined : nodeOf(workload, labels, destinations);
  const statement = (id: string, some: readonly (Node<EgressDestination> | LeftOut)[], closesCluster: boolean): Statement => construct('EgressPolicy', id, {
    ...node !== undefined && { workload: node },
    allow: [...some],
    ...deny.length > 0 && { deny: [...deny] },
    ...closesCluster && { closeCluster: true },
  } satisfies Written<EgressPolicyProps>, ...comments);
  const whole = [...allow, ...inside ?? []];
  const refusalOf = (one: Statement) => refusals.alone(namespace, one);
  lost.forEach(reason => judging.narrower(by, reason, false));
  return {
    namespace,
    name,
    services: workload === undefined ? [] : [name],
    statement: id => statement(id, whole, inside !== undefined),
    reduced: (id, answer) => {
      if (refusalOf(statement(id, whole, inside !== undefined)) === undefined) return undefined;
      // Where it is not known what passes in the cluster, and a target does not close it, both may let pass the same.
      const isOpen = isInsideUnknown && refusalOf(statement(id, [], inside !== undefined)) !== undefined;
      const closesCluster = inside !== undefined && !isOpen;
      if (refusalOf(statement(id, [], closesCluster)) !== undefined) {
        give(answer);
        return { ...statement(id, whole, inside !== undefined), leftOut: answer };
      }
      const taken: (Node<EgressDestination> | LeftOut)[] = [];
      for (const one of isOpen ? allow : whole) {
        const refused = refusalOf(statement(id, [...taken, one], closesCluster));
        if (refused === undefined) {
          taken.push(one);
          continue;
        }
        judging.narrower(by, refused, true);
        taken.push(withheld<EgressDestination>(refused, one));
      }
      return statement(id, taken, closesCluster);
    },
    refused: give,
    warned: warning => judging.narrower(by, warning, true),
  };
}

/** The workload as a Service, whose port the policy does not ask for where there is none. */
function nodeOf(workload: Workload, podSelector: Labels, destinations: Destinations): Node<MeshService> {
  const { kind, name, place, serviceAccount, ports } = workload;
  const chosen = destinations.ofWorkload(workload, new Map());
  if (!('unsaid' in chosen) && chosen.fronts.length > 0) return chosen.node as Node<MeshService>;
  const [port = 80] = ports.map(one => one.port);
  const comment = `${kind} ${name}, ${place.file}:${place.line}: it has no Service, and its port says nothing here`;
  return constant(name, call('MeshService', 'of', name, { port, podSelector, serviceAccount }), { comment, isNamed: true });
}
