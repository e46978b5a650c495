import type { MeshPassthroughSpec, PassthroughMatch } from './apis';
import { KUMA_API_VERSION } from './apis';
import { dataplane, WHOLE_NAMESPACE } from './target-ref';
import { byKind } from '../../model/by-kind';
import { blocksWithout, isWithin } from '../../model/cidr';
import type { CidrDestination, EgressDestination, EgressModel, EgressProtocol, HostDestination } from '../../model/egress';
import { isOpenOutside, isPlainTcp } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import { INSIDE_FEATURES } from '../../model/features/egress';
import { REQUEST_FEATURES } from '../../model/features/requests';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { egressClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { CALLS_TAKEN_OUT, tcpInAllowances } from '../contract/egress-allowances';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full, none, noneOf } from '../contract/support';
import { unknownPods } from '../contract/unknown-pods';

const PROTOCOLS: Record<EgressProtocol, readonly PassthroughMatch['protocol'][]> = {
  HTTP: ['http'],
  TLS: ['tls'],
  // To Kuma, bytes that begin with TLS are another protocol, whatever the port.
  TCP: ['tcp', 'tls'],
  // The only protocol for which the proxy does not wait for bytes of the client; it does not look into them either.
  ServerFirst: ['mysql'],
  UDP: [],
};

const PASSED_ON = none('a MeshPassthrough passes connections on as they are', 'Write a MeshExternalService by hand, which the operator of the mesh has to allow');

/** Every field of the policy, as Kuma writes it. */
type Policy = Fields<EgressModel, 'name' | 'namespace' | 'workload' | 'destinations', 'inside' | 'denials' | 'gateway'>;

/**
 * One MeshPassthrough. It decides over all that is not in the mesh, which includes pods and Services of the cluster without a
 * proxy.
 *
 * @see https://kuma.io/docs/latest/policies/meshpassthrough/
 */
export const kumaEgress: Dialect<EgressModel, EgressFeature> = {
  renders: 'a MeshPassthrough; pods and Services of the cluster that have no proxy count as outside, so they have to be allowed by their addresses',
  supports: {
    NamespaceEgress: FULL,
    WorkloadEgress: FULL,
    SubsetEgress: FULL,
    EgressDenyAll: FULL,
    EgressHost: full('a match of the MeshPassthrough, for HTTP and TLS'),
    EgressWildcardHost: FULL,
    EgressOutside: full('the mode `All`'),
    EgressCidr: full('a match of the MeshPassthrough'),
    EgressExcept: full('matches for the blocks that remain'),
    EgressAnyPort: none('to tell protocols apart, the proxy waits for the first bytes of the client, on ports where the server speaks first too', 'Name the ports'),
    EgressHTTP: FULL,
    EgressTLS: FULL,
    EgressTCP: FULL,
    EgressServerFirst: full('the protocol `mysql`, with which the proxy does not wait for the client'),
    EgressUDP: none('the proxies of Kuma do not carry UDP'),
    EgressPing: none('the proxies of Kuma carry no ICMP'),
    EgressPortRange: none('a MeshPassthrough names its ports', 'Name the ports'),
    ...noneOf(REQUEST_FEATURES, 'a MeshPassthrough passes connections on, whatever is requested there'),
    EgressTimeouts: PASSED_ON,
    EgressRetries: PASSED_ON,
    EgressTLSOrigination: PASSED_ON,
    EgressClientCertificate: PASSED_ON,
    ClosedCluster: none('a MeshPassthrough holds for what is not in the mesh'),
    ...noneOf(INSIDE_FEATURES, 'a MeshPassthrough holds for what is not in the mesh'),
    EgressDenial: CALLS_TAKEN_OUT,
    EgressGateway: none('a MeshPassthrough lets the pods call the hosts themselves', 'Leave `gateway` out: the pods then call the hosts themselves'),
  },
  claims: egressClaims,
  inAllowances: tcpInAllowances,
  render: model => renderUnless(refusals(model), () => manifests(model)),
};

