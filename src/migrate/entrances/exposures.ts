import { covers, type Door, type Hostname, hostsAt, type HostWays } from './doors';
import type { ExposureProps } from '../../index';
import type { Source } from '../../meaning/decision';
import type { Entry, Way, WayBackend } from '../../meaning/world';
import { grouped } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import type { Written } from '../program';
import type { Receivers } from '../routes/backends';
import type { RuleWords } from '../routes/handling';
import { isFailure, rulesOf } from '../routes/rules';
import { sourcesIn, takingsIn, type Taking, type Unsaid } from '../routes/takings';

/** Where requests for some hosts go that come in by one listener. */
export interface Exposed {
  /** Of its Services; that of the gateway, where all requests are redirected. */
  readonly namespace: string;
  readonly listened: Hostname;
  readonly tls: Entry['tls'];
  readonly hostnames: readonly string[];
  readonly props: Pick<Exclude<Written<ExposureProps>, { readonly by: unknown }>, 'service' | 'port' | 'rules'>;
  readonly by: readonly Source[];
  readonly services: readonly string[];
  readonly assumptions: readonly string[];
}

/** What is not written, and who said it. */
export type Left = Unsaid & { readonly by: readonly Source[] };

export interface ExposedAt {
  readonly exposed: readonly Exposed[];
  readonly left: readonly Left[];
}

/** What comes in by a door. A host is left out where requests of a closer one, which is left out, would take its way. */
export function exposedAt(door: Door, receivers: Receivers): ExposedAt {
  const hosts = hostsAt(door);
  if ('unsaid' in hosts) return { exposed: [], left: [{ ...hosts, by: door.entries.flatMap(({ ways }) => sourcesIn(ways)) }] };
  const found: { readonly host: HostWays; readonly is: Exposed | Left | undefined }[] = [];
  for (const host of hosts) {
    const is = exposedFor(host, door, receivers);
    const lost = found.find(one => covers(host.hostname, one.host.hostname)
      && ((one.is !== undefined && 'unsaid' in one.is) || (one.is === undefined && listenerKey(door, one.host) === listenerKey(door, host))));
    const why = { unsaid: `it would take requests for ${lost?.host.hostname}, too, which are left out`, by: sourcesIn(host.ways) };
    found.push({ host, is: is === undefined || lost === undefined || 'unsaid' in is ? is : why });
  }
  const all = found.flatMap(({ is }) => is ?? []);
  const exposed = all.filter((one): one is Exposed => !('unsaid' in one));
  return { exposed: together(exposed), left: all.filter((one): one is Left => 'unsaid' in one) };
}

/** Listeners for plain HTTP take every host: exposures name theirs. */
function listenerKey({ protocol }: Pick<Door, 'protocol'>, { listened }: Pick<HostWays, 'listened'>): Hostname {
  return protocol === 'HTTP' ? undefined : listened;
}

/** Undefined where nothing comes in. */
function exposedFor(host: HostWays, door: Door, receivers: Receivers): Exposed | Left | undefined {
  const { hostname, entry: { tls }, ways } = host;
  const by = sourcesIn(ways);
  const takings = takingsIn(ways);
  if ('unsaid' in takings) return { ...takings, by };
  if (takings.every(({ way }) => isFailure(way))) return undefined;
  if ((door.protocol === 'HTTPS' || door.protocol === 'TLS') && tls === undefined) {
    const unsaid = 'its listener has certificates that are not known, or asks for some: give the workload of the gateway, or write a SharedGateway';
    return { unsaid, by };
  }
  const namespaces = new Set(takings.flatMap(namespacesOf));
  if (namespaces.size > 1) {
    return { unsaid: `its Services are in ${[...namespaces].sort().join(' and ')}, and an exposure is for those of one namespace`, by };
  }
  const [gatewayNamespace] = door.gateway.split('/');
  const first = [...takings].reverse().map(({ way: { backends } }) => mostOf(backends)).find(one => one !== undefined);
  const receiver = first === undefined ? undefined : receivers.of(first);
  if (receiver !== undefined && 'unsaid' in receiver) return { ...receiver, by };
  const { protocol = 'HTTP' as Protocol } = receiver?.planned.ports.find(({ port }) => port === first?.port) ?? {};
  const to = first ?? { namespace: gatewayNamespace, service: 'redirects', port: 80 };
  const ruled = rulesOf(takings, to, protocol, receivers);
  if ('unsaid' in ruled) return { ...ruled, by };
  const { rules, services } = ruled;
  if (first === undefined && rules.some(({ redirect }) => redirect === undefined)) {
    return { unsaid: 'its gateway answers itself, and sends nothing to a Service', by };
  }
  return {
    namespace: to.namespace,
    listened: listenerKey(door, host),
    tls,
    hostnames: hostname === undefined ? [] : [hostname],
    props: {
      ...receiver !== undefined && { service: receiver.node },
      ...receiver !== undefined && receiver.planned.ports.length > 1 && { port: to.port },
      ...(receiver === undefined || !isWhole(rules, takings)) && { rules },
    },
    by,
    services: services.map(service => service.split('/')[1]),
    assumptions: receiver?.planned.assumptions ?? [],
  };
}

/** The Service that is exposed: of what no other rule takes, the one that gets most. */
function mostOf(backends: Way['backends']): WayBackend | undefined {
  return [...backends].sort((a, b) => b.weight - a.weight)[0];
}

function namespacesOf({ way: { backends, handling } }: Taking): string[] {
  return [...backends.map(({ namespace }) => namespace), ...(handling.mirrors ?? []).flatMap(({ namespace }) => namespace ?? [])];
}

/** Whether everything goes to one Service as it is. */
function isWhole(rules: readonly RuleWords[], takings: readonly Taking[]): boolean {
  const [rule, ...others] = rules;
  return others.length === 0 && Object.keys(rule).join() === 'backends' && takings[0].way.backends.length === 1
    && takings[0].way.backends.every(({ requestHeaders, responseHeaders }) => requestHeaders === undefined && responseHeaders === undefined);
}

/** Hosts of one listener with the same rules are one exposure. */
function together(all: readonly Exposed[]): Exposed[] {
  const byRules = grouped(all, ({ namespace, listened, props, hostnames }) => JSON.stringify([namespace, listened, props, hostnames.length > 0]));
  return [...byRules.values()].map(alike => ({
    ...alike[0], hostnames: alike.flatMap(({ hostnames }) => hostnames).sort(), by: alike.flatMap(({ by }) => by),
  }));
}
