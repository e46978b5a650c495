import type { Hosts } from '../../model/host';
import { flatMap } from '../../model/lists';

/**
 * Hosts that are let through: as they are written, and with the numbers of the ports that are named. Nothing wider: a route leaves out what stands
 * behind the last colon of a host, so `shop.example.com:admin.example.org:80` may be for another one.
 */
export function hostsAlone(hosts: Hosts, ports: readonly number[]): string[] {
  return flatMap(hosts, host => [host, ...ports.map(port => `${host}:${port}`)]);
}

/** Hosts that are kept out, with whatever stands behind a colon, and with the dot that ends a name in DNS. */
export function hostsHoweverSpelled(hosts: Hosts): string[] {
  return flatMap(hosts, host => [host, `${host}:*`, `${host}.`, `${host}.:*`]);
}
