import { isIPv4 } from 'net';
import { CLUSTER_NETWORKS, GLOBAL_EGRESS_NAMESPACE } from './apis';
import type { Network, OpenPort } from './egress-network';
import { egressNetwork } from './egress-network';
import { outboundRefusals } from './http-route';
import { annotationsFor } from './route-annotations';
import { byKind } from '../../model/by-kind';
import { blocksWithout, isWithin } from '../../model/cidr';
import type { CidrDestination, EgressDestination, EgressModel, EgressPort, EgressProtocol, HostDestination } from '../../model/egress';
import { isOpenOutside, isPlainTcp } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import { INSIDE_FEATURES } from '../../model/features/egress';
import type { Fields } from '../../model/fields';
import { nothing } from '../../model/fields';
import { shortHash } from '../../model/hash';
import { flatMap } from '../../model/lists';
import { namespaceEgressClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { CALLS_TAKEN_OUT, tcpInAllowances } from '../contract/egress-allowances';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { BY_EXPRESSION, FULL, full, none, noneOf } from '../contract/support';
import { GatewayApiChannel } from '../gateway-api/extension/channel';

const WHOLE_NAMESPACE = none('an EgressNetwork holds for every workload of its namespace. Give the workload a namespace of its own, and leave out `workload`');

const NO_ORIGINATION = none('the proxy of Linkerd begins TLS with the mesh only');

/**
 * An EgressNetwork for everything outside, which denies what no route lets out, with routes by the names of hosts; and one for
 * each block of addresses. Only the smallest that contains an address counts, so that of a block has routes for the hosts too.
 *
 * @see https://linkerd.io/2/reference/egress-network/
 */
export function linkerdEgress(channel: GatewayApiChannel): Dialect<EgressModel, EgressFeature> {
  const routed = channel === GatewayApiChannel.EXPERIMENTAL
    ? FULL
    : none('Linkerd reads TLSRoutes and TCPRoutes in v1alpha2, which needs `channel: GatewayApiChannel.EXPERIMENTAL`');
  return {
    renders: 'an EgressNetwork (2.17 or newer) that denies, one for each block of addresses, and HTTPRoutes, TLSRoutes and TCPRoutes on them; a port speaks one of '
      + 'HTTP, TLS and TCP. Outside is what the `clusterNetworks` of the installation leave out: by default, calls to private addresses bypass the policy',
    supports: {
      NamespaceEgress: FULL,
      WorkloadEgress: WHOLE_NAMESPACE,
      SubsetEgress: WHOLE_NAMESPACE,
      EgressDenyAll: FULL,
      EgressHost: full('a name of an HTTPRoute or TLSRoute on an EgressNetwork'),
      EgressWildcardHost: FULL,
      EgressOutside: full('the `trafficPolicy: Allow` of the EgressNetwork'),
      EgressCidr: full('an EgressNetwork of its own, for HTTP and TCP, and for blocks of IPv4 outside `clusterNetworks`'),
      EgressExcept: full('EgressNetworks for the blocks that remain'),
      EgressAnyPort: none('a port has routes of one kind, by what is spoken there', 'Name the ports'),
      EgressHTTP: FULL,
      EgressTLS: routed,
      EgressTCP: routed,
      EgressServerFirst: routed.level === 'full' ? full('an opaque port of the EgressNetwork') : routed,
      EgressUDP: none('the proxy of Linkerd does not carry UDP'),
      EgressPing: none('the proxy of Linkerd carries no ICMP'),
      EgressPortRange: none('a route is for one port of an EgressNetwork', 'Name the ports'),
      MethodMatching: full('a match of an HTTPRoute on the EgressNetwork'),
      PathMatching: full('a path, or a regular expression that takes no `..`'),
      PathBelowMatching: BY_EXPRESSION,
      PathStartMatching: BY_EXPRESSION,
      PathEndMatching: BY_EXPRESSION,
      PathTemplateMatching: BY_EXPRESSION,
      PathRegexMatching: FULL,
      HeaderMatching: FULL,
      HeaderPresenceMatching: FULL,
      HeaderPartMatching: BY_EXPRESSION,
      HeaderRegexMatching: FULL,
      QueryParamMatching: FULL,
      GRPCMethodMatching: FULL,
      GRPCAnyServiceMatching: BY_EXPRESSION,
      EgressTimeouts: full('annotations of an HTTPRoute on the EgressNetwork'),
      EgressRetries: full('annotations of an HTTPRoute on the EgressNetwork, without `backoff`'),
      EgressTLSOrigination: NO_ORIGINATION,
      EgressClientCertificate: NO_ORIGINATION,
      ClosedCluster: none('an EgressNetwork holds for what is outside the cluster'),
      ...noneOf(INSIDE_FEATURES, 'an EgressNetwork holds for what is outside the cluster'),
      EgressDenial: CALLS_TAKEN_OUT,
      EgressGateway: none('a route on an EgressNetwork lets the pods call the hosts themselves',
        'Leave `gateway` out: the pods then call the hosts themselves'),
    },
    claims: ({ namespace }) => [namespaceEgressClaim(namespace)],
    inAllowances: tcpInAllowances,
    render: model => renderUnless(refusals(model), () => flatMap(networks(model), network => egressNetwork(model.namespace, network))),
  };
}

/** A policy of one workload is refused. */
type Policy = Fields<EgressModel, 'name' | 'namespace' | 'destinations', 'workload' | 'inside' | 'denials' | 'gateway'>;

type Host = Fields<HostDestination, 'host' | 'ports', 'kind' | 'anyPort'>;
type Block = Pick<CidrDestination, 'cidr' | 'ports'>;

const hostOf = byKind<EgressDestination, readonly Host[]>({ host: host => [host], cidr: nothing, outside: nothing });
/** Of blocks with an address, Linkerd picks the one with the fewest addresses once exceptions are taken off: so none is rendered with exceptions. */
const blockOf = byKind<EgressDestination, readonly Block[]>({
  cidr: ({ cidr, except = [], ports }: Fields<CidrDestination, 'cidr' | 'except' | 'ports', 'kind' | 'anyPort' | 'ping'>) =>
    blocksWithout(cidr, except).map(block => ({ cidr: block, ports })),
  host: nothing,
  outside: nothing,
});

function hostsOf({ destinations }: Policy): Host[] {
  return flatMap(destinations, destination => hostOf(destination));
}

function blocksOf({ destinations }: Policy): Block[] {
  return flatMap(destinations, destination => blockOf(destination));
}

function networks(model: Policy): Network[] {
  const { name } = model;
  const hosts = hostsOf(model);
  const blocks = blocksOf(model);
  const same = (a: string, b: string) => isWithin(a, b) && isWithin(b, a);
  const distinct = blocks.map(({ cidr }) => cidr).sort().filter((cidr, i, all) => all.findIndex(other => same(other, cidr)) === i);
  return [
    { name, ports: openPorts(hosts, []), ...isOpenOutside(model.destinations) && { allows: true } },
    ...distinct.map(block => ({
      name: `${name}-${shortHash(block)}`, block, ports: openPorts(hosts, blocks.filter(({ cidr }) => isWithin(block, cidr))),
    })),
  ];
}

/** What is open on each port: all of a block of addresses, or hosts by their names. */
function openPorts(hosts: readonly Host[], around: readonly Block[]): OpenPort[] {
  const numbers = flatMap([...hosts, ...around], ({ ports }) => ports.map(({ port }) => port));
  return flatMap([...new Set(numbers)].sort((a, b) => a - b), (port): OpenPort[] => {
    const toAll = spokenOn(around, port);
    const protocol = toAll.some(isPlainTcp) ? 'TCP' : toAll.length > 0 ? 'HTTP' : spokenOn(hosts, port)[0] === 'TLS' ? 'TLS' : 'HTTP';
    const open: Pick<OpenPort, 'port' | 'protocol' | 'serverFirst'> = { port, protocol, serverFirst: toAll.includes('ServerFirst') };
    return toAll.length > 0 ? [{ ...open, hosts: [], requests: [], annotations: {} }] : alike(hosts, port).map(group => ({ ...open, ...group }));
  });
}

/** The hosts on a port, by what is said of their requests. */
function alike(hosts: readonly Host[], port: number): Pick<OpenPort, 'hosts' | 'requests' | 'annotations'>[] {
  const groups = new Map<string, Pick<OpenPort, 'requests' | 'annotations'> & { readonly hosts: Set<string> }>();
  for (const { host, ports } of hosts) {
    for (const { requests = [], ...said } of ports.filter(p => p.port === port)) {
      const annotations = annotationsFor(said);
      const key = JSON.stringify([annotations, requests]);
      const group = groups.get(key) ?? { hosts: new Set(), requests, annotations };
      group.hosts.add(host);
      groups.set(key, group);
    }
  }
  return [...groups].sort(([a], [b]) => a < b ? -1 : 1).map(([, group]) => ({ ...group, hosts: [...group.hosts].sort() }));
}

/** What says which host it is for. */
const SEEN: readonly EgressProtocol[] = ['HTTP', 'TLS'];

function spokenOn(destinations: readonly { readonly ports: readonly EgressPort[] }[], port: number) {
  return [...new Set(flatMap(destinations, ({ ports }) => ports.filter(p => p.port === port).map(({ protocol }) => protocol)))];
}

function refusals(model: Policy): Refusal<EgressFeature>[] {
  const hosts = hostsOf(model);
  const blocks = blocksOf(model);
  const named = [...new Set(flatMap(hosts, ({ ports }) => ports.map(({ port }) => port)))];
  return [
    ...(model.namespace !== GLOBAL_EGRESS_NAMESPACE ? [] : [{
      what: `a policy in namespace '${GLOBAL_EGRESS_NAMESPACE}'`,
      reason: 'an EgressNetwork there holds for every namespace that has none',
      remedy: 'Keep workloads in namespaces of their own',
    }]),
    ...flatMap(hosts, ({ host, ports }) => ports.filter(({ protocol }) => isPlainTcp(protocol)).map(({ port }) => ({
      what: `TCP port ${port} of host '${host}'`,
      reason: 'plain TCP does not say which host is meant',
      remedy: 'Use EgressDestination.cidr for it',
    }))),
    ...named.filter(port => SEEN.every(protocol => spokenOn(hosts, port).includes(protocol)))
      .map(port => oneProtocol(`HTTP to some hosts and TLS to others on port ${port}`)),
    ...flatMap(blocks, block => blockRefusals(block)),
    ...flatMap(hosts, ({ ports }) => flatMap(ports, ({ requests = [] }) => flatMap(requests, request => outboundRefusals<EgressFeature>(request)))),
    ...handlingRefusals(hosts, blocks),
    ...flatMap(blocks, ({ cidr, ports }) => ports.filter(({ port, protocol }) => protocol === 'HTTP' && spokenOn(hosts, port).includes('TLS'))
      .map(({ port }) => oneProtocol(`HTTP to '${cidr}' and TLS to hosts on port ${port}`))),
  ];
}

function handlingRefusals(hosts: readonly Host[], blocks: readonly Block[]): Refusal<EgressFeature>[] {
  const refuse = (what: string, reason: string, remedy: string): Refusal<EgressFeature> => ({ what, reason, remedy });
  const handled = flatMap(hosts, ({ host, ports }) => ports.filter(({ timeouts, retries }) => timeouts ?? retries).map(port => ({ host, ...port })));
  return flatMap(handled, ({ host, port, retries }) => {
    const of = `of requests to '${host}' on port ${port}`;
    const said = flatMap(hosts.filter(other => other.host === host), ({ ports }) => ports.filter(p => p.port === port))
      .map(p => JSON.stringify(annotationsFor(p)));
    return [
      ...(blocks.some(({ ports }) => ports.some(p => p.port === port)) ? [refuse(
        `timeouts and retries ${of}`, 'a block of addresses has this port too, and all requests there take its route', 'Use another port for the block')] : []),
      ...(new Set(said).size > 1 ? [refuse(
        `timeouts and retries ${of}`, 'the policy says them in two ways, and Linkerd takes one route', 'Say them once')] : []),
      ...(retries?.backoff !== undefined ? [refuse(
        `a time between retries ${of}`, 'Linkerd always waits for 25 to 250 milliseconds', 'Leave out `backoff`')] : []),
      ...(retries !== undefined && retries.grpcStatuses.length > 0 ? [refuse(
        `retries by gRPC status ${of}`, 'an HTTPRoute of Linkerd is retried by HTTP status', 'Use `statusCodes`')] : []),
      ...(retries !== undefined && retries.attempts > 0 && !retries.connectionFailures ? [refuse(
        `retries that leave out failed connections ${of}`, 'Linkerd does not tell these apart', 'Leave out `connectionFailures`')] : []),
    ];
  });
}

function oneProtocol(what: string): Refusal<EgressFeature> {
  return {
    what,
    reason: 'Linkerd follows only one kind of route for each port',
    remedy: 'Use a port for each, or allow addresses with EgressPort.tcp, whatever is spoken there',
  };
}

function blockRefusals({ cidr, ports }: Block): Refusal<EgressFeature>[] {
  const refuse = (what: string, reason: string, remedy: string): Refusal<EgressFeature> => ({ what, reason, remedy });
  return [
    ...(isIPv4(cidr.split('/')[0]) ? [] : [refuse(
      `the addresses '${cidr}'`, 'Linkerd miscounts the addresses of IPv6 blocks, and may not find the smallest block', 'Name hosts')]),
    ...(CLUSTER_NETWORKS.some(network => isWithin(network, cidr) || isWithin(cidr, network)) ? [refuse(
      `the addresses '${cidr}'`,
      'by default, Linkerd counts private addresses as inside the cluster, and follows no route of an EgressNetwork that has any',
      'Leave them out: calls to them bypass the policy')] : []),
    ...ports.filter(({ protocol }) => protocol === 'TLS').map(({ port }) => refuse(
      `TLS to '${cidr}' on port ${port}`, 'a TLSRoute names its hosts', 'Use EgressPort.tcp, if anything may be spoken there, or EgressDestination.host')),
  ];
}
