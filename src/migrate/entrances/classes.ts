import type { Entry, TitledReading } from '../../meaning/world';
import { grouped } from '../../model/lists';
import { DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import { sourcesIn } from '../routes/takings';

const CLASS = 'IngressClass/';

/**
 * The same, with a gateway in place of each controller of Ingress. It has the name of the class, and is in the first namespace by name of those
 * whose Ingresses it takes.
 */
export function withGateways(readings: readonly TitledReading[]): readonly TitledReading[] {
  const gateways = gatewaysOfClasses(readings);
  if (gateways.size === 0) return readings;
  const placed = (entry: Entry): Entry => ({ ...entry, gateway: gateways.get(entry.gateway) ?? entry.gateway });
  return readings.map(({ title, reading }) => (
    { title, reading: reading.entries === undefined ? reading : { ...reading, entries: () => reading.entries?.().map(placed) ?? [] } }));
}

/** The names of classes, by `namespace/name` of the gateways in their place. */
export function classesByGateway(readings: readonly TitledReading[]): ReadonlyMap<string, string> {
  return new Map([...gatewaysOfClasses(readings)].map(([of, gateway]) => [gateway, of.slice(CLASS.length)]));
}

function gatewaysOfClasses(readings: readonly TitledReading[]): ReadonlyMap<string, string> {
  const entries = readings.flatMap(({ reading }) => reading.entries?.() ?? []).filter(({ gateway }) => gateway.startsWith(CLASS));
  return new Map([...grouped(entries, ({ gateway }) => gateway)].map(([of, own]) => {
    const [first = DEFAULT_NAMESPACE] = own.flatMap(({ ways }) => sourcesIn(ways)).map(({ namespace = DEFAULT_NAMESPACE }) => namespace).sort();
    return [of, `${first}/${of.slice(CLASS.length)}`];
  }));
}
