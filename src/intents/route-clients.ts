import type { RouteClients, ServiceRouteRule } from './route-rule';
import { RuleOrder } from './route-rule';
import { misuse } from '../errors/misuse';
import type { ClientPods } from '../model/client-pods';
import { includesClients } from '../model/client-pods';
import type { Every } from '../model/fields';
import type { PortRoute } from '../model/route';
import { checkLabels, checkNamespace, checkNotEmpty } from '../vocabulary/names';

/** The clients of a rule, in the words of the model. */
export function clientsOf(clients: readonly RouteClients[] | undefined): readonly ClientPods[] | undefined {
  return clients?.map(({ labels, namespace }): Every<ClientPods> => ({
    namespace, labels: labels && Object.fromEntries(Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1)),
  }));
}

export function checkClients(where: string, { clients }: ServiceRouteRule, order: RuleOrder | undefined): void {
  checkNotEmpty(where, 'clients', clients, 'Leave it out for all clients');
  if (clients !== undefined && order === RuleOrder.MOST_SPECIFIC) {
    throw misuse('MESH1005', where, '`clients` and `order` exclude each other: Gateway API ranks no clients', 'Leave out `order`, and write the rules in their order');
  }
  for (const { labels, namespace } of clients ?? []) {
    if (namespace === undefined && Object.keys(labels ?? {}).length === 0) {
      throw misuse('MESH1322', where, '`clients` has an entry that every pod is among', 'Give `labels` or a `namespace`, or leave `clients` out');
    }
    checkLabels(where, labels ?? {});
    if (namespace !== undefined) checkNamespace(where, namespace);
  }
}

/** Whether the clients of a later rule are all among those of an earlier one. */
export function coversClients({ clients: earlier }: ServiceRouteRule, { clients: later }: ServiceRouteRule): boolean {
  const all = clientsOf(earlier);
  return all === undefined || (clientsOf(later)?.every(one => all.some(other => includesClients(other, one))) ?? false);
}

/** Where all rules are for some clients, meshes differ in what becomes of the requests of others. */
export function checkOtherClients(path: string, ports: readonly PortRoute[]): void {
  const open = ports.find(({ rules }) => rules.length > 0 && rules.every(({ clients }) => clients !== undefined));
  if (open !== undefined) {
    throw misuse('MESH1322', path, `on port ${open.port}, all rules are for some clients, and none says what becomes of the requests of others`,
      'Give the port a last rule without `clients`');
  }
}

/** From outside, nobody is a pod. */
export function checkNoClients(path: string, ports: readonly PortRoute[]): void {
  if (ports.some(({ rules }) => rules.some(({ clients }) => clients !== undefined))) {
    throw misuse('MESH1322', path, 'a rule is for some clients, and those outside are no pods',
      'Leave out `clients`, or write rules for requests from outside: `service` and `rules` in place of `route`');
  }
}
