import { atEgressGateway, egressGatewayClaims, egressGatewayRefusals, egressService } from './egress-gateway';
import { begunTls, destinationRules, egressHandlingRefusals, treated, virtualServices, virtualServicesTo } from './egress-handling';
import type { IstioOptions } from './options';
import { blockEntries, hostEntry } from './service-entry';
import { sidecar } from './sidecar';
import { selectionRefusals } from './workload';
import { byKind } from '../../model/by-kind';
import { blocksWithout } from '../../model/cidr';
import type { CidrDestination, EgressDestination, EgressModel, EgressPort, HostDestination } from '../../model/egress';
import { isOpenOutside, isPlainTcp, sortedPorts } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import { INSIDE_FEATURES } from '../../model/features/egress';
import type { Fields } from '../../model/fields';
import { nothing } from '../../model/fields';
import { distinctBy, flatMap } from '../../model/lists';
import { matchKey } from '../../model/match';
import type { Claim } from '../contract/claim';
import { claim, claimOn } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { CALLS_TAKEN_OUT, tcpInAllowances } from '../contract/egress-allowances';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { BY_EXPRESSION, FULL, full, none, noneOf } from '../contract/support';

/**
 * One Sidecar that names what may be called, and a ServiceEntry for each host, and for blocks of addresses with the same ports.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export const istioEgress: Dialect<EgressModel, EgressFeature> = {
  renders: 'a Sidecar that names what may be called, and a ServiceEntry for each host, and for all blocks of addresses with the same ports; the Sidecar of a '
    + 'workload stands in place of that of its namespace',
  supports: {
    NamespaceEgress: FULL,
    WorkloadEgress: FULL,
    SubsetEgress: FULL,
    EgressDenyAll: FULL,
    EgressHost: full('a ServiceEntry, for HTTP and TLS ports'),
    EgressWildcardHost: none('a Sidecar with a wildcard imports every ServiceEntry that matches it, with ports that are meant for other workloads'),
    EgressOutside: full('the mode `ALLOW_ANY` of the Sidecar'),
    EgressCidr: full('a ServiceEntry with addresses, where anything over TCP may be spoken'),
    EgressExcept: full('addresses of the blocks that remain'),
    EgressAnyPort: none('a ServiceEntry names its ports', 'Name the ports'),
    EgressHTTP: FULL,
    EgressTLS: FULL,
    EgressTCP: FULL,
    EgressServerFirst: full('as `EgressPort.tcp`: the proxy does not look into the bytes'),
    EgressUDP: none('the sidecar does not carry UDP'),
    EgressPing: none('the sidecar carries no ICMP'),
    EgressPortRange: none('a ServiceEntry names its ports', 'Name the ports'),
    MethodMatching: full('a match of a VirtualService for the host, which all workloads of the namespace follow'),
    PathMatching: FULL,
    PathBelowMatching: full('a prefix that ends with a slash'),
    PathStartMatching: full('a prefix'),
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
    EgressTimeouts: full('a VirtualService for the host, which all workloads of the namespace follow'),
    EgressRetries: full('a VirtualService for the host, which all workloads of the namespace follow'),
    EgressTLSOrigination: full('the `targetPort` of the ServiceEntry, and a DestinationRule for the host'),
    EgressClientCertificate: full('a DestinationRule for the pods of the workload, whose ServiceAccount may read the Secret'),
    ClosedCluster: none('UDP to the pods and Services of the cluster passes by the proxy'),
    ...noneOf(INSIDE_FEATURES, 'the cluster is not closed, so that calls in it are open'),
    EgressDenial: CALLS_TAKEN_OUT,
    EgressGateway: none('whoever passes its sidecar by would call the hosts past the gateway, unless the target has `networkPolicy: true`',
      'Say `networkPolicy: true` for the target'),
  },
  claims: model => [claimOn('Sidecar', model), ...accountClaims(model), ...hostClaims(model)],
  inAllowances: tcpInAllowances,
  render: model => renderUnless(refusals(model), () => manifests(model)),
};

/** The same where a NetworkPolicy keeps the pods from going past a gateway. */
export function istioEgressByGateway(options: IstioOptions): Dialect<EgressModel, EgressFeature> {
  return {
    ...istioEgress,
    renders: `${istioEgress.renders}; with a \`gateway\`, that as well, who may call which hosts there, and a NetworkPolicy`,
    supports: { ...istioEgress.supports, EgressGateway: full('a Gateway that takes mutual TLS of the mesh only, and an AuthorizationPolicy there') },
    claims: model => model.gateway === undefined ? istioEgress.claims(model) : [
      claimOn('Sidecar', model), ...hostClaims(model), ...egressGatewayClaims(hostsOf(model), model, model.gateway),
    ],
    render: model => {
      const { gateway } = model;
      return gateway === undefined ? istioEgress.render(model) : renderUnless(
        [...refusals(model), ...egressGatewayRefusals(hostsOf(model), model, gateway, options)],
        () => [...manifests(model), ...atEgressGateway(hostsOf(model), model, gateway, options)]);
    },
  };
}

/** Every field of the policy, as Istio writes it. */
type Policy = Fields<EgressModel, 'name' | 'namespace' | 'workload' | 'destinations' | 'gateway', 'inside' | 'denials'>;

function refusals(model: Policy): Refusal<EgressFeature>[] {
  return [
    ...selectionRefusals<EgressFeature>('a Sidecar', model),
    ...flatMap(merged(model.destinations), destination => destination.kind === 'host' ? hostRefusals(destination, model) : []),
  ];
}

