import type { EgressRule } from './apis';
import { ciliumNetworkPolicy, inParts } from './apis';
import { httpRule, httpRuleSupports, requestRefusals, tooLarge } from './http-rule';
import { endpointSelector, NAMESPACE, selectorRefusals } from './labels';
import { byKind } from '../../model/by-kind';
import type { DnsServer } from '../../model/dns';
import type { CidrDestination, EgressDestination, EgressModel, EgressPort, EgressProtocol, HostDestination, ServiceDestination } from '../../model/egress';
import { isPlainTcp, transportOf } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { numberOf } from '../../model/pod-port';
import { escapeRegex } from '../../model/regex';
import { egressClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { ipBlock } from '../contract/ip-block';
import { knownLabels } from '../contract/known';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full, none } from '../contract/support';
import { MAX_PROGRAM_SIZE, programSize } from '../proxies/program-size';

const UNTREATED = none('a CiliumNetworkPolicy lets requests out as the workload wrote them, to the port that it called');

/**
 * One CiliumNetworkPolicy that lets calls out to the whole cluster, and outside to what the model allows. A host is the
 * addresses that the DNS of the cluster gave for it, so the lookups go through the proxy that learns them; over TLS and
 * HTTP it is also the name that the client says.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/language/#dns-based
 */
export function ciliumEgress(dns: readonly DnsServer[]): Dialect<EgressModel, EgressFeature> {
  return {
    renders: 'a CiliumNetworkPolicy; a TLS or HTTP connection has to name the host, and on other ports the host stands for its addresses',
    supports: {
      NamespaceEgress: FULL,
      WorkloadEgress: FULL,
      SubsetEgress: FULL,
      EgressDenyAll: FULL,
      EgressHost: full('`toFQDNs`'),
      EgressWildcardHost: FULL,
      EgressCidr: full('`toCIDRSet`'),
      EgressExcept: full('the `except` of a `toCIDRSet`'),
      EgressAnyPort: full('a rule without `toPorts`, for the addresses of a host too'),
      EgressHTTP: FULL,
      EgressTLS: FULL,
      EgressTCP: FULL,
      EgressServerFirst: full('as `EgressPort.tcp`: the proxy does not look into the bytes'),
      EgressUDP: FULL,
      ...httpRuleSupports,
      MethodMatching: full('an HTTP rule, which holds the name of the host, too'),
      EgressTimeouts: UNTREATED,
      EgressRetries: UNTREATED,
      EgressTLSOrigination: UNTREATED,
      EgressClientCertificate: UNTREATED,
      ClosedCluster: full('no rule for the entity `cluster`, and one for the DNS'),
      EgressService: full('a selector of its pods'),
    },
    claims: egressClaims,
    render: model => renderUnless(refusals(model), () => manifests(model, dns)),
  };
}

/** Every field of the policy, as Cilium writes it. */
type Policy = Fields<EgressModel, 'name' | 'namespace' | 'workload' | 'destinations' | 'inside'>;

function refusals({ namespace, workload, destinations, inside = [] }: Policy): Refusal<EgressFeature>[] {
  const hosts = destinations.filter(destination => destination.kind === 'host');
  return [
    ...(workload === undefined ? [] : selectorRefusals<EgressFeature>(namespace, workload)),
    ...flatMap(inside, to => selectorRefusals<EgressFeature>(to.namespace, to, `calls to '${to.service}'`)),
    ...mixedPorts(hosts).map(port => ({
      what: `hosts with different protocols on port ${port}`,
      reason: 'Cilium reads one protocol on a port, and two hosts may have the same address',
      remedy: 'Say the same protocol for all hosts on that port',
    })),
    ...besideHttp(destinations).map(port => ({
      what: `addresses that speak no HTTP on port ${port}, where hosts do`,
      reason: 'on that port, Cilium reads HTTP at every address of these hosts, even if a block has it too',
      remedy: 'Say HTTP for the addresses too, or leave that port out of one of them',
    })),
    ...portsOfBoth(destinations, protocol => protocol === 'TLS', protocol => protocol === 'ServerFirst').map(port => ({
      what: `addresses where the server speaks first on port ${port}, where hosts speak TLS`,
      reason: 'on that port, the proxy waits for the first bytes of the client at every address of these hosts, even if a block has it too',
      remedy: 'Leave that port out of one of them',
    })),
    ...flatMap(flatMap(hosts, ({ ports }) => ports), ({ requests = [] }) => flatMap(requests, request => requestRefusals(request))),
    ...hosts.filter(destination => expressions(destination).some(expression => programSize(expression) > MAX_PROGRAM_SIZE))
      .map(({ host }) => tooLarge<EgressFeature>(`the host '${host}'`)),
  ];
}

