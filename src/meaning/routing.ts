import type { Client, ServicePort } from './call';
import type { Decision } from './decision';
import { isPastAt } from './past';
import { any, type Truth } from './truth';
import type { TitledReading, Way } from './world';
import type { Protocol } from '../model/protocol';

/** Where requests go, with the API that says so. */
export interface TitledWays {
  readonly title: string;
  readonly ways: Decision<Way>;
}

/** What each API says of where requests to a port of a Service go. Of one that stands above the others, they are part of what it says. */
export function waysOf(readings: readonly TitledReading[], to: ServicePort, protocol: Protocol): TitledWays[] {
  const all = readings.flatMap(({ title, reading }): TitledWays[] => {
    const ways = reading.ways?.(to, protocol);
    return ways === undefined ? [] : [{ title, ways }];
  });
  if (all.length > 1) return all;
  const below = all.at(0)?.ways;
  const above = readings.flatMap(({ title, reading }): TitledWays[] => {
    const ways = reading.waysAbove?.(to, protocol, below);
    return ways === undefined ? [] : [{ title, ways }];
  });
  return above.length > 0 ? above : all;
}

/** Whether a call takes no route, since no proxy sees it that would follow one. */
export function passesRoutes(readings: readonly TitledReading[], client: Client, port: number): Truth {
  return any(readings.map(({ reading }) => {
    const past = reading.leavesPast?.(client);
    const is = past === undefined ? 'no' : isPastAt(past, port);
    return is === 'no' && reading.followsRoutes?.(client) === 'unknown' ? 'unknown' : is;
  }));
}