/** Pods of one ServiceAccount are the same client to a gateway, so no policy by a gateway stands beside another one of it. */
function accountClaims({ namespace, workload }: Policy): Claim[] {
  return workload?.serviceAccount === undefined ? []
    : [claim('egressPolicy', { type: 'serviceAccount', name: workload.serviceAccount, namespace }, 'by no gateway')];
}

function hostsOf({ destinations }: Policy): Host[] {
  return flatMap(merged(destinations), place => hostsIn(place)).sort((a, b) => a.host < b.host ? -1 : 1);
}

function manifests(model: Policy): Manifest[] {
  const { name, namespace, destinations, gateway } = model;
  const places = merged(destinations);
  // Where there is a gateway, it begins TLS.
  const hosts = gateway === undefined ? hostsOf(model)
    : hostsOf(model).map(({ host, ports }) => ({ host, ports: ports.map(({ tls, ...port }) => port) }));
  const outside = [...hosts.map(host => hostEntry(host, namespace)), ...blockEntries(flatMap(places, place => blocksIn(place)), model)]
    .sort((a, b) => a.host < b.host ? -1 : 1);
  return [
    sidecar({ name, namespace }, model, isOpenOutside(destinations) ? 'everything' : outside.map(({ host }) => host)),
    ...outside.map(({ manifest }) => manifest),
    ...gateway === undefined ? virtualServices(hosts, namespace) : virtualServicesTo(egressService(gateway), hosts, namespace),
    ...destinationRules(hosts, model),
  ];
}

type Host = Fields<HostDestination, 'host' | 'ports', 'kind' | 'anyPort'>;

const hostsIn = byKind<EgressDestination, readonly Host[]>({ host: host => [host], cidr: nothing, outside: nothing });
const blocksIn = byKind<EgressDestination, readonly Fields<CidrDestination, 'cidr' | 'ports', 'kind' | 'except' | 'anyPort' | 'ping'>[]>({
  cidr: block => [block], host: nothing, outside: nothing,
});

/** The destination in places that have no exceptions. */
const placesOf = byKind<EgressDestination, readonly EgressDestination[]>({
  host: host => [host],
  outside: outside => [outside],
  cidr: ({ except = [], ...block }) => blocksWithout(block.cidr, except).map(cidr => ({ ...block, cidr })),
});

/** What happens to the requests to a host happens to those of all workloads in the namespace that call it, so they say the same. */
function hostClaims({ namespace, destinations, gateway }: Policy): Claim[] {
  return flatMap(flatMap(merged(destinations), place => hostsIn(place)), ({ host, ports }): Claim[] => [
    claim('egressHost', { type: 'host', host, namespace }, JSON.stringify(gateway === undefined ? treated(ports) : [gateway, sortedPorts(ports)])),
    // That of a Service would not be for it, but another one for the same host would.
    ...(begunTls(ports).length === 0 || gateway !== undefined ? []
      : [claim('DestinationRule', { type: 'host', host, namespace }, JSON.stringify(begunTls(ports)))]),
  ]);
}

/** Each host, and each block of addresses, once, with all its ports. */
function merged(destinations: readonly EgressDestination[]): EgressDestination[] {
  const byPlace = new Map<string, EgressDestination>();
  for (const destination of flatMap(destinations, one => placesOf(one))) {
    const place = placeOf(destination);
    const ports = [...byPlace.get(place)?.ports ?? [], ...destination.ports];
    byPlace.set(place, { ...destination, ports: distinctBy(united(ports), port => portKey(destination, port)) });
  }
  return [...byPlace.values()];
}

/** What adds up: requests to one port of which all else is the same. */
function united(ports: readonly EgressPort[]): EgressPort[] {
  const alike = new Map<string, EgressPort>();
  for (const { requests, ...port } of ports) {
    const key = JSON.stringify(port);
    const known = alike.get(key);
    const both = known === undefined ? requests : requests && known.requests && distinctBy([...known.requests, ...requests], matchKey);
    alike.set(key, { ...port, ...(both && { requests: both }) });
  }
  return [...alike.values()];
}

const placeOf = byKind<EgressDestination, string>({
  host: ({ host }: Fields<HostDestination, 'host', 'kind' | 'ports' | 'anyPort'>) => host,
  cidr: ({ cidr }: Fields<CidrDestination, 'cidr', 'kind' | 'ports' | 'except' | 'anyPort' | 'ping'>) => cidr,
  outside: ({ kind }) => kind,
});

/** The protocol does not matter for addresses. */
function portKey({ kind }: EgressDestination, port: EgressPort): string {
  return kind === 'host' ? JSON.stringify(port) : String(port.port);
}

function hostRefusals({ host, ports }: Host, policy: Policy): Refusal<EgressFeature>[] {
  const numbers = ports.map(({ port }) => port);
  return [
    ...egressHandlingRefusals(host, ports, policy),
    ...ports.filter(({ protocol }) => isPlainTcp(protocol)).map(({ port }) => ({
      what: `TCP port ${port} of host '${host}'`,
      reason: 'plain TCP does not say which host is meant, so the sidecar goes by addresses',
      remedy: 'Use EgressDestination.cidr for it',
    })),
    ...numbers.filter((port, i) => numbers.indexOf(port) !== i).map(port => ({
      what: `port ${port} of host '${host}' in more than one way`,
      reason: 'a ServiceEntry names each port once',
      remedy: 'Use one protocol for this port of the host, and say the rest once',
    })),
  ];
}