/** The pattern with which the proxy compares names. It makes a regular expression of a wildcard itself. */
function expressions({ host, ports }: HostDestination): string[] {
  const speaks = (protocol: EgressProtocol) => ports.some(port => port.protocol === protocol);
  return [
    ...(speaks('HTTP') ? [hostExpression(host)] : []),
    ...(speaks('TLS') && isWildcard(host) ? [`[-a-z0-9_]+([.][-a-z0-9_]+){0,}${escapeRegex(host.slice(1))}`] : []),
  ];
}

function mixedPorts(hosts: readonly HostDestination[]): number[] {
  const protocols = new Map<number, EgressProtocol>();
  const bytes = hosts.some(({ anyPort }) => anyPort);
  const mixed = flatMap(hosts, ({ ports }) => ports).filter(({ port, protocol }) => {
    if (protocol === 'UDP') {
      return false;
    }
    if (bytes) {
      return !isPlainTcp(protocol);
    }
    const spoken = isPlainTcp(protocol) ? 'TCP' : protocol;
    const known = protocols.get(port) ?? spoken;
    protocols.set(port, known);
    return known !== spoken;
  });
  return [...new Set(mixed.map(({ port }) => port))];
}

/** The ports on which hosts speak HTTP, and addresses something else. */
function besideHttp(destinations: readonly EgressDestination[]): number[] {
  const http = (protocol: EgressProtocol) => protocol === 'HTTP';
  return destinations.some(({ kind, anyPort }) => kind === 'cidr' && anyPort)
    ? portsOf(destinations, 'host', http)
    : portsOfBoth(destinations, http, protocol => protocol === 'TLS' || isPlainTcp(protocol));
}

type Speaks = (protocol: EgressProtocol) => boolean;

/** The ports on which hosts speak one thing, and addresses another. */
function portsOfBoth(destinations: readonly EgressDestination[], hosts: Speaks, addresses: Speaks): number[] {
  const spoken = portsOf(destinations, 'host', hosts);
  return portsOf(destinations, 'cidr', addresses).filter(port => spoken.includes(port));
}

function portsOf(destinations: readonly EgressDestination[], of: EgressDestination['kind'], speaks: Speaks): number[] {
  const ports = flatMap(destinations.filter(({ kind }) => kind === of), destination => destination.ports);
  return [...new Set(ports.filter(({ protocol }) => speaks(protocol)).map(({ port }) => port))];
}

function manifests(model: Policy, dns: readonly DnsServer[]): Manifest[] {
  const { workload, destinations, inside } = model;
  const asksForHosts = destinations.some(({ kind }) => kind === 'host');
  return [ciliumNetworkPolicy(model, {
    endpointSelector: workload === undefined ? {} : endpointSelector(knownLabels(workload)),
    egress: [
      ...inside === undefined ? [{ toEntities: ['cluster' as const] }] : inside.map(toPods),
      // Pods are a part of the cluster, and open with it.
      ...flatMap(dns.filter(({ kind }) => asksForHosts || inside !== undefined || kind !== 'pods'), lookups),
      ...destinations.map(destination => toOutside(destination)),
    ],
  })];
}

