import { REQUEST_FEATURES, requestFeatures } from './requests';
import type { Use } from './use';
import { byKind } from '../by-kind';
import type {
  AnyPodDestination, ApiServerDestination, CidrDestination, EgressDestination, EgressModel, EgressPort, EgressWorkload, HostDestination,
  InsideDestination, NamespaceDestination, NamespaceLabelsDestination, NodesDestination,
  OriginatedTls, OutsideDestination, OwnNodeDestination, PodsDestination, ServiceDestination,
} from '../egress';
import { collected, nothing } from '../fields';
import { flatMap } from '../lists';

/** What may be called in a cluster that is closed. */
export const INSIDE_FEATURES = {
  EgressService: 'calls to Services of a cluster that is closed',
  EgressPods: 'calls to pods by their labels',
  EgressNamespace: 'calls to all pods of a namespace',
  EgressNamespaceLabels: 'calls to all pods of namespaces by their labels',
  EgressAnyPod: 'calls to every pod of a cluster that is closed',
  EgressApiServer: 'calls to the API server',
  EgressNodes: 'calls to nodes',
  EgressOwnNode: 'calls to the node of the pod alone',
  EgressOtherCluster: 'calls to pods of another cluster by its name',
} as const;

/** What a policy on calls to the outside can ask of a target. */
export const EGRESS_FEATURES = {
  NamespaceEgress: 'calls to the outside by a whole namespace',
  WorkloadEgress: 'calls to the outside by one workload',
  SubsetEgress: 'calls to the outside by some of the pods of a Service',
  EgressDenyAll: 'no calls to the outside at all',
  EgressHost: 'hosts outside by their name',
  EgressWildcardHost: 'hosts outside by a wildcard name',
  EgressOutside: 'everything outside, said explicitly',
  EgressCidr: 'addresses outside',
  EgressExcept: 'addresses outside with exceptions',
  EgressAnyPort: 'all ports of a destination outside',
  EgressHTTP: 'HTTP ports outside',
  EgressTLS: 'TLS ports outside',
  EgressTCP: 'TCP ports outside',
  EgressServerFirst: 'TCP ports outside where the server speaks first',
  EgressUDP: 'UDP ports outside',
  EgressPing: 'echoes over ICMP',
  EgressPortRange: 'ranges of ports',
  ...REQUEST_FEATURES,
  EgressTimeouts: 'timeouts of requests to hosts outside',
  EgressRetries: 'retries of requests to hosts outside',
  EgressTLSOrigination: 'TLS that the proxy begins for a host outside',
  EgressClientCertificate: 'a client certificate for a host outside',
  ClosedCluster: 'calls inside the cluster, denied too',
  ...INSIDE_FEATURES,
  EgressDenial: 'calls that are denied, whatever allows them',
  EgressGateway: 'calls to hosts outside by a gateway',
} as const;

export type EgressFeature = keyof typeof EGRESS_FEATURES;

/** Every feature that a policy on calls to the outside uses, in the order in which it was written. */
export function egressUses(model: EgressModel): Use<EgressFeature>[] {
  const features = new Set<EgressFeature>([
    ...(model.workload === undefined ? ['NamespaceEgress' as const] : []),
    ...(model.destinations.length === 0 ? ['EgressDenyAll' as const] : []),
    ...modelFeatures(model),
    ...(model.inside === undefined ? [] : ['ClosedCluster' as const]),
  ]);
  return [...features].map(feature => ({ feature }));
}

const modelFeatures = collected<EgressModel, EgressFeature>({
  name: nothing,
  namespace: nothing,
  workload: workload => ['WorkloadEgress', ...workloadFeatures(workload)],
  inside: inside => flatMap(inside, destination => insideFeatures(destination)),
  denials: denials => ['EgressDenial', ...flatMap(denials, denied => denied.kind === 'cidr' ? destinationFeatures(denied) : insideFeatures(denied))],
  destinations: destinations => flatMap(destinations, destination => destinationFeatures(destination)),
  gateway: () => ['EgressGateway'],
});

function portFeatures(ports: readonly EgressPort[]): EgressFeature[] {
  return flatMap(ports, port => featuresOfPort(port));
}

const featuresOfPort = collected<EgressPort, EgressFeature>({
  port: nothing,
  endPort: () => ['EgressPortRange'],
  protocol: protocol => [`Egress${protocol}`],
  requests: requests => flatMap(requests, request => requestFeatures(request)),
  timeouts: () => ['EgressTimeouts'],
  retries: () => ['EgressRetries'],
  tls: tls => ['EgressTLSOrigination', ...tlsFeatures(tls)],
});

const tlsFeatures = collected<OriginatedTls, EgressFeature>({
  port: nothing, caConfigMap: nothing, clientSecret: () => ['EgressClientCertificate'],
});
const anyPort = () => ['EgressAnyPort'] as const;
const ping = () => ['EgressPing'] as const;

const destinationFeatures = byKind<EgressDestination, readonly EgressFeature[]>({
  host: collected<HostDestination, EgressFeature>({
    kind: nothing, host: host => [host.startsWith('*.') ? 'EgressWildcardHost' : 'EgressHost'], ports: portFeatures, anyPort,
  }),
  cidr: collected<CidrDestination, EgressFeature>({
    kind: nothing, cidr: () => ['EgressCidr'], except: () => ['EgressExcept'], ports: portFeatures, anyPort, ping,
  }),
  outside: collected<OutsideDestination, EgressFeature>({ kind: () => ['EgressOutside'], ports: nothing, anyPort: nothing }),
});

/** What is spoken over TCP and UDP in the cluster makes no difference. */
const insidePorts = (ports: readonly EgressPort[]): readonly EgressFeature[] =>
  ports.some(({ endPort }) => endPort !== undefined) ? ['EgressPortRange'] : [];

const insideFeatures = byKind<InsideDestination, readonly EgressFeature[]>({
  service: collected<ServiceDestination, EgressFeature>({
    kind: () => ['EgressService'], service: nothing, namespace: nothing, podSelector: nothing, subset: nothing, ports: nothing,
  }),
  pods: collected<PodsDestination, EgressFeature>({
    kind: () => ['EgressPods'], labels: nothing, namespace: nothing, namespaceLabels: nothing, cluster: () => ['EgressOtherCluster'], ports: insidePorts, anyPort: nothing, ping,
  }),
  namespace: collected<NamespaceDestination, EgressFeature>({ kind: () => ['EgressNamespace'], name: nothing, ports: insidePorts, anyPort: nothing, ping }),
  namespaceLabels: collected<NamespaceLabelsDestination, EgressFeature>({
    kind: () => ['EgressNamespaceLabels'], labels: nothing, ports: insidePorts, anyPort: nothing, ping,
  }),
  anyPod: collected<AnyPodDestination, EgressFeature>({ kind: () => ['EgressAnyPod'], ports: insidePorts, anyPort: nothing, ping }),
  apiServer: collected<ApiServerDestination, EgressFeature>({ kind: () => ['EgressApiServer'], ports: insidePorts, anyPort: nothing, ping }),
  ownNode: collected<OwnNodeDestination, EgressFeature>({ kind: () => ['EgressOwnNode'], ports: insidePorts, anyPort: nothing, ping }),
  nodes: collected<NodesDestination, EgressFeature>({ kind: () => ['EgressNodes'], ports: insidePorts, anyPort: nothing, ping }),
});

const workloadFeatures = collected<EgressWorkload, EgressFeature>({
  service: nothing, serviceAccount: nothing, podSelector: nothing, subset: () => ['SubsetEgress'],
});
