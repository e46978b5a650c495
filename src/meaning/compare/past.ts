import type { Comparer } from './comparer';
import type { Half, HalfService, Scope } from './half';
import type { Pair } from './leaving';
import { passesRoutes, waysOf } from '../routing';

/** Clients whose calls take the routes of a Service on one side, and on the other reach it past the proxies that would follow them. */
export function comparePast(comparer: Comparer, before: Half, after: Half, scope: Scope, pairs: readonly Pair[]): void {
  const moved = pairs.filter(([was, is]) => scope.pods(is.namespace) && pastIn(before, was) !== pastIn(after, is));
  if (moved.length === 0) return;
  for (const service of routedIn(before, after)) {
    for (const [was, is] of moved) {
      if (passesRoutes(before.readings, was, service.port) === passesRoutes(after.readings, is, service.port)) continue;
      comparer.unsure.push({
        to: { type: 'service', port: service },
        crowd: { clients: [is], areAll: false },
        why: 'its calls take the routes of the Service on one side only, and where they go on the other is not compared',
      });
    }
  }
}

function pastIn({ readings }: Half, client: Pair[number]): string {
  const said = readings.map(({ reading }) => [reading.leavesPast?.(client), reading.followsRoutes?.(client)]);
  return JSON.stringify(said.filter(some => some.some(one => one !== undefined)));
}

/** The ports of Services that have routes on both sides. */
function routedIn(before: Half, after: Half): HalfService[] {
  const isRouted = ({ readings }: Half, service: HalfService) => waysOf(readings, service, service.protocol ?? 'HTTP').length > 0;
  return [...after.servicePorts].filter(([key, service]) => before.servicePorts.has(key) && (isRouted(before, service) || isRouted(after, service)))
    .map(([, service]) => service);
}