/**
 * Lookups of all names, from which Cilium learns addresses. Depending on its installation, a cache on the node is its pods, the
 * host or an address.
 */
function lookups(server: DnsServer): EgressRule[] {
  const toPorts = [{ ports: [{ port: String(server.port), protocol: 'ANY' as const }], rules: { dns: [{ matchPattern: '*' }] } }];
  const pods = (namespace: string, labels: Readonly<Record<string, string>>): EgressRule =>
    ({ toEndpoints: [podsIn(namespace, labels)], toPorts });
  switch (server.kind) {
    case 'pods': return [pods(server.namespace, server.labels)];
    case 'address': return [{ toCIDRSet: [{ cidr: server.cidr }], toPorts }];
    case 'nodeLocal': return [pods('kube-system', { 'k8s-app': 'node-local-dns' }), { toEntities: ['host'], toPorts }, { toCIDRSet: [{ cidr: server.cidr }], toPorts }];
  }
}

const toOutside = byKind<EgressDestination, EgressRule>({ cidr: toAddresses, host: toHost });

function toAddresses({ cidr, except = [], ports, anyPort }: Fields<CidrDestination, 'cidr' | 'except' | 'ports' | 'anyPort', 'kind'>): EgressRule {
  return { toCIDRSet: [ipBlock({ cidr, except })], ...(!anyPort && { toPorts: inParts(ports.map(portRule)).map(part => ({ ports: part })) }) };
}

/** Selected as pods: `toServices` has no ports, so it would open all of them. The name of a port is that of the pods that are selected. */
function toPods(to: Fields<ServiceDestination, 'namespace' | 'podSelector' | 'ports', 'service' | 'subset'>): EgressRule {
  const ports = to.ports.map(port => ({ port: String(numberOf(port) ?? port.port), protocol: port.protocol === 'UDP' ? 'UDP' as const : 'TCP' as const }));
  return { toEndpoints: [podsIn(to.namespace, knownLabels(to))], toPorts: inParts(ports).map(part => ({ ports: part })) };
}

function podsIn(namespace: string, labels: Readonly<Record<string, string>>) {
  return { matchLabels: { [NAMESPACE]: namespace, ...endpointSelector(labels).matchLabels } };
}

function toHost({ host, ports, anyPort }: Fields<HostDestination, 'host' | 'ports' | 'anyPort', 'kind'>): EgressRule {
  const speaking = (...protocols: EgressProtocol[]) =>
    inParts(ports.filter(({ protocol, requests }) => protocols.includes(protocol) && requests === undefined).map(portRule));
  const toFQDNs = [isWildcard(host) ? { matchPattern: everyNameBelow(host) } : { matchName: host }];
  return anyPort ? { toFQDNs } : {
    toFQDNs,
    toPorts: [
      ...speaking('TCP', 'ServerFirst', 'UDP').map(part => ({ ports: part })),
      ...speaking('TLS').map(part => ({ ports: part, serverNames: [isWildcard(host) ? everyNameBelow(host) : host] })),
      ...speaking('HTTP').map(part => ({ ports: part, rules: { http: [{ host: hostExpression(host) }] } })),
      ...flatMap(ports, port => port.requests === undefined ? [] : [{
        ports: [portRule(port)], rules: { http: port.requests.map(request => ({ host: hostExpression(host), ...httpRule(request) })) },
      }]),
    ],
  };
}

function portRule({ port, protocol }: EgressPort) {
  return { port: String(port), protocol: transportOf(protocol) };
}

function isWildcard(host: string): boolean {
  return host.startsWith('*.');
}

/** A single `*` would hold for one more label only. */
function everyNameBelow(host: string): string {
  return `*${host}`;
}

/** The name in the `Host` header of a request, which may say the port. */
function hostExpression(host: string): string {
  return `${isWildcard(host) ? `[-a-z0-9_.]+${escapeRegex(host.slice(1))}` : escapeRegex(host)}(:[0-9]+)?`;
}
