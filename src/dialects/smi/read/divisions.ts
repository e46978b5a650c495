import type { SmiReading, SplitReading } from './readings';
import type { Requests } from './requests';
import { requestsOf } from './requests';
import type { ServiceName, TrafficSplit } from './tree';
import type { SmiWorld } from './world';
import { flatMap, pushTo } from '../../../model/lists';

/** Who gets which part of the requests for a Service. */
export interface Division {
  readonly namespace: string;
  readonly service: string;
  /** The first that holds decides. What none holds for goes to the Service itself. */
  readonly parts: readonly DivisionPart[];
  /** Why nobody knows; then it is not said who gets anything. */
  readonly unknown?: string;
  readonly splits: readonly TrafficSplit[];
}

export interface DivisionPart {
  /** Any of these; absent for all requests, and all connections. */
  readonly requests?: readonly Requests[];
  readonly shares: readonly Share[];
  readonly split: TrafficSplit;
}

export interface Share {
  readonly service: string;
  /** As those of the others have it: whole numbers. All may be 0, and then nobody gets anything. */
  readonly weight: number;
}

export interface SplitMeaning {
  readonly divisions: readonly Division[];
  readonly inert: readonly { readonly split: TrafficSplit; readonly message: string }[];
  /** Splits of which not even the Service is known. */
  readonly unknown: readonly { readonly split: TrafficSplit; readonly message: string }[];
}

export function splitMeaning(world: SmiWorld, { splits: reading, title }: SmiReading): SplitMeaning {
  const roots = new Map<string, Read[]>();
  const [inert, unknown]: { split: TrafficSplit; message: string }[][] = [[], []];
  for (const split of world.splits) {
    const namespace = world.namespaceOf(split);
    const { root } = split;
    if (namespace === undefined || root === undefined) {
      unknown.push({ split, message: world.unknown(split) ?? 'its Service is not known' });
    } else if (reading === undefined || !isRead(root, reading.root)) {
      inert.push({ split, message: `${title} does not read ${reading === undefined ? 'TrafficSplits' : `'${root.text}' as the name of a Service`}` });
    } else if ((root.namespace ?? namespace) !== namespace) {
      inert.push({ split, message: `the Service '${root.text}' is in another namespace` });
    } else {
      const key = `${namespace}/${root.name}`;
      pushTo(roots, key, partOf(split, world, reading));
    }
  }
  const divisions = [...roots].map(([key, all]): Division => {
    const [namespace, service] = key.split('/');
    const doubt = all.map(one => one.unknown).find(one => one !== undefined) ?? (reading === undefined ? undefined : competing(all, reading));
    const parts = flatMap(all, ({ part }) => part ?? []).sort((a, b) => Number(a.requests === undefined) - Number(b.requests === undefined));
    return { namespace, service, parts: doubt === undefined ? parts : [], unknown: doubt, splits: all.map(({ split }) => split) };
  });
  return { divisions, inert, unknown };
}

interface Read {
  readonly split: TrafficSplit;
  readonly part?: DivisionPart;
  readonly unknown?: string;
}

function partOf(split: TrafficSplit, world: SmiWorld, reading: SplitReading): Read {
  const doubt = world.unknown(split);
  if (doubt !== undefined) return { split, unknown: doubt };
  const namespace = world.namespaceOf(split);
  const elsewhere = split.backends.find(({ service }) => !isRead(service, reading.backend) || (service.namespace ?? namespace) !== namespace);
  if (elsewhere !== undefined) return { split, unknown: `it is not known whether '${elsewhere.service.text}' gets anything` };
  const shares = split.backends.map(({ service, weight }) => ({ service: service.name, weight }));
  if (split.groups === undefined || reading.match === 'unread') return { split, part: { shares, split } };
  if (reading.match === 'unknown') return { split, unknown: 'it is not known how its matches are read' };
  const requests: Requests[] = [];
  for (const name of split.groups) {
    const group = world.group(namespace, name);
    if (group === undefined) return { split, unknown: `there is no HTTPRouteGroup '${name}'` };
    const strange = world.unknown(group);
    if (strange !== undefined) return { split, unknown: strange };
    for (const match of group.matches) {
      const read = requestsOf(match, reading.match);
      if ('unknown' in read) return { split, unknown: `match '${match.name}' of HTTPRouteGroup '${name}': ${read.unknown}` };
      requests.push(read);
    }
  }
  return { split, part: { requests, shares, split } };
}

/** Why it is not known which of several holds. */
function competing(all: readonly Read[], { several }: SplitReading): string | undefined {
  const names = (some: readonly Read[]) => some.map(({ split }) => `'${split.name}'`).join(' and ');
  if (several === 'unknown') return all.length > 1 ? `which of ${names(all)} holds is not known` : undefined;
  const same = [true, false].map(isForAll => all.filter(({ part }) => (part?.requests === undefined) === isForAll)).find(some => some.length > 1);
  return same && `which of ${names(same)} holds is not known`;
}

function isRead({ text }: ServiceName, reading: SplitReading['root']): boolean {
  return reading === 'any' || (!text.includes('/') && (reading === 'host' || !text.includes('.')));
}
