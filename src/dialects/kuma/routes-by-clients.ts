import type { TargetRef } from './apis';
import type { ClientPods } from '../../model/client-pods';
import { clientsKey } from '../../model/client-pods';
import type { RouteFeature } from '../../model/features/route';
import { shortHash } from '../../model/hash';
import { distinctBy, flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { PortRoute, RouteModel } from '../../model/route';
import { areApart } from '../../model/service-ref';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';

/** The rules of a port that are for the same clients, and where each stands among all of them. */
export interface ClientsPort {
  readonly port: PortRoute;
  readonly places: readonly number[];
}

/** What a route says to some clients, with what it says to everybody; or the latter alone. */
export interface ClientsRoute {
  /** Absent for everybody. */
  readonly clients?: ClientPods;
  readonly ports: readonly ClientsPort[];
}

/**
 * A route for everybody, and one for each sort of clients. Those have the rules for everybody too: Kuma puts both together, and of rules with the same
 * match, that for some pods decides (`CompareByPolicyAttributes` in `pkg/plugins/policies/core/rules`).
 */
export function routesByClients({ ports }: RouteModel): ClientsRoute[] {
  const routed = ports.filter(({ rules }) => rules.length > 0);
  const routeFor = (some: readonly PortRoute[], clients?: ClientPods): ClientsRoute =>
    ({ ...(clients && { clients }), ports: some.map(port => portFor(port, clients)) });
  return [
    routeFor(routed),
    ...sortsOf(routed).map(clients => routeFor(routed.filter(port => isAmong(clients, sortsOf([port]))), clients)),
  ];
}

/** Name and namespace of the policy, and the pods that follow it. */
export function followedBy({ name, namespace }: RouteModel, { clients }: ClientsRoute): { readonly metadata: Manifest['metadata']; readonly targetRef?: TargetRef } {
  return clients === undefined ? { metadata: { name, namespace } } : {
    metadata: { name: `${name}-${shortHash(clientsKey(clients))}`, namespace },
    targetRef: { kind: 'Dataplane', labels: { ...clients.labels, ...(clients.namespace !== undefined && { 'k8s.kuma.io/namespace': clients.namespace }) } },
  };
}

function sortsOf(ports: readonly PortRoute[]): ClientPods[] {
  return distinctBy(flatMap(flatMap(ports, ({ rules }) => rules), ({ clients }) => clients ?? []), clientsKey);
}

function isAmong(clients: ClientPods, all: readonly ClientPods[]): boolean {
  return all.some(one => clientsKey(one) === clientsKey(clients));
}

function portFor(port: PortRoute, clients: ClientPods | undefined): ClientsPort {
  const places = [...port.rules.keys()].filter(i => {
    const { clients: of } = port.rules[i];
    return of === undefined || (clients !== undefined && isAmong(clients, of));
  });
  const rules = places.map(i => {
    const { clients: _, ...rule } = port.rules[i];
    return { ...rule, written: rule.written ?? i };
  });
  return { port: { ...port, rules }, places };
}

/** Where two routes are put together that say different things, or for the same pods. */
export function clientRefusals({ ports }: RouteModel): Refusal<RouteFeature>[] {
  const sorts = sortsOf(ports);
  const both = sorts.some((a, i) => sorts.slice(i + 1).some(b => !areDistinct(a, b)));
  const refuse = ({ port, rules }: PortRoute, reason: string, remedy: string) => flatMap(rules, ({ clients }, ruleIndex): Refusal<RouteFeature>[] =>
    clients === undefined ? [] : [{ feature: 'ClientMatching', port, ruleIndex, reason, remedy }]);
  return flatMap(ports, port => [
    ...both ? refuse(port, 'a pod may be among several of the clients, and Kuma puts the routes of all of them together, in an order of its own',
      'Tell the clients apart by values of one label, or by their namespaces') : [],
    ...hasRequests(port.protocol) && areUnlike(port) ? refuse(port, 'Kuma gives a rule for some clients what it leaves out and that for everybody says',
      'Let all rules of the port have backends, and changes of requests, responses or mirrors, or none of them') : [],
  ]);
}

function areDistinct(a: ClientPods, b: ClientPods): boolean {
  return (a.namespace !== undefined && b.namespace !== undefined && a.namespace !== b.namespace) || areApart(a.labels, b.labels);
}

/** Whether some rules alone have backends, or filters. */
function areUnlike({ rules }: PortRoute): boolean {
  const parts = rules.map(({ backends, handling: { requestHeaders, responseHeaders, rewrite, redirect, mirrors } }) =>
    JSON.stringify([backends.length > 0, [requestHeaders, responseHeaders, rewrite, redirect, mirrors].some(one => one !== undefined)]));
  return new Set(parts).size > 1;
}
