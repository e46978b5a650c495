import { networkPolicy, networkPolicyPort, noApiServer, noNodes, ONE_CLUSTER, peer, podsIn, selectorRefusals } from './network-policy';
import type { NetworkPolicySpecEgress } from '../../../imports/kubernetes/networking.k8s.io';
import { byKind } from '../../model/by-kind';
import { isWithin, PRIVATE_NETWORKS } from '../../model/cidr';
import type { DnsServer } from '../../model/dns';
import type {
  AnyPodDestination, CidrDestination, EgressDestination, EgressModel, EgressPort, InsideDestination, NamespaceDestination, NamespaceLabelsDestination,
  PodsDestination, ServiceDestination,
} from '../../model/egress';
import { transportOf } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import { REQUEST_FEATURES } from '../../model/features/requests';
import type { Fields } from '../../model/fields';
import { nothing } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { egressClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { CALLS_TAKEN_OUT, withLookupsInAllowances } from '../contract/egress-allowances';
import { ipBlock } from '../contract/ip-block';
import { knownLabels } from '../contract/known';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full, none, noneOf } from '../contract/support';
import { unknownPods } from '../contract/unknown-pods';
import { refused } from '../contract/unwritten';

const noRequests = none('a NetworkPolicy sees no requests');
const noNames = none('a NetworkPolicy knows addresses, not names');

/**
 * One NetworkPolicy that lets calls out to every pod, or to those that the model allows; to the DNS; and outside to what the model allows.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicyEgress(dns: readonly DnsServer[]): Dialect<EgressModel, EgressFeature> {
  return {
    renders: 'a NetworkPolicy, for addresses; unless the cluster is closed, every pod stays open; what is no pod, such as the API server, has to be allowed',
    supports: {
      NamespaceEgress: FULL,
      WorkloadEgress: FULL,
      SubsetEgress: FULL,
      EgressDenyAll: FULL,
      EgressHost: noNames,
      EgressWildcardHost: noNames,
      EgressOutside: full('blocks of all addresses, while the cluster is open'),
      EgressCidr: full('an `ipBlock`'),
      EgressExcept: full('the `except` of an `ipBlock`'),
      EgressAnyPort: full('a rule without ports'),
      EgressHTTP: FULL,
      EgressTLS: FULL,
      EgressTCP: FULL,
      EgressServerFirst: full('as `EgressPort.tcp`: a NetworkPolicy does not look into the bytes'),
      EgressUDP: FULL,
      EgressPing: none('a NetworkPolicy names ports of TCP, UDP and SCTP; what becomes of ICMP is up to the network'),
      EgressPortRange: full('`endPort`'),
      ...noneOf(REQUEST_FEATURES, 'a NetworkPolicy sees no requests'),
      EgressTimeouts: noRequests,
      EgressRetries: noRequests,
      EgressTLSOrigination: noRequests,
      EgressClientCertificate: noRequests,
      ClosedCluster: full('no rule for the other pods, and one for the DNS'),
      EgressService: full('a selector of its pods'),
      EgressPods: full('a selector of pods, and of their namespaces'),
      EgressNamespace: full('a selector of the namespace'),
      EgressNamespaceLabels: full('a selector of namespaces'),
      EgressAnyPod: full('a selector of every namespace'),
      EgressApiServer: noApiServer('EgressDestination.cidr'),
      EgressNodes: noNodes('EgressDestination.cidr'),
      EgressOwnNode: noNodes('EgressDestination.cidr'),
      EgressOtherCluster: ONE_CLUSTER,
      EgressDenial: CALLS_TAKEN_OUT,
      EgressGateway: none('a NetworkPolicy leads calls nowhere', 'Leave `gateway` out: the pods then call the hosts themselves'),
    },
    claims: egressClaims,
    inAllowances: model => withLookupsInAllowances(model, dns),
    render: model => renderUnless(refusals(model), () => manifests(model, dns)),
  };
}

/** Every field of the policy, as a NetworkPolicy writes it. */
type Policy = Fields<EgressModel, 'name' | 'namespace' | 'workload' | 'destinations' | 'inside', 'denials' | 'gateway'>;

/** Addresses that pods and Services usually have. */

function refusals({ workload, destinations, inside }: Policy): Refusal<EgressFeature>[] {
  return [
    ...(workload === undefined ? [] : selectorRefusals<EgressFeature>(workload)),
    ...flatMap(inside ?? [], to => to.kind === 'service' && to.podSelector === undefined ? [unknownPods(`calls to '${to.service}'`, 'a NetworkPolicy')] : []),
    ...inside === undefined ? [] : flatMap(destinations, destination => reopeningBy(destination)),
  ];
}

