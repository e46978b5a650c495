import { DEFAULT_NAMESPACE } from './cluster/object';
import type { ReadObject } from './objects';
import type { Reader } from './reader';
import { isMap } from '../manifests/values';
import type { ServicePort } from '../meaning/call';
import { type Decision, isUndecided, type Source, unknownBy, type Verdict, verdictsIn } from '../meaning/decision';
import { sayingIn } from '../meaning/depending';
import type { Reading, Way } from '../meaning/world';

/** A Rollout of Argo that changes routes as it goes: those that it names, and those that lead to its two versions. */
interface Rollout {
  readonly source: Source;
  readonly namespace: string;
  /** The Services of the two versions, and that which people call. */
  readonly services: readonly string[];
  /** The Service for which it makes a TrafficSplit. */
  readonly root?: string;
  /** Any kind of route. */
  readonly routes: readonly { readonly namespace: string; readonly name: string }[];
}

const WHY = 'a Rollout of Argo changes where requests go';

export function movesWays({ group, kind, manifest }: Pick<ReadObject, 'group' | 'kind' | 'manifest'>): boolean {
  return group === 'argoproj.io' && kind === 'Rollout' && isMap(manifest?.spec?.strategy?.canary?.trafficRouting);
}

/**
 * A reading in which it is not known where requests go that a Rollout moves.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/
 */
export function unlessMoved(objects: readonly ReadObject[]): (reading: Reading) => Reading {
  const rollouts = objects.filter(movesWays).map(rolloutOf);
  if (rollouts.length === 0) return reading => reading;
  const over = <Ways extends Decision<Way> | undefined>(ways: Ways, to?: ServicePort): Ways | Decision<Way> => {
    const by = rollouts.filter(rollout => (to !== undefined && isRoot(rollout, to)) || (ways !== undefined && isMoved(ways, rollout)));
    return by.length === 0 ? ways
      : { branches: [], otherwise: { value: unknownBy(WHY, [...by, ...ways === undefined ? [] : sayingIn(ways)]), why: WHY, source: by[0].source } };
  };
  return reading => ({
    ...reading,
    ...reading.ways !== undefined && { ways: (to, protocol) => over(reading.ways?.(to, protocol), to) },
    ...reading.waysAbove !== undefined && { waysAbove: (to, protocol, below) => over(reading.waysAbove?.(to, protocol, below)) },
    ...reading.entries !== undefined && { entries: () => (reading.entries?.() ?? []).map(entry => ({ ...entry, ways: over(entry.ways) })) },
  });
}

/** The TrafficSplits that Rollouts make stand in no file. */
export const ROLLOUTS: Reader = { title: 'Argo Rollouts', kinds: {}, read: splitsOf };

function splitsOf(objects: readonly ReadObject[]): Reading {
  const rollouts = objects.filter(movesWays).map(rolloutOf).filter(({ root }) => root !== undefined);
  return rollouts.length === 0 ? {} : {
    ways: to => {
      const [first] = rollouts.filter(rollout => isRoot(rollout, to));
      return first && { branches: [], otherwise: { value: unknownBy(WHY, [first]), why: WHY, source: first.source } };
    },
  };
}

function rolloutOf({ kind, name, namespace = DEFAULT_NAMESPACE, fields, manifest }: ReadObject): Rollout {
  const { stableService, canaryService, trafficRouting } = manifest.spec.strategy.canary;
  const { place } = fields.field('spec').field('strategy').field('canary').field('trafficRouting');
  const { smi } = trafficRouting;
  return {
    source: { kind, name, namespace, place },
    namespace,
    services: [stableService, canaryService].filter(isText),
    routes: [...named(trafficRouting)].map(text => {
      // A VirtualService may be one of another namespace.
      const [own, home = namespace] = text.split('.');
      return { name: own, namespace: home };
    }),
    ...isMap(smi) && { root: [smi.rootService, stableService].find(isText) },
  };
}

const OF_ROUTES = /(?:virtualServices?|Routes?|Ingress(?:es)?)$/;

/** What any router names as its route, by a name or by an object that has one. */
function* named(value: unknown): Generator<string> {
  if (!isMap(value)) return;
  for (const [key, below] of Object.entries(value)) {
    if (OF_ROUTES.test(key)) {
      for (const one of [below].flat()) {
        const name = isMap(one) ? one.name : one;
        if (isText(name)) yield name;
      }
    } else {
      yield* named(below);
    }
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isRoot({ root, namespace }: Rollout, to: ServicePort): boolean {
  return root === to.service && namespace === to.namespace;
}

function isMoved(ways: Decision<Way>, { routes, services, namespace: home }: Rollout): boolean {
  const isNamed = ({ source: { name, namespace } }: { readonly source: Source }) =>
    routes.some(route => route.name === name && route.namespace === namespace);
  const leadsThere = ({ value }: Verdict<Way>) =>
    !isUndecided(value) && value.backends.some(({ namespace, service }) => namespace === home && services.includes(service));
  return [...sayingIn(ways)].some(isNamed) || [...verdictsIn(ways)].some(leadsThere);
}
