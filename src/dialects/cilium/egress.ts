import type { EgressDenyRule, EgressRule } from './apis';
import { ciliumNetworkPolicy, inParts } from './apis';
import { PING } from './cluster-peers';
import { httpRule, httpRuleSupports, requestRefusals, tooLarge } from './http-rule';
import type { LabelSelector } from './labels';
import { endpointSelector, NAMESPACE, namespaceLabelRefusals, podLabelRefusals, selectorRefusals } from './labels';
import { ANY_POD, selectors } from './peers';
import { byKind } from '../../model/by-kind';
import type { DnsServer } from '../../model/dns';
import type {
  AnyPodDestination, CidrDestination, DeniedDestination, EgressDestination, EgressModel, EgressPort, EgressProtocol, HostDestination,
  InsideDestination, NamespaceDestination, NamespaceLabelsDestination, PodsDestination, ServiceDestination,
} from '../../model/egress';
import { isPlainTcp, overlap } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import type { Fields } from '../../model/fields';
import { nothing } from '../../model/fields';
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
      EgressOutside: full('the entity `world`'),
      EgressCidr: full('`toCIDRSet`'),
      EgressExcept: full('the `except` of a `toCIDRSet`'),
      EgressAnyPort: full('a rule without `toPorts`, for the addresses of a host too'),
      EgressHTTP: FULL,
      EgressTLS: FULL,
      EgressTCP: FULL,
      EgressServerFirst: full('as `EgressPort.tcp`: the proxy does not look into the bytes'),
      EgressUDP: FULL,
      EgressPing: full('`icmps`, for both versions of IP'),
      EgressPortRange: full('`endPort`'),
      ...httpRuleSupports,
      MethodMatching: full('an HTTP rule, which holds the name of the host, too'),
      EgressTimeouts: UNTREATED,
      EgressRetries: UNTREATED,
      EgressTLSOrigination: UNTREATED,
      EgressClientCertificate: UNTREATED,
      ClosedCluster: full('no rule for the entity `cluster`, and one for the DNS'),
      EgressService: full('a selector of its pods'),
      EgressPods: full('a selector of pods, and of their namespaces'),
      EgressNamespace: full('a selector of the namespace'),
      EgressNamespaceLabels: full('a selector of namespaces'),
      EgressAnyPod: full('a selector of everything that has a namespace'),
      EgressApiServer: full('the entity `kube-apiserver`, which is the whole node, where it runs on one of the cluster'),
      EgressNodes: full('the entities `host` and `remote-node`'),
      EgressOwnNode: full('the entity `host`'),
      EgressOtherCluster: full('the label `io.cilium.k8s.policy.cluster`'),
      EgressDenial: full('`egressDeny`'),
      EgressGateway: none('a CiliumEgressGatewayPolicy chooses the node by which addresses are called, and knows no hosts',
        'Leave `gateway` out: the pods then call the hosts themselves'),
    },
    claims: egressClaims,
    render: model => renderUnless(refusals(model), () => manifests(model, dns)),
  };
}

/** Every field of the policy, as Cilium writes it. */
type Policy = Fields<EgressModel, 'name' | 'namespace' | 'workload' | 'destinations' | 'inside' | 'denials', 'gateway'>;

