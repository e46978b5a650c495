import type { EntryPort, ServiceEntry } from './service-entry';
import { allOf, ALWAYS, anyOf, type Condition, NEVER, noneOf } from '../../../../meaning/condition';
import { exactly, type Text } from '../../../../meaning/text';
import { hasRequests, type Protocol } from '../../../../model/protocol';
import { hostText } from '../routes/match';

/** What a client says first to something outside. */
type Speech = Exclude<EntryPort['speaks'], undefined | 'udp'>;

export function speechOf(protocol: Protocol): Speech {
  return hasRequests(protocol) ? 'http' : protocol === 'TLS' ? 'tls' : 'tcp';
}

/** Which calls to a port a ServiceEntry takes. */
export interface Takes {
  readonly when: Condition;
  /** Why it is not known whether it does. */
  readonly unknown?: string;
  /** Whether it goes before all names. */
  readonly isFirst?: true;
  /** Whether the proxy reads the name that is called, and follows routes for it. */
  readonly byName?: true;
  /** Whether it is the address that counts, which the proxy looks at before any name. */
  readonly byAddress?: true;
}

/** How a call names what it is for: requests by their host, TLS by its server name, and all else by the name that was looked up. */
export function nameIs(protocol: Protocol, is: Text): Condition {
  const says = speechOf(protocol);
  return says === 'http' ? { type: 'host', is } : says === 'tls' ? { type: 'serverName', is } : { type: 'toHost', is };
}

/**
 * Requests are known by their host, TLS by its server name, and all else by its address, or by its port alone where there are no
 * addresses.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
export function takesAt({ host, addresses, ports, keepsAddress }: ServiceEntry, port: number, protocol: Protocol): Takes[] {
  const says = speechOf(protocol);
  const named = nameIs(protocol, hostText(host));
  const within = anyOf(...addresses.map((block): Condition => ({ type: 'toAddress', within: block, except: [] })));
  return ports.filter(({ number }) => number === port).flatMap(({ speaks }): Takes[] => {
    switch (speaks) {
      case 'udp': return [];
      // It listens at its addresses, or else for everything at the port.
      case undefined: {
        return [{ when: addresses.length === 0 ? ALWAYS : anyOf(named, within), unknown: 'what the port speaks is not known here', isFirst: true }];
      }
      case 'tcp': return byAddress(addresses, within, keepsAddress, { type: 'toHost', is: hostText(host) });
      case 'tls': return byServerName(says === 'tls' ? named : NEVER, addresses.length > 0 ? within : undefined);
      case says: return [{ when: named, byName: true }, ...addresses.length === 0 ? [] : [byAddressAsName(addresses)]];
      // The listener for HTTP takes whatever comes to the port.
      case 'http': return [{ when: ALWAYS, unknown: 'the proxy reads HTTP there, and something else is spoken' }];
      default: return [];
    }
  });
}

function byAddress(addresses: readonly string[], within: Condition, keepsAddress: boolean, named: Condition): Takes[] {
  if (addresses.length > 0) return [{ when: within, byAddress: true }];
  if (keepsAddress) return [{ when: ALWAYS }];
  const unknown = 'it takes all connections to the port, whomever they are for, and sends them elsewhere';
  return [{ when: named }, { when: noneOf(named), unknown }];
}

/** At its addresses, no other name is looked for: by one that is no block, the name does not count, and a block knows its own names alone. */
function byServerName(named: Condition, within: Condition | undefined): Takes[] {
  if (within === undefined) return named === NEVER ? [] : [{ when: named, byName: true }];
  const unknown = 'what comes to its addresses is for it, or for nobody, whatever it names';
  return [
    ...named === NEVER ? [] : [{ when: allOf(named, within), byName: true as const }],
    { when: allOf(within, noneOf(named)), unknown, isFirst: true },
  ];
}

/** Requests may name an address as their host. */
function byAddressAsName(addresses: readonly string[]): Takes {
  const isHost = (one: string): Condition => ({ type: 'host', is: exactly(one.replace(/\/32$/, '')) });
  return { when: anyOf(...addresses.map(isHost)), unknown: 'its host is an address' };
}
