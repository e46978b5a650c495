import type { AccessReading, SmiReading } from './readings';
import type { Account, AllowedRequests, Part, Ports } from './target-part';
import { partOf, sorted } from './target-part';
import type { TrafficTarget } from './tree';
import type { SmiWorld } from './world';
import { flatMap, pushTo } from '../../../model/lists';

/** What some clients may do to the pods that run as a ServiceAccount. */
export interface Allowance {
  readonly destination: Account;
  /** `anyone` has no need of an identity. */
  readonly sources: readonly Account[] | 'anyone';
  readonly ports: Ports;
  readonly protocol: 'TCP' | 'UDP';
  /** On ports that speak HTTP. None at all allows nothing there. */
  readonly requests: readonly AllowedRequests[];
  /** Whether everything may pass on ports that do not speak HTTP. */
  readonly connections: boolean;
  /** Who says so. */
  readonly targets: readonly TrafficTarget[];
}

/** Why it is not known what a target means, or that it means nothing. */
export interface Doubt {
  readonly target: TrafficTarget;
  /** Absent where it may be anybody. */
  readonly destination?: Account;
  readonly message: string;
}

/** What the TrafficTargets of a world allow. All else is denied, where they are enforced. */
export interface AccessMeaning {
  readonly allowances: readonly Allowance[];
  /** Of what concerns these destinations, nothing is certain but what is allowed. */
  readonly unknown: readonly Doubt[];
  /** These targets say nothing to the mesh. */
  readonly inert: readonly Doubt[];
  readonly firstOf?: AccessReading['firstOf'];
}

export function accessMeaning(world: SmiWorld, { access, title }: SmiReading): AccessMeaning {
  const unknown: Doubt[] = [];
  const inert: Doubt[] = [];
  const parts: Part[] = [];
  for (const target of world.targets) {
    const read = access === undefined ? { inert: `${title} does not read TrafficTargets` } : partOf(target, world, access);
    if ('part' in read) {
      parts.push(read.part);
      unknown.push(...read.doubts.map(message => ({ target, destination: read.part.destination, message })));
    } else if ('inert' in read) {
      inert.push({ target, message: read.inert });
    } else {
      unknown.push({ target, destination: read.destination, message: read.unknown });
    }
  }
  return {
    allowances: access === undefined ? [] : allowances(parts, access),
    unknown,
    inert,
    firstOf: access?.firstOf,
  };
}

function allowances(parts: readonly Part[], reading: AccessReading): Allowance[] {
  return flatMap(reading.perSource ? bySource(parts) : parts.map(part => ({ ...part, targets: [part.target] })), part => {
    const { destination, sources, tcp, udp, requests, connections, targets } = part;
    const all = { destination, sources, ports: tcp, protocol: 'TCP' as const, requests, connections, targets };
    const open = reading.anyoneConnects && connections
      ? [{ ...all, connections: false }, { ...all, sources: 'anyone' as const, requests: [] }]
      : [all];
    return [...open, ...udp.length === 0 ? [] : [{ ...all, ports: udp, protocol: 'UDP' as const, requests: [], connections: true }]];
  });
}

function together(some: readonly Ports[]): Ports {
  const numbers: number[] = [];
  for (const ports of some) {
    if (ports === 'all') return 'all';
    numbers.push(...ports);
  }
  return sorted(numbers);
}

/** One for each source: it has the ports of all its targets, and their requests. */
function bySource(parts: readonly Part[]): (Omit<Part, 'target'> & { readonly targets: readonly TrafficTarget[] })[] {
  const sources = new Map<string, Part[]>();
  for (const part of parts) {
    for (const source of part.sources) {
      const key = JSON.stringify([part.destination.namespace, part.destination.name, source.namespace, source.name]);
      pushTo(sources, key, { ...part, sources: [source] });
    }
  }
  return [...sources.values()].map(all => {
    const distinct = new Map(flatMap(all, ({ requests }) => requests).map(one => [one.route, one]));
    return {
      ...all[0],
      tcp: together(all.map(({ tcp }) => tcp)),
      requests: [...distinct.values()],
      targets: [...new Set(all.map(({ target }) => target))],
    };
  });
}
