import type { Client, ServicePort } from '../../src/meaning/call';
import { decide, isUndecided, valueOf } from '../../src/meaning/decision';
import type { Traffic } from '../../src/meaning/world';
import type { World } from '../../src/reading/world';

/** What holds for what is sent to a port of a Service; why it is not known, where it is not. */
export function trafficOf({ readings }: World, to: ServicePort, client: Client = { kind: 'pod', namespace: 'shop', meshed: true }): Traffic | string | undefined {
  const [only, ...others] = readings.flatMap(({ reading }) => reading.traffic?.(to) ?? []);
  if (others.length > 0) return 'several APIs speak of it';
  const value = only && valueOf(decide(only, { client, pod: { namespace: to.namespace }, port: to.port, protocol: 'HTTP', entrance: to }));
  return isUndecided(value) ? value.unknown : value;
}
