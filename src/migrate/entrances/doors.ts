import type { Decision } from '../../meaning/decision';
import { atomsOf, type Knowledge, restricted } from '../../meaning/restrict';
import { holdsFor, type Text } from '../../meaning/text';
import type { Entry, TitledReading, Way } from '../../meaning/world';
import { coversHost } from '../../model/host';
import { distinctBy, grouped } from '../../model/lists';
import type { Unsaid } from '../routes/takings';

/** A port of a gateway, with all that listens there. */
export interface Door extends Pick<Entry, 'gateway' | 'port' | 'protocol'> {
  readonly entries: readonly Entry[];
}

/** A host as exposures name it. Absent for every host. */
export type Hostname = string | undefined;

/** What becomes of requests that ask for a host, and for none that is named more closely. */
export interface HostWays {
  readonly hostname: Hostname;
  /** The host of the listener that takes them. */
  readonly listened: Hostname;
  readonly entry: Entry;
  readonly ways: Decision<Way>;
}

export function doorsOf(readings: readonly TitledReading[]): Door[] {
  const entries = readings.flatMap(({ reading }) => reading.entries?.() ?? []);
  return [...grouped(entries, ({ gateway, port, protocol }) => JSON.stringify([gateway, port, protocol])).values()]
    .map(own => ({ gateway: own[0].gateway, port: own[0].port, protocol: own[0].protocol, entries: own }));
}

/** The hosts of which a door speaks, the closest first. */
export function hostsAt({ entries }: Door): readonly HostWays[] | Unsaid {
  const listened = entries.flatMap(entry => hostnamesOf(entry.host).map(name => ({ entry, name })));
  if (listened.length < entries.length) return { unsaid: 'the host of a listener cannot be written' };
  const said = entries.flatMap(({ ways }) => [...atomsOf(ways)])
    .flatMap(atom => atom.type === 'host' || atom.type === 'serverName' ? hostnamesOf(atom.is) : []);
  const hostnames = [...new Set([...listened.map(({ name }) => name), ...said])].sort((a, b) => closeness(b) - closeness(a));
  const all: HostWays[] = [];
  for (const hostname of hostnames) {
    const taking = listened.filter(({ name }) => covers(name, hostname)).sort((a, b) => closeness(b.name) - closeness(a.name));
    const closest = taking.filter(({ name }) => name === taking[0].name).map(({ entry, name }): HostWays => (
      { hostname, listened: name, entry, ways: restricted(entry.ways, knowledge(hostname)) }));
    if (distinctBy(closest, ({ entry: { tls }, ways }) => JSON.stringify([tls, ways])).length > 1) {
      return { unsaid: `several listeners are for ${hostname ?? 'all hosts'}, and differ` };
    }
    all.push(...closest.slice(0, 1));
  }
  return all;
}

/** Whether the first holds for all hosts of the second. */
export function covers(wide: Hostname, narrow: Hostname): boolean {
  return wide === undefined || (narrow !== undefined && coversHost(wide, narrow));
}

/** One hostname; none, where the text is no such name. */
function hostnamesOf(text: Text): readonly Hostname[] {
  switch (text.type) {
    case 'anything': return [undefined];
    case 'exact': return [text.value];
    case 'suffix': return text.value.startsWith('.') ? [`*${text.value}`] : [];
    default: return [];
  }
}

function closeness(hostname: Hostname): number {
  return hostname === undefined ? 0 : hostname.startsWith('*') ? hostname.length : Infinity;
}

/** What is true of requests for a host, and for none that is named more closely. */
function knowledge(hostname: Hostname): Knowledge {
  return atom => {
    if (atom.type !== 'host' && atom.type !== 'serverName') return 'unknown';
    if (hostname?.startsWith('*') === false) return holdsFor(atom.is, hostname);
    const names = hostnamesOf(atom.is);
    return names.length === 0 ? 'unknown' : names.some(name => covers(name, hostname)) ? 'yes' : 'no';
  };
}
