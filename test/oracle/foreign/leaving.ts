import { says } from './says';
import type { Client } from '../../../src/meaning/call';
import { isUndecided } from '../../../src/meaning/decision';
import { callOutside } from '../../../src/meaning/journey';
import { pass } from '../../../src/meaning/passage';
import type { Outside } from '../../../src/meaning/world';
import type { World } from '../../../src/reading/world';
import type { Answer } from '../../reading/world';
import type { Oracle } from '../ask';
import { APIS, call } from '../differences/leaving';
import { ANY_SENT, type Call, type Says } from '../egress/call';

/** What leaves by policies that somebody else wrote. */
export const LEAVING: Readonly<Record<string, Oracle>> = Object.fromEntries(
  Object.entries(APIS).map(([title, api]) => [`what leaves by ${title}`, says(api, call, leaves)]));

const PROTOCOLS = { http: 'HTTP', tls: 'TLS', bytes: 'TCP', datagram: 'UDP', echo: 'TCP' } as const satisfies Readonly<Record<Says['kind'], Outside['protocol']>>;

export function leaves({ readings }: World, { namespace, labels, serviceAccount, ip, name, port, says: said }: Call): Answer {
  const client: Client = { kind: 'pod', namespace, labels, serviceAccount, meshed: true };
  const protocol = PROTOCOLS[said.kind];
  const gates = readings.flatMap(({ reading: { leaving } }) => leaving?.(client, { isOutside: true, protocol }) ?? []);
  const to = { address: ip, port, protocol, ...name !== undefined && { host: name } };
  const { passage } = pass(gates, callOutside(client, to, said.kind === 'http' ? { ...ANY_SENT, ...said.request, host: said.host } : undefined));
  // What goes past the mesh leaves.
  return isUndecided(passage) ? 'unknown' : passage === 'denied' ? 'denied' : 'allowed';
}
