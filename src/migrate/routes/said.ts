import type { Receivers } from './backends';
import { byPorts, type HeldAt, type HeldByPorts } from './by-port';
import { type PortRules, type Ruled, rulesOf } from './rules';
import { sourcesIn, takingsOf, type Unsaid } from './takings';
import type { ServicePort } from '../../meaning/call';
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
  /** What holds for what is sent to it, whoever sends it; undefined where nothing is said of it. */
  readonly traffic: HeldByPorts | Unsaid | undefined;
  readonly byTraffic: readonly Source[];
}

export class Sayings {
  public constructor(private readonly readings: readonly TitledReading[], private readonly receivers: Receivers) {}

  public of(namespace: string, name: string, planned: PlannedService): SaidOfService {
    const ports = planned.ports.map(port => ({ port, to: { namespace, service: name, port: port.port } }));
    const ways = ports.flatMap(({ port, to }) => {
      const decision = this.ways(to, port);
      return decision === undefined ? [] : [{ port, to, decision }];
    });
    const byTraffic = ports.flatMap(({ to }) => this.decided(to) ?? []).flatMap(sourcesIn);
    const held = ports.filter(({ port }) => isCarried(port)).map(({ port: { port }, to }) => ({ port, traffic: this.traffic(to) }));
    const [unsaid] = held.flatMap(({ traffic }) => traffic !== undefined && 'unsaid' in traffic ? [traffic] : []);
    return {
      namespace,
      name,
      planned,
      ruled: ways.map(({ port, to, decision }) => ({ port, ruled: rulesOf(takingsOf(decision, to), to, port.protocol, this.receivers) })),
      by: ways.flatMap(({ decision }) => sourcesIn(decision)),
      traffic: unsaid ?? byPorts(held.filter(isKnown)),
      byTraffic,
    };
  }

  /** What holds where a route sends what comes to each port: to the Service itself, where no rule is for the port. */
  public ofRoute({ namespace, name, planned }: SaidOfService, rules: readonly RulesOfPort[]): HeldByPorts | undefined {
    return byPorts(planned.ports.filter(isCarried).flatMap((port): HeldAt[] => {
      const backends = rules.find(one => one.port.port === port.port)?.sentTo ?? [{ namespace, service: name, port: port.port }];
      return backends.length === 0 ? [] : [{ port: port.port, traffic: alike(backends.map(backend => this.traffic(backend))) }];
    }));
  }

  private ways(to: ServicePort, { protocol }: PlannedPort): Decision<Way> | undefined {
    return only(waysOf(this.readings, to, protocol).map(({ ways }) => ways));
  }

  private decided(to: Pick<WayBackend, keyof ServicePort | 'subset'>): Decision<Traffic> | undefined {
    return only(this.readings.flatMap(({ reading }) => reading.traffic?.(to) ?? []));
  }

  private traffic(to: Pick<WayBackend, keyof ServicePort | 'subset'>): Traffic | Unsaid | undefined {
    const decision = this.decided(to);
    return decision && heldOf(decision);
  }
}

/** The rules of a port that is routed. */
export interface RulesOfPort extends PortRules {
  readonly port: PlannedPort;
}

/** No mesh sees UDP. */
function isCarried({ protocol }: PlannedPort): boolean {
  return protocol !== 'UDP';
}

function isKnown(held: { readonly port: number; readonly traffic: Traffic | Unsaid | undefined }): held is HeldAt {
  return held.traffic === undefined || !('unsaid' in held.traffic);
}

/** What holds for several; undefined where that is something else for each, or is not known. */
function alike([first, ...others]: readonly (Traffic | Unsaid | undefined)[]): Traffic | undefined {
  const isOther = others.some(other => JSON.stringify(other) !== JSON.stringify(first));
  return isOther || first === undefined || 'unsaid' in first ? undefined : first;
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
