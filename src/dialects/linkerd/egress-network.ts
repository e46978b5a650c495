import { EGRESS_API_VERSION, GROUP, MAX_HOSTNAMES, MAX_MATCHES, MAX_MATCHES_PER_RULE, OPAQUE_PORTS, ROUTE_API_VERSION } from './apis';
import { outboundMatch } from './http-route';
import type { HttpRouteSpec, TcpRouteSpec, TlsRouteSpec } from '../../../imports/gateway-api/experimental/gateway.networking.k8s.io';
import type { EgressNetworkSpec } from '../../../imports/linkerd/policy.linkerd.io';
import { shortHash } from '../../model/hash';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { oneMethodEach } from '../../model/match';
import { chunks } from '../contract/chunks';
import type { Manifest, Plain } from '../contract/manifest';

/** Addresses outside, with what is let out to them; everything else to them is denied, unless the network allows it. */
export interface Network {
  readonly name: string;
  /** Absent for everything outside the cluster that is in no other network. */
  readonly block?: string;
  /** Whether what has no route is let out. */
  readonly allows?: boolean;
  /** Sorted by port. */
  readonly ports: readonly OpenPort[];
}

/** What is allowed on a port. On each port, Linkerd tells only one kind of traffic apart. */
export interface OpenPort {
  readonly port: number;
  readonly protocol: OpenProtocol;
  /** Whether the server speaks first, so that no protocol may be detected. */
  readonly serverFirst: boolean;
  /** The hosts that may be called, sorted; all, if there are none. */
  readonly hosts: readonly string[];
  /** The requests to these hosts that are let out; all, if there are none. */
  readonly requests: readonly RequestMatch[];
  /** Annotations of the routes, for timeouts and retries. Several entries for one port differ in them, or in their requests. */
  readonly annotations: Readonly<Record<string, string>>;
}

export type OpenProtocol = 'HTTP' | 'TLS' | 'TCP';

/** One EgressNetwork, and a route for each port that is open. */
export function egressNetwork(namespace: string, network: Network): Manifest[] {
  const { name, block, allows, ports } = network;
  const spec: Plain<EgressNetworkSpec> = { trafficPolicy: allows ? 'Allow' : 'Deny', ...(block !== undefined && { networks: [{ cidr: block }] }) };
  const annotations = opaquePorts(ports);
  return [
    { apiVersion: EGRESS_API_VERSION, kind: 'EgressNetwork', metadata: { name, namespace, ...(annotations && { annotations }) }, spec },
    ...flatMap(ports, port => partsOf(port).map(({ hostnames, matches }, i) =>
      route(metadataOf({ name: `${name}-${labelOf(port)}${i === 0 ? '' : `-${i + 1}`}`, namespace }, port), name, port, hostnames, matches))),
  ];
}

/**
 * On ports that are opaque by default, Linkerd sees no HTTP and no TLS: if a policy tells these apart on one of them, the
 * annotation names only the others. On all other ports Linkerd waits for the first bytes of the client: ports on which the server
 * speaks first are named too.
 */
function opaquePorts(ports: readonly OpenPort[]): Readonly<Record<string, string>> | undefined {
  const toldApart = ports.filter(({ protocol }) => protocol !== 'TCP').map(({ port }) => port);
  const opaque = OPAQUE_PORTS.filter(port => !toldApart.includes(port));
  const more = ports.filter(({ port, serverFirst }) => serverFirst && !OPAQUE_PORTS.includes(port)).map(({ port }) => port);
  return opaque.length === OPAQUE_PORTS.length && more.length === 0 ? undefined
    : { 'config.linkerd.io/opaque-ports': [...opaque, ...more].sort((a, b) => a - b).join(',') };
}

/** Routes of one port that differ have names that tell them apart, whatever other routes there are. */
function labelOf({ port, annotations, requests }: OpenPort): string {
  return requests.length > 0 ? `${port}-${shortHash([annotations, requests])}` : isEmpty(annotations) ? String(port) : `${port}-${shortHash(annotations)}`;
}

function metadataOf(metadata: Manifest['metadata'], { annotations }: OpenPort): Manifest['metadata'] {
  return isEmpty(annotations) ? metadata : { ...metadata, annotations };
}

function isEmpty(annotations: Readonly<Record<string, string>>): boolean {
  return Object.keys(annotations).length === 0;
}

/** What goes into one route. */
interface Part {
  readonly hostnames: readonly string[];
  readonly matches: readonly RequestMatch[];
}

function partsOf({ hosts, requests }: OpenPort): Part[] {
  const lists = requests.length === 0 ? [[]] : chunks(flatMap(requests, oneMethodEach), MAX_MATCHES);
  return flatMap(hosts.length === 0 ? [[]] : chunks(hosts, MAX_HOSTNAMES), hostnames => lists.map(matches => ({ hostnames, matches })));
}

function route(
  metadata: Manifest['metadata'], network: string, { port, protocol }: OpenPort, hostnames: readonly string[], matches: readonly RequestMatch[],
): Manifest {
  const reference = { group: GROUP, kind: 'EgressNetwork', name: network };
  const parentRefs = [{ ...reference, port }];
  // The original destination: the CRDs of these kinds reject a route without a backend.
  const rules = [{ backendRefs: [reference] }];
  switch (protocol) {
    case 'HTTP': {
      const spec: Plain<HttpRouteSpec> = {
        parentRefs,
        ...(hostnames.length > 0 && { hostnames: [...hostnames] }),
        rules: matches.length === 0
          ? [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }]
          : chunks(matches, MAX_MATCHES_PER_RULE).map(some => ({ matches: some.map(outboundMatch) })),
      };
      return { apiVersion: ROUTE_API_VERSION, kind: 'HTTPRoute', metadata, spec };
    }
    case 'TLS': {
      const spec: Plain<TlsRouteSpec> = { parentRefs, hostnames: [...hostnames], rules };
      return { apiVersion: ROUTE_API_VERSION, kind: 'TLSRoute', metadata, spec };
    }
    case 'TCP': {
      const spec: Plain<TcpRouteSpec> = { parentRefs, rules };
      return { apiVersion: ROUTE_API_VERSION, kind: 'TCPRoute', metadata, spec };
    }
  }
}
