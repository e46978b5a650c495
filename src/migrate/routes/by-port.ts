import type { Traffic } from '../../meaning/world';
import type { PortTraffic, Stickiness } from '../../model/handling';
import { grouped } from '../../model/lists';

/** What holds for what is sent to a Service, by its ports. */
export interface HeldByPorts {
  /** For all of them. */
  readonly ofAll: Traffic;
  /** In place of that. */
  readonly ofPorts: readonly { readonly ports: readonly number[]; readonly traffic: PortTraffic }[];
  /** What stands with the rules of a port, by its number. */
  readonly stickiness: ReadonlyMap<number, Stickiness>;
  /** What a route says of all ports, and is not the same for all, in words. */
  readonly lost: readonly string[];
}

/** What holds for one port; undefined where nothing does. */
export interface HeldAt {
  readonly port: number;
  readonly traffic: Traffic | undefined;
}

type Part = Exclude<keyof Traffic, 'besides'>;

/** Where a route says what: of ports, with the rules of ports, or of all ports, in words. */
const SAID: Readonly<Record<Part, 'ofPorts' | 'withRules' | { readonly ofAll: string }>> = {
  circuitBreaking: 'ofPorts',
  connections: 'ofPorts',
  stickiness: 'withRules',
  loadBalancing: { ofAll: 'load balancing' },
  rateLimit: { ofAll: 'the rate limit' },
  retryBudget: { ofAll: 'the retry budget' },
  failoverPriority: { ofAll: 'which pods are near' },
  failoverRegions: { ofAll: 'which region stands in for another one' },
  failover: { ofAll: 'what stands in for it' },
};

const PARTS = Object.keys(SAID) as Part[];

/** Undefined where nothing is said of any port. */
export function byPorts(held: readonly HeldAt[]): HeldByPorts | undefined {
  const differing = PARTS.filter(part => isOther(held, part));
  const ofAll = Object.fromEntries(Object.entries(held[0]?.traffic ?? {}).filter(([part]) => !differing.includes(part as Part)));
  const besides = [...new Set(held.flatMap(({ traffic }) => traffic?.besides ?? []))].sort();
  const own = held.map(({ port, traffic }) => ({ port, traffic: portTraffic(traffic, differing) }))
    .filter(({ traffic }) => Object.keys(traffic).length > 0);
  const found: HeldByPorts = {
    ofAll: { ...ofAll, besides },
    ofPorts: [...grouped(own, ({ traffic }) => JSON.stringify(traffic)).values()]
      .map(some => ({ ports: some.map(({ port }) => port), traffic: some[0].traffic })),
    stickiness: new Map(!differing.includes('stickiness') ? []
      : held.flatMap(({ port, traffic }) => traffic?.stickiness === undefined ? [] : [[port, traffic.stickiness]])),
    lost: differing.flatMap(part => {
      const how = SAID[part];
      return typeof how === 'string' ? [] : [`${how.ofAll} differs between ${portsInWords(held, part)}: a route says it of all ports`];
    }),
  };
  const isNothing = differing.length === 0 && Object.keys(ofAll).every(part => part === 'besides') && besides.length === 0;
  return isNothing ? undefined : found;
}

function isOther([first, ...others]: readonly HeldAt[], part: Part): boolean {
  return others.some(({ traffic }) => textOf(traffic, part) !== textOf(first.traffic, part));
}

function textOf(traffic: Traffic | undefined, part: Part): string {
  return JSON.stringify(traffic?.[part]) ?? '';
}

function portTraffic({ circuitBreaking, connections }: PortTraffic = {}, differing: readonly Part[]): PortTraffic {
  return {
    ...differing.includes('circuitBreaking') && circuitBreaking !== undefined && { circuitBreaking },
    ...differing.includes('connections') && connections !== undefined && { connections },
  };
}

function portsInWords(held: readonly HeldAt[], part: Part): string {
  return [...grouped(held, ({ traffic }) => textOf(traffic, part)).values()].map(some => `port ${some.map(({ port }) => port).join(', ')}`).join(' and ');
}