const reopeningBy = byKind<EgressDestination, readonly Refusal<EgressFeature>[]>({
  cidr: reopening,
  host: nothing,
  outside: () => [{
    what: 'everything outside, in a policy that closes the cluster',
    reason: 'to a NetworkPolicy it is all addresses, and some networks let calls to pods out by a block',
    remedy: `Leave the pods out: EgressDestination.cidrExcept('0.0.0.0/0', ['${PRIVATE_NETWORKS[0]}', …], EgressPort.any())`,
  }],
});

/** Of networks, some let calls out to pods too by a block that has their addresses. */
function reopening({ cidr, except = [] }: CidrDestination): Refusal<EgressFeature>[] {
  const isNear = (network: string, part: string) => isWithin(part, network) || isWithin(network, part);
  const open = PRIVATE_NETWORKS.filter(network => isWithin(network, cidr) && !except.some(part => isNear(network, part)));
  return open.length === 0 ? [] : [{
    what: `the addresses '${cidr}' in a policy that closes the cluster`,
    reason: `pods may have addresses of ${open.join(', ')}, and some networks let calls to pods out by a block`,
    remedy: `Leave the pods out, in each of these: EgressDestination.cidrExcept('${cidr}', ['${open[0]}', …], …)`,
  }];
}

function manifests(model: Policy, dns: readonly DnsServer[]): Manifest[] {
  const { workload, destinations, inside } = model;
  return [networkPolicy(model, {
    podSelector: workload === undefined ? {} : { matchLabels: knownLabels(workload) },
    policyTypes: ['Egress'],
    egress: [
      // Every pod of every namespace, on every port; an empty rule would be everything, outside too.
      ...inside === undefined ? [{ to: [{ namespaceSelector: {} }] }] : inside.map(to => insideRule(to)),
      ...flatMap(dns, server => server.kind === 'pods' && inside === undefined ? [] : [{
        to: [server.kind === 'pods' ? podsIn(server.namespace, server.labels) : { ipBlock: { cidr: server.cidr } }],
        ports: ['UDP', 'TCP'].map(protocol => ({ port: server.port, protocol })),
      }]),
      ...destinations.map(destination => egressRule(destination)),
    ],
  })];
}

const egressRule = byKind<EgressDestination, Plain<NetworkPolicySpecEgress>>({
  cidr: ({ cidr, except = [], ports, anyPort }: Fields<CidrDestination, 'cidr' | 'except' | 'ports' | 'anyPort', 'kind' | 'ping'>) => ({
    to: [{ ipBlock: ipBlock({ cidr, except }) }],
    ...onPorts({ ports, anyPort }),
  }),
  host: refused,
  // In the cluster, which is open then, there are addresses too.
  outside: () => ({ to: ['0.0.0.0/0', '::/0'].map(cidr => ({ ipBlock: { cidr } })) }),
});

const insideRule = byKind<InsideDestination, Plain<NetworkPolicySpecEgress>>({
  service: serviceRule,
  pods: ({ ports, anyPort, ...pods }: Fields<PodsDestination, keyof PodsDestination>) => ({ to: [peer(pods)], ...onPorts({ ports, anyPort }) }),
  namespace: ({ ports, anyPort, ...pods }: Fields<NamespaceDestination, keyof NamespaceDestination>) =>
    ({ to: [peer(pods)], ...onPorts({ ports, anyPort }) }),
  namespaceLabels: ({ ports, anyPort, ...pods }: Fields<NamespaceLabelsDestination, keyof NamespaceLabelsDestination>) =>
    ({ to: [peer(pods)], ...onPorts({ ports, anyPort }) }),
  anyPod: at => ({ to: [{ namespaceSelector: {} }], ...onPorts(at) }),
  apiServer: refused,
  nodes: refused,
  ownNode: refused,
});

/** Without ports, a rule is for all of them. */
function onPorts({ ports, anyPort }: Pick<AnyPodDestination, 'ports' | 'anyPort'>): Pick<Plain<NetworkPolicySpecEgress>, 'ports'> {
  return anyPort ? {} : { ports: ports.map(portRule) };
}

function portRule({ port, endPort, protocol }: EgressPort) {
  return { port, ...(endPort !== undefined && { endPort }), protocol: transportOf(protocol) };
}

function serviceRule(to: Fields<ServiceDestination, 'namespace' | 'podSelector' | 'ports', 'kind' | 'service' | 'subset'>): Plain<NetworkPolicySpecEgress> {
  return { to: [podsIn(to.namespace, knownLabels(to))], ports: to.ports.map(networkPolicyPort) };
}
