import { flatMap } from './lists';

/** Names of hosts; `*.` at the start stands for one or more labels. */
export type Hosts = readonly string[];

/** The hosts that both lists hold for; nothing is every host. */
export function intersectHosts(a?: Hosts, b?: Hosts): Hosts | undefined | 'disjoint' {
  if (a === undefined || b === undefined) {
    return a ?? b;
  }
  const common = flatMap(a, one => flatMap(b, other => coversHost(one, other) ? [other] : coversHost(other, one) ? [one] : []));
  return common.length === 0 ? 'disjoint' : [...new Set(common)].sort();
}

/** Whether the first holds for every host that the second holds for. */
export function coversHost(wide: string, narrow: string): boolean {
  return wide === narrow || (wide.startsWith('*.') && narrow.endsWith(wide.slice(1)));
}