function refusals({ workload, destinations }: Policy): Refusal<EgressFeature>[] {
  const noSelector: Refusal<EgressFeature>[] = workload === undefined || workload.podSelector !== undefined ? [] : [unknownPods(`calls to the outside by '${workload.service}'`, 'a MeshPassthrough')];
  const silent = flatMap(destinations, destination => destination.kind === 'host'
    ? destination.ports.filter(({ protocol }) => isPlainTcp(protocol)).map(({ port }) => ({ host: destination.host, port }))
    : []);
  const all = matches(destinations);
  const waiting = all.filter(({ port, protocol }) => protocol === 'tcp' && SERVER_FIRST.includes(port));
  const unseen = all.filter(({ port, protocol }) => protocol !== 'mysql' && all.some(other => other.port === port && other.protocol === 'mysql'));
  const hidden = all.filter(match => all.some(other => hides(other, match, all)));
  return [
    ...noSelector,
    ...silent.map(({ host, port }) => ({
      what: `TCP port ${port} of host '${host}'`,
      reason: 'only HTTP and TLS say which host they are for',
      remedy: 'Name its addresses: EgressDestination.cidr',
    })),
    ...waiting.map(({ value, port }) => ({
      what: `TCP to '${value}' on port ${port}`,
      reason: 'servers on this port speak first, and the proxy would wait for the client',
      remedy: `Use EgressPort.serverFirst(${port})`,
    })),
    ...unseen.map(({ value, port, protocol }) => ({
      what: `${protocol.toUpperCase()} to '${value}' on port ${port}`,
      reason: 'the server of another destination on this port speaks first, so the proxy reads no bytes on this port and knows no other protocol there',
      remedy: `Use EgressPort.serverFirst(${port}) for all addresses on that port, or other ports`,
    })),
    ...hidden.filter(match => !unseen.includes(match)).map(({ value, port, protocol }) => ({
      what: `${protocol.toUpperCase()} to '${value}' on port ${port}`,
      reason: 'its address may be within a block that speaks something else on this port, and the proxy looks at the smallest block only',
      remedy: 'Let blocks of addresses and hosts on one port speak the same',
    })),
  ];
}

/** Ports of FTP, SSH, SMTP, POP3, IMAP and MySQL. */
const SERVER_FIRST: readonly number[] = [21, 22, 25, 110, 143, 587, 3306];

/**
 * Whether Envoy would look for a connection to `match` among the protocols of `other` only. It picks the smallest block of
 * addresses that holds the connection's, before it looks at anything else.
 */
function hides(other: PassthroughMatch, match: PassthroughMatch, all: readonly PassthroughMatch[]): boolean {
  const smaller = other.type === 'CIDR' && other.port === match.port && other.value !== match.value
    && (match.type === 'Domain' || isWithin(other.value, match.value));
  const spoken = all.filter(({ value, port }) => value === other.value && port === other.port).map(({ protocol }) => protocol);
  return smaller && !spoken.includes(match.protocol) && !(match.protocol === 'http' && spoken.includes('tcp'));
}

function manifests({ name, namespace, workload, destinations }: Policy): Manifest[] {
  const appendMatch = matches(destinations);
  const spec: MeshPassthroughSpec = {
    targetRef: workload === undefined ? WHOLE_NAMESPACE : dataplane(workload),
    default: isOpenOutside(destinations) ? { passthroughMode: 'All' }
      : appendMatch.length === 0 ? { passthroughMode: 'None' } : { passthroughMode: 'Matched', appendMatch },
  };
  return [{ apiVersion: KUMA_API_VERSION, kind: 'MeshPassthrough', metadata: { name, namespace }, spec }];
}

/** Kuma rejects HTTP behind another protocol on the same port, so HTTP comes first; and it rejects duplicates. */
function matches(destinations: EgressModel['destinations']): PassthroughMatch[] {
  const all: PassthroughMatch[] = [];
  for (const destination of destinations) {
    for (const to of matchesOf(destination, all)) {
      for (const { port, protocol } of destination.ports) {
        for (const spoken of PROTOCOLS[protocol]) {
          if (!all.some(other => other.type === to.type && other.value === to.value && other.port === port && other.protocol === spoken)) {
            all.push({ ...to, port, protocol: spoken });
          }
        }
      }
    }
  }
  return [...all.filter(({ protocol }) => protocol === 'http'), ...all.filter(({ protocol }) => protocol !== 'http')];
}

const matchesOf = byKind<EgressDestination, Pick<PassthroughMatch, 'type' | 'value'>[], [readonly PassthroughMatch[]]>({
  host: ({ host }: Fields<HostDestination, 'host', 'kind' | 'ports' | 'anyPort'>) => [{ type: 'Domain', value: host }],
  cidr: ({ cidr, except = [] }: Fields<CidrDestination, 'cidr' | 'except', 'kind' | 'ports' | 'anyPort' | 'ping'>, known) =>
    blocksWithout(cidr, except).map(block => ({ type: 'CIDR', value: sameBlock(known, block) })),
  outside: () => [],
});

/** The block as it was written first. */
function sameBlock(known: readonly PassthroughMatch[], cidr: string): string {
  return known.find(({ type, value }) => type === 'CIDR' && isWithin(value, cidr) && isWithin(cidr, value))?.value ?? cidr;
}
