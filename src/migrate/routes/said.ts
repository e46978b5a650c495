import type { Receivers } from './backends';
import { type Ruled, rulesOf } from './rules';
import { sourcesIn, takingsOf, type Unsaid } from './takings';
import type { ServicePort } from '../../meaning/call';
import { trafficKey } from '../../meaning/compare/values';
import { ALWAYS } from '../../meaning/condition';
import { type Decision, isUndecided, type Source } from '../../meaning/decision';
import { isAlways } from '../../meaning/restrict';
import { waysOf } from '../../meaning/routing';
import type { TitledReading, Traffic, Way, WayBackend } from '../../meaning/world';
import type { PlannedPort, PlannedService } from '../plan/services';

/** What is said of a Service. */
export interface SaidOfService {
  readonly namespace: string;
  readonly name: string;
  readonly planned: PlannedService;
  /** The ports of which a route speaks. */
  readonly ruled: readonly { readonly port: PlannedPort; readonly ruled: Ruled }[];
  /** The objects that say where requests go. */
  readonly by: readonly Source[];
  /** What holds for what is sent to it. */
  readonly traffic: Held;
  readonly byTraffic: readonly Source[];
}

/** What holds for what is sent to a Service, whoever sends it; undefined where nothing is said of it. */
export type Held = Traffic | Unsaid | undefined;

export class Sayings {
  public constructor(private readonly readings: readonly TitledReading[], private readonly receivers: Receivers) {}

  public of(namespace: string, name: string, planned: PlannedService): SaidOfService {
    const ports = planned.ports.map(port => ({ port, to: { namespace, service: name, port: port.port } }));
    const ways = ports.flatMap(({ port, to }) => {
      const decision = this.ways(to, port);
      return decision === undefined ? [] : [{ port, to, decision }];
    });
    const traffic = ports.flatMap(({ to }) => this.decided(to) ?? []);
    return {
      namespace,
      name,
      planned,
      ruled: ways.map(({ port, to, decision }) => ({ port, ruled: rulesOf(takingsOf(decision, to), to, port.protocol, this.receivers) })),
      by: ways.flatMap(({ decision }) => sourcesIn(decision)),
      traffic: alike(ports.map(({ to }) => this.traffic(to))),
      byTraffic: traffic.flatMap(sourcesIn),
    };
  }

  /** What holds for all that is sent to some Services; undefined where nothing does, or something else for each. */
  public ofAll(backends: readonly WayBackend[]): Traffic | undefined {
    const held = alike(backends.map(backend => this.traffic(backend)));
    return held === undefined || 'unsaid' in held ? undefined : held;
  }

  private ways(to: ServicePort, { protocol }: PlannedPort): Decision<Way> | undefined {
    return only(waysOf(this.readings, to, protocol).map(({ ways }) => ways));
  }

  private decided(to: Pick<WayBackend, keyof ServicePort | 'subset'>): Decision<Traffic> | undefined {
    return only(this.readings.flatMap(({ reading }) => reading.traffic?.(to) ?? []));
  }

  private traffic(to: Pick<WayBackend, keyof ServicePort | 'subset'>): Held {
    const decision = this.decided(to);
    const held = decision && heldOf(decision);
    return held !== undefined && !('unsaid' in held) && trafficKey(held) === NOTHING ? undefined : held;
  }
}

const NOTHING = trafficKey({ besides: [] });

function alike([first, ...others]: readonly Held[]): Held {
  const isOther = others.some(other => JSON.stringify(other) !== JSON.stringify(first));
  return isOther ? { unsaid: 'another thing is said of connections to each port, and a route says one of all' } : first;
}

function only<T>([one, ...others]: readonly Decision<T>[]): Decision<T> | undefined {
  if (others.length === 0) return one;
  const why = 'several APIs speak of its Service, and it is not known which of them the mesh follows';
  const then = { value: { unknown: why }, why };
  // None of them is believed, but all of them are named.
  return { branches: [one, ...others].flatMap(sourcesIn).map(source => ({ when: ALWAYS, then, source })), otherwise: then };
}

function heldOf({ branches: [first], otherwise }: Decision<Traffic>): Traffic | Unsaid {
  if (first !== undefined && (!isAlways(first.when) || 'branches' in first.then)) return { unsaid: 'it is for some clients only, and a route is for all of them' };
  const { value } = first === undefined || 'branches' in first.then ? otherwise : first.then;
  return isUndecided(value) ? { unsaid: value.unknown, isUnknown: true } : value;
}
