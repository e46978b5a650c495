import { isIPv4 } from 'net';
import { EGRESS_API_VERSION, SPECS_API_VERSION } from './apis';
import { expressionRefusals } from './expressions';
import { httpRouteGroup, httpRouteGroupSupports } from './http-route-group';
import type { EgressSpec } from '../../../imports/smi/policy.openservicemesh.io';
import { byKind } from '../../model/by-kind';
import { blocksWithout, isWithin } from '../../model/cidr';
import type { CidrDestination, EgressDestination, EgressModel, EgressPort, HostDestination } from '../../model/egress';
import { isPlainTcp } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import { INSIDE_FEATURES } from '../../model/features/egress';
import type { Fields } from '../../model/fields';
import { nothing } from '../../model/fields';
import { shortHash } from '../../model/hash';
import { distinctBy, flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { isAnyRequest, matchKey } from '../../model/match';
import { claim, selectorClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { CALLS_TAKEN_OUT, tcpInAllowances } from '../contract/egress-allowances';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full, inherent, none, noneOf, partial } from '../contract/support';
import { refused } from '../contract/unwritten';

const BY_ACCOUNT = none('an Egress knows clients by their ServiceAccount', 'Give each workload a policy: one that has none can call nothing outside');

const UNHANDLED = none('an Egress has nothing on it');

/**
 * An Egress for each port, and for what is spoken there: the hosts of HTTP, those of TLS, or blocks of addresses. Nothing that none
 * of them names can be called, unless `enableEgress` in the MeshConfig opens all of it.
 *
 * @see https://release-v1-2.docs.openservicemesh.io/docs/guides/traffic_management/egress/
 */
export const osmEgress: Dialect<EgressModel, EgressFeature> = {
  renders: 'an Egress of its own for each port, and an HTTPRouteGroup, for the ServiceAccount of the workload; what no Egress names is closed, unless the mesh has `enableEgress: true`. '
    + 'Pods and Services of the cluster that are not in the mesh count as outside',
  supports: {
    NamespaceEgress: BY_ACCOUNT,
    WorkloadEgress: full('the ServiceAccount of the workload'),
    SubsetEgress: full('the ServiceAccount that only these pods run as'),
    EgressDenyAll: inherent('Open Service Mesh closes what no Egress names'),
    EgressHost: full('`hosts`, for HTTP and TLS'),
    EgressWildcardHost: partial('over HTTP, the proxy looks the name up itself, and a wildcard is no name', '`hosts`, for TLS'),
    EgressCidr: full('`ipAddresses`, where anything over TCP may be spoken; blocks of IPv4'),
    EgressExcept: full('`ipAddresses` of the blocks that remain'),
    EgressOutside: none('an Egress names its ports', 'Name the destinations'),
    EgressAnyPort: none('an Egress names its ports', 'Name the ports'),
    EgressHTTP: FULL,
    EgressTLS: FULL,
    EgressTCP: FULL,
    EgressServerFirst: full('the protocol `tcp-server-first`'),
    EgressUDP: none('the proxies of Open Service Mesh do not carry UDP'),
    EgressPing: none('the proxies of Open Service Mesh carry no ICMP'),
    EgressPortRange: none('an Egress names its ports', 'Name the ports'),
    ...httpRouteGroupSupports,
    MethodMatching: full('a match of an HTTPRouteGroup'),
    EgressTimeouts: UNHANDLED,
    EgressRetries: UNHANDLED,
    EgressTLSOrigination: UNHANDLED,
    EgressClientCertificate: UNHANDLED,
    ClosedCluster: none('an Egress holds for what is not in the mesh'),
    ...noneOf(INSIDE_FEATURES, 'an Egress holds for what is not in the mesh'),
    EgressDenial: CALLS_TAKEN_OUT,
    EgressGateway: none('an Egress lets the pods call the hosts themselves', 'Leave `gateway` out: the pods then call the hosts themselves'),
  },
  // Two with the same host and port would be two virtual hosts for one domain, which Envoy rejects; and pods run as one ServiceAccount.
  claims: ({ namespace, workload }) => workload === undefined ? [] : [
    ...selectorClaims('egressPolicy', namespace, workload),
    ...workload.serviceAccount === undefined ? [] : [claim('egressPolicy', { type: 'serviceAccount', name: workload.serviceAccount, namespace })],
  ],
  inAllowances: tcpInAllowances,
  render: model => renderUnless(refusals(model), () => manifests(model)),
};

/** Every field of the policy, as Open Service Mesh reads it. */
type Policy = Fields<EgressModel, 'name' | 'namespace' | 'workload' | 'destinations', 'inside' | 'denials' | 'gateway'>;

/** One port of one destination. */
interface HostPort extends EgressPort {
  readonly host: string;
}

interface BlockPort extends EgressPort {
  readonly block: string;
}

const hostPorts = byKind<EgressDestination, readonly HostPort[]>({
  host: ({ host, ports }: Fields<HostDestination, 'host' | 'ports', 'kind' | 'anyPort'>) => ports.map(port => ({ host, ...port })),
  cidr: nothing,
  outside: nothing,
});

const blockPorts = byKind<EgressDestination, readonly BlockPort[]>({
  cidr: ({ cidr, except = [], ports }: Fields<CidrDestination, 'cidr' | 'except' | 'ports', 'kind' | 'anyPort' | 'ping'>) =>
    flatMap(blocksWithout(cidr, except), block => ports.map(port => ({ block, ...port }))),
  host: nothing,
  outside: nothing,
});

function refusals({ workload, destinations }: Policy): Refusal<EgressFeature>[] {
  const named = flatMap(destinations, one => hostPorts(one));
  const blocks = flatMap(destinations, one => blockPorts(one));
  const refuse = (what: string, reason: string, remedy: string): Refusal<EgressFeature> => ({ what, reason, remedy });
  const silent = blocks.filter(({ protocol }) => protocol === 'ServerFirst').map(({ port }) => port);
  return [
    ...(workload === undefined || workload.serviceAccount !== undefined ? [] : [refuse(
      `calls to the outside by '${workload.service}'`, 'an Egress knows clients by their ServiceAccount, which is unknown', 'Give the MeshService its `serviceAccount`')]),
    ...named.filter(({ protocol }) => isPlainTcp(protocol)).map(({ host, port }) => refuse(
      `TCP port ${port} of host '${host}'`, 'only HTTP and TLS say which host they are for', 'Name its addresses: EgressDestination.cidr')),
    ...named.filter(({ host, protocol }) => protocol === 'HTTP' && host.startsWith('*.')).map(({ host, port }) => refuse(
      `HTTP to '${host}' on port ${port}`, 'the proxy looks the name up itself, and a wildcard is no name', 'Name each host')),
    ...named.filter(({ port, protocol }) => !isPlainTcp(protocol) && silent.includes(port)).map(({ host, port, protocol }) => refuse(
      `${protocol} to '${host}' on port ${port}`, 'the server of another destination on this port speaks first, so the proxy reads no bytes on this port and knows no host there',
      'Use other ports')),
    ...[...new Set(blocks.map(({ block }) => block))].filter(block => !isIPv4(block.split('/')[0])).map(block => refuse(
      `the addresses '${block}'`, 'Open Service Mesh knows addresses of IPv4 only', 'Name hosts')),
    ...expressionRefusals<EgressFeature>(flatMap(named, ({ requests = [] }) => requests), true),
  ];
}

function manifests({ name, namespace, workload, destinations }: Policy): Manifest[] {
  const named = flatMap(destinations, one => hostPorts(one));
  const sources: EgressSpec['sources'] = [{ kind: 'ServiceAccount' as never, name: workload?.serviceAccount ?? refused(), namespace }];
  const egress = (id: string, spec: Omit<Plain<EgressSpec>, 'sources'>): Manifest => ({
    apiVersion: EGRESS_API_VERSION, kind: 'Egress', metadata: { name: `${name}-${id}`, namespace }, spec: { sources, ...spec },
  });
  const http = flatMap(byPort(named.filter(({ protocol }) => protocol === 'HTTP')), ({ port, all }) =>
    flatMap(alike(all), ({ hosts, requests }) => {
      const ports = [{ number: port, protocol: 'http' }];
      if (requests === undefined) return [egress(`http-${port}`, { hosts, ports })];
      const id = `http-${port}-${shortHash(requests.map(matchKey))}`;
      return [
        egress(id, { hosts, ports, matches: [{ apiGroup: SPECS_API_VERSION, kind: 'HTTPRouteGroup', name: `${name}-${id}` }] }),
        httpRouteGroup(`${name}-${id}`, namespace, requests),
      ];
    }));
  const tls = byPort(named.filter(({ protocol }) => protocol === 'TLS')).map(({ port, all }) =>
    egress(`https-${port}`, { hosts: sorted(all.map(({ host }) => host)), ports: [{ number: port, protocol: 'https' }] }));
  const tcp = byPort(flatMap(destinations, one => blockPorts(one))).map(({ port, all }) => egress(`tcp-${port}`, {
    ipAddresses: distinctBlocks(all.map(({ block }) => block)),
    ports: [{ number: port, protocol: all.some(({ protocol }) => protocol === 'ServerFirst') ? 'tcp-server-first' : 'tcp' }],
  }));
  return [...http, ...tls, ...tcp];
}

function byPort<One extends EgressPort>(all: readonly One[]): { readonly port: number; readonly all: readonly One[] }[] {
  return [...new Set(all.map(({ port }) => port))].sort((a, b) => a - b).map(port => ({ port, all: all.filter(one => one.port === port) }));
}

/** The hosts with the same requests, each of them once: what several destinations say of a host adds up. */
function alike(all: readonly HostPort[]): { readonly hosts: string[]; readonly requests?: readonly RequestMatch[] }[] {
  const groups = new Map<string, { readonly hosts: string[]; readonly requests?: readonly RequestMatch[] }>();
  for (const host of sorted(all.map(one => one.host))) {
    const requests = requestsTo(all.filter(one => one.host === host));
    const key = JSON.stringify(requests);
    groups.set(key ?? '', { hosts: [...groups.get(key ?? '')?.hosts ?? [], host], ...(requests && { requests }) });
  }
  return [...groups].sort(([a], [b]) => a < b ? -1 : 1).map(([, group]) => group);
}

/** Absent where one of them is for every request. */
function requestsTo(ports: readonly HostPort[]): readonly RequestMatch[] | undefined {
  const requests = flatMap(ports, ({ requests: said }) => said ?? []);
  const isAny = ports.some(({ requests: said }) => said === undefined || said.some(isAnyRequest));
  return isAny ? undefined : distinctBy(requests, matchKey).sort((a, b) => matchKey(a) < matchKey(b) ? -1 : 1);
}

/** Envoy rejects one block twice, however it is written. */
function distinctBlocks(blocks: readonly string[]): string[] {
  const all = sorted(blocks);
  return all.filter((one, i) => all.findIndex(other => isWithin(other, one) && isWithin(one, other)) === i);
}

function sorted(all: readonly string[]): string[] {
  return [...new Set(all)].sort();
}
