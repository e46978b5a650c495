import { portsBehind } from './cluster/behind';
import type { World } from './world';
import type { Land } from '../meaning/journey';

/** What calls meet in a world. */
export function landOf({ cluster, readings }: Pick<World, 'cluster' | 'readings'>): Land {
  return { readings, portsBehind: to => portsBehind(cluster, to) };
}
