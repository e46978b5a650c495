import type { Backend } from './backend';
import { BALANCING, BREAKING, type Conf, confOf, RETRY, TIMEOUT, together } from './conf';
import { type Item, itemsFor, itemsOf } from './policy';
import { connectionsOf, type Rule, rulesOf } from './rules';
import type { ServicePort } from '../../../../meaning/call';
import { ALWAYS } from '../../../../meaning/condition';
import type { Cluster } from '../../../../reading/cluster/cluster';
import type { ReadObject } from '../../../../reading/objects';
import type { Mesh } from '../mesh';

const CONFS: Readonly<Record<string, readonly string[]>> = {
  MeshTimeout: TIMEOUT, MeshRetry: RETRY, MeshLoadBalancingStrategy: BALANCING, MeshCircuitBreaker: BREAKING,
};

/** What is said of destinations, by `to`. */
export interface Policies {
  readonly routes: readonly Item<readonly Rule[] | readonly Backend[] | undefined>[];
  readonly confs: readonly Item<Conf>[];
}

export function policiesOf(objects: readonly ReadObject[], meshes: readonly Mesh[]): Policies {
  const of = (wanted: string) => objects.filter(({ kind }) => kind === wanted);
  const routes = [...of('MeshHTTPRoute').flatMap(object => itemsOf(object, rulesOf)), ...of('MeshTCPRoute').flatMap(object => itemsOf(object, connectionsOf))];
  const confs = Object.entries(CONFS).flatMap(([kind, names]) => of(kind).flatMap(object => itemsOf(object, item => confOf(item.field('default'), names))));
  const isOneMesh = new Set([...routes, ...confs, ...meshes.map(({ name }) => ({ mesh: name }))].map(({ mesh }) => mesh)).size <= 1;
  const followed = <Own extends Item<unknown>>(item: Own): Own => {
    const doubt = !isOneMesh ? 'it is not known of which mesh the client is' : isOfServices(item, meshes) ? WITHOUT_SERVICES : undefined;
    return doubt === undefined ? item : { ...item, who: { type: 'unknown', why: doubt, place: item.source.place } };
  };
  return { routes: routes.map(followed), confs: confs.map(followed) };
}

/** Where a Mesh has no MeshServices, nothing is said of them. */
function isOfServices({ mesh, destination: { kind } }: Item<unknown>, meshes: readonly Mesh[]): boolean {
  return kind === 'Service' && meshes.some(({ name, hasMeshServices }) => name === mesh && !hasMeshServices);
}

const WITHOUT_SERVICES = 'whether a policy for a MeshService has an effect in this mode of `meshServices` depends on the release of Kuma';

/** Whether the pods of a Service are picked by what the route of the client tells to look at; undefined where nobody knows. */
export function picksByHash({ confs }: Policies, to: ServicePort, cluster: Cluster): boolean | undefined {
  const own = itemsFor(confs.filter(({ kind }) => kind === 'MeshLoadBalancingStrategy'), to, cluster);
  if (own.some(({ who, doubt }) => who !== ALWAYS || doubt !== undefined)) return undefined;
  const type = together(own).get('loadBalancer.type');
  return type === 'Maglev' || type === 'RingHash';
}
