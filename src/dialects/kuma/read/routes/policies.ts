import type { Backend } from './backend';
import { BALANCING, BREAKING, type Conf, confOf, RETRY, TIMEOUT, together } from './conf';
import { type Item, itemsFor, itemsOf } from './policy';
import { connectionsOf, type Rule, rulesOf } from './rules';
import type { ServicePort } from '../../../../meaning/call';
import { ALWAYS, type Doubt } from '../../../../meaning/condition';
import type { Cluster } from '../../../../reading/cluster/cluster';
import type { ReadObject } from '../../../../reading/objects';

const CONFS: Readonly<Record<string, readonly string[]>> = {
  MeshTimeout: TIMEOUT, MeshRetry: RETRY, MeshLoadBalancingStrategy: BALANCING, MeshCircuitBreaker: BREAKING,
};

/** What is said of destinations, by `to`. */
export interface Policies {
  readonly routes: readonly Item<readonly Rule[] | readonly Backend[] | undefined>[];
  readonly confs: readonly Item<Conf>[];
}

export function policiesOf(objects: readonly ReadObject[]): Policies {
  const of = (wanted: string) => objects.filter(({ kind }) => kind === wanted);
  const routes = [...of('MeshHTTPRoute').flatMap(object => itemsOf(object, rulesOf)), ...of('MeshTCPRoute').flatMap(object => itemsOf(object, connectionsOf))];
  const confs = Object.entries(CONFS).flatMap(([kind, names]) => of(kind).flatMap(object => itemsOf(object, item => confOf(item.field('default'), names))));
  const isOneMesh = new Set([...routes, ...confs].map(({ mesh }) => mesh)).size <= 1;
  if (isOneMesh) return { routes, confs };
  return { routes: routes.map(item => ({ ...item, who: ofSomeMesh(item) })), confs: confs.map(item => ({ ...item, who: ofSomeMesh(item) })) };
}

function ofSomeMesh({ source: { place } }: Item<unknown>): Doubt {
  return { type: 'unknown', why: 'it is not known of which mesh the client is', place };
}

/** Whether the pods of a Service are picked by what the route of the client tells to look at; undefined where nobody knows. */
export function picksByHash({ confs }: Policies, to: ServicePort, cluster: Cluster): boolean | undefined {
  const own = itemsFor(confs.filter(({ kind }) => kind === 'MeshLoadBalancingStrategy'), to, cluster);
  if (own.some(({ who, doubt }) => who !== ALWAYS || doubt !== undefined)) return undefined;
  const type = together(own).get('loadBalancer.type');
  return type === 'Maglev' || type === 'RingHash';
}