function refusals({ namespace, workload, destinations, inside = [], denials = [] }: Policy): Refusal<EgressFeature>[] {
  const hosts = destinations.filter(destination => destination.kind === 'host');
  return [
    ...(workload === undefined ? [] : selectorRefusals<EgressFeature>(namespace, workload)),
    ...flatMap(inside, to => insideRefusals(to)),
    ...flatMap(denials, to => to.kind === 'cidr' ? [] : insideRefusals(to)),
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

const insideRefusals = byKind<InsideDestination, readonly Refusal<EgressFeature>[]>({
  service: to => selectorRefusals(to.namespace, to, `calls to '${to.service}'`),
  pods: ({ labels, namespaceLabels = {} }) => [
    ...podLabelRefusals<EgressFeature>(labels, 'as a destination', 'EgressDestination.namespace or EgressDestination.namespaceLabels'),
    ...namespaceLabelRefusals<EgressFeature>(namespaceLabels),
  ],
  namespaceLabels: ({ labels }) => namespaceLabelRefusals(labels),
  namespace: nothing,
  anyPod: nothing,
  apiServer: nothing,
  nodes: nothing,
  ownNode: nothing,
});

/** The ports on which one host speaks what the proxy reads, and another one something else. */
function mixedPorts(hosts: readonly HostDestination[]): number[] {
  const ports = flatMap(hosts, host => host.ports);
  const bytes = hosts.some(({ anyPort }) => anyPort);
  const mixed = ports.filter(port => isRead(port) && (bytes || ports.some(other => overlap(port, other) && other.protocol !== port.protocol)));
  return numbers(mixed);
}

function isRead({ protocol }: EgressPort): boolean {
  return protocol === 'HTTP' || protocol === 'TLS';
}

/** The ports on which hosts speak HTTP, and addresses something else. */
function besideHttp(destinations: readonly EgressDestination[]): number[] {
  const http = (protocol: EgressProtocol) => protocol === 'HTTP';
  return destinations.some(({ kind, anyPort }) => kind === 'cidr' && anyPort)
    ? numbers(portsOf(destinations, 'host', http))
    : portsOfBoth(destinations, http, protocol => protocol === 'TLS' || isPlainTcp(protocol));
}

type Speaks = (protocol: EgressProtocol) => boolean;

/** The ports on which hosts speak one thing, and addresses another. */
function portsOfBoth(destinations: readonly EgressDestination[], hosts: Speaks, addresses: Speaks): number[] {
  const others = portsOf(destinations, 'cidr', addresses);
  return numbers(portsOf(destinations, 'host', hosts).filter(port => others.some(other => overlap(port, other))));
}

function portsOf(destinations: readonly EgressDestination[], of: EgressDestination['kind'], speaks: Speaks): EgressPort[] {
  return flatMap(destinations.filter(({ kind }) => kind === of), destination => destination.ports).filter(({ protocol }) => speaks(protocol));
}

function numbers(ports: readonly EgressPort[]): number[] {
  return [...new Set(ports.map(({ port }) => port))];
}

function manifests(model: Policy, dns: readonly DnsServer[]): Manifest[] {
  const { workload, destinations, inside, denials } = model;
  const asksForHosts = destinations.some(({ kind }) => kind === 'host');
  return [ciliumNetworkPolicy(model, {
    endpointSelector: workload === undefined ? {} : endpointSelector(knownLabels(workload)),
    egress: [
      ...inside === undefined ? [{ toEntities: ['cluster' as const] }] : flatMap(inside, to => inRules(to, toInside(to))),
      // Pods are a part of the cluster, and open with it.
      ...flatMap(dns.filter(({ kind }) => asksForHosts || inside !== undefined || kind !== 'pods'), lookups),
      ...flatMap(destinations, destination => inRules(destination, toOutside(destination))),
    ],
    ...(denials && { egressDeny: flatMap(denials, denied => inRules(denied, toDenied(denied))) }),
  })];
}

/** Ports, and what has none, cannot be in one rule. */
function inRules<Rule extends EgressRule>(to: EgressDestination | InsideDestination, { toPorts, ...peer }: Rule): (Rule | Omit<Rule, 'toPorts'>)[] {
  const echoes = 'ping' in to && to.ping ? [{ ...peer, icmps: PING }] : [];
  return [...toPorts?.length === 0 ? [] : [{ ...peer, ...toPorts && { toPorts } } as Rule], ...echoes];
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

const toOutside = byKind<EgressDestination, EgressRule>({ cidr: toAddresses, host: toHost, outside: () => ({ toEntities: ['world'] }) });

function toAddresses({ cidr, except = [], ports, anyPort }: Fields<CidrDestination, 'cidr' | 'except' | 'ports' | 'anyPort', 'kind' | 'ping'>): EgressRule {
  return { toCIDRSet: [ipBlock({ cidr, except })], ...onPorts({ ports, anyPort }) };
}

/** Without ports, a rule is for all of them. */
function onPorts({ ports, anyPort }: Pick<CidrDestination, 'ports' | 'anyPort'>): Pick<EgressRule, 'toPorts'> {
  return anyPort ? {} : { toPorts: inParts(ports.map(portRule)).map(part => ({ ports: part })) };
}

const toInside = byKind<InsideDestination, EgressRule>({
  service: toPods,
  pods: ({ ports, anyPort, ...pods }: Fields<PodsDestination, keyof PodsDestination>) => toSelected(selectors(pods, []), { ports, anyPort }),
  namespace: ({ ports, anyPort, ...pods }: Fields<NamespaceDestination, keyof NamespaceDestination>) =>
    toSelected(selectors(pods, []), { ports, anyPort }),
  namespaceLabels: ({ ports, anyPort, ...pods }: Fields<NamespaceLabelsDestination, keyof NamespaceLabelsDestination>) =>
    toSelected(selectors(pods, []), { ports, anyPort }),
  anyPod: at => toSelected([ANY_POD], at),
  apiServer: at => ({ toEntities: ['kube-apiserver'], ...onPorts(at) }),
  // That of the pod is no remote one.
  ownNode: at => ({ toEntities: ['host'], ...onPorts(at) }),
  nodes: at => ({ toEntities: ['host', 'remote-node'], ...onPorts(at) }),
});

function toDenied(denied: DeniedDestination): EgressDenyRule {
  return denied.kind === 'cidr' ? toAddresses(denied) : toInside(denied);
}

function toSelected(toEndpoints: readonly LabelSelector[], at: Pick<AnyPodDestination, 'ports' | 'anyPort'>): EgressRule {
  return { toEndpoints, ...onPorts(at) };
}

/** Selected as pods: `toServices` has no ports, so it would open all of them. The name of a port is that of the pods that are selected. */
function toPods(to: Fields<ServiceDestination, 'namespace' | 'podSelector' | 'ports', 'kind' | 'service' | 'subset'>): EgressRule {
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

function portRule({ port, endPort, protocol }: EgressPort) {
  return { port: String(port), ...(endPort !== undefined && { endPort }), protocol: protocol === 'UDP' ? 'UDP' as const : 'TCP' as const };
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
