import { isIPv4 } from 'net';
import type { Call } from './call';
import { ANY_SENT } from './call';
import { contains } from '../../../src/evaluators/address';
import { winners } from '../../../src/evaluators/routes/precedence';
import { Unknown } from '../../../src/evaluators/unknown';

/** What is opaque where an EgressNetwork does not say it; as installed. */
const OPAQUE_PORTS = [25, 587, 3306, 4444, 5432, 6379, 9300, 11211];

/** The networks of the cluster; as installed. */
const CLUSTER = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];

/**
 * Whether Linkerd's proxy lets a call out. Of the EgressNetworks in the namespace of the client, the one whose block with the
 * address is the smallest decides, by the routes of one kind for the port, or else by its trafficPolicy.
 *
 * @see https://linkerd.io/2/reference/egress-network/
 */
export function letOutByLinkerd(manifests: readonly any[], { namespace, ip, port, says }: Call): boolean {
  if (says.kind === 'datagram') {
    // It bypasses the proxy.
    return true;
  }
  const networksIn = (home: string) => manifests.filter(m => m.kind === 'EgressNetwork' && m.metadata.namespace === home);
  const own = networksIn(networksIn(namespace).length > 0 ? namespace : 'linkerd-egress');
  const found = own.flatMap(network => {
    const size = sizeOf(network, ip);
    return size === undefined ? [] : [{ network, size }];
  }).sort((a, b) => a.size - b.size);
  if (found.length === 0) {
    return true;
  }
  if (found.length > 1 && found[0].size === found[1].size) {
    throw new Unknown('the older of two EgressNetworks would decide');
  }
  const [{ network }] = found;
  const allowed = network.spec.trafficPolicy === 'Allow';
  const isParent = (ref: any) =>
    ref.group === 'policy.linkerd.io' && ref.kind === 'EgressNetwork' && ref.name === network.metadata.name && ref.port === port;
  const on = (kind: string) => isAccepted(network)
    ? manifests.filter(m => m.kind === kind && m.metadata.namespace === network.metadata.namespace && m.spec.parentRefs.some(isParent)) : [];
  const [http, tls, tcp] = ['HTTPRoute', 'TLSRoute', 'TCPRoute'].map(on);
  if (!isOpaque(network, port) && on('GRPCRoute').length > 0) {
    return callLeaves(on('GRPCRoute'), network, says);
  }
  if (isOpaque(network, port) || (http.length === 0 && tls.length === 0 && tcp.length > 0)) {
    return tcp.length === 0 ? allowed : forwards(tcp[0].spec.rules, network);
  }
  if (http.length === 0 && tls.length > 0) {
    const route = says.kind === 'tls' && says.serverName !== undefined ? closest(tls, says.serverName) : undefined;
    // What says no server name, or is no TLS, fails.
    return route !== undefined ? forwards(route.spec.rules, network) : allowed && says.kind === 'tls' && says.serverName !== undefined;
  }
  if (says.kind !== 'http') {
    return allowed;
  }
  const { request = ANY_SENT } = says;
  // Those that name the host more closely go first, if one of their rules is for the request; the policy of the network is a route for the prefix `/`.
  const policy = { metadata: {}, spec: { rules: [{ isPolicy: true, matches: [{ path: { type: 'PathPrefix', value: '/' } }] }] } };
  const all = [...http.filter(({ spec }) => names(spec.hostnames, says.host)), policy];
  const takers = all.filter(route => winners([route], request, 'linkerd').length > 0);
  const most = Math.max(...takers.map(route => closeness(route, says.host)));
  const first = winners(takers.filter(route => closeness(route, says.host) === most), request, 'linkerd');
  const won = first.filter(({ rule }) => !rule.isPolicy || first.length === 1);
  const isOut = won.map(({ rule }) => rule.isPolicy ? allowed : forwards([rule], network));
  if (new Set(isOut).size !== 1) {
    throw new Unknown('the older of two routes would decide');
  }
  return isOut[0];
}

/**
 * With GRPCRoutes, the proxy takes all for HTTP/2. Of those that name the host most closely, the longest name of a service decides, then that of a
 * method, then the headers; the policy is a route for everything, behind all that are as close.
 */
function callLeaves(routes: readonly any[], network: any, says: Call['says']): boolean {
  if (says.kind !== 'http') return false;
  const { request = ANY_SENT } = says;
  const takers = routes.filter(({ spec }) => names(spec.hostnames, says.host)).flatMap(one => one.spec.rules.flatMap((rule: any) => {
    const ranks = (rule.matches ?? []).filter((match: any) => isCall(match, request)).map(callRank);
    const all = (rule.matches ?? []).length === 0 ? [[0, 0, 0]] : ranks;
    return all.map((rank: number[]) => ({ rule, rank: [closeness(one, says.host), ...rank] }));
  }));
  const compare = (a: number[], b: number[]) => {
    const i = a.findIndex((n, k) => n !== b[k]);
    return i === -1 ? 0 : a[i] - b[i];
  };
  const most = takers.reduce((best, { rank }) => compare(rank, best) > 0 ? rank : best, [-1, 0, 0, 0]);
  const isOut = takers.filter(({ rank }) => compare(rank, most) === 0).map(({ rule }) => forwards([rule], network));
  const out = isOut.length === 0 ? network.spec.trafficPolicy === 'Allow' : isOut[0];
  if (out && says.isHttp2 !== true) throw new Unknown('only HTTP/2 leaves');
  return out;
}

function isCall({ method: { service, method } = {}, headers = [] }: any, request: typeof ANY_SENT): boolean {
  const [start, of, name] = request.path.split('/');
  return request.method === 'POST' && start === '' && name !== undefined && (service ?? of) === of && (method ?? name) === name
    && headers.every((header: any) => request.headers[header.name] === header.value);
}

function callRank({ method: { service = '', method = '' } = {}, headers = [] }: any): number[] {
  return [service.length, method.length, headers.length];
}

/** How closely a route names a host: a whole name goes before the end of one, and the longer end before the shorter. */
function closeness({ spec: { hostnames } }: any, host: string): number {
  const named = (hostnames ?? []).filter((name: string) => names([name], host));
  return hostnames === undefined ? -1 : Math.max(...named.map((name: string) => name === host ? Infinity : name.length));
}

function closest(routes: readonly any[], host: string): any {
  const named = routes.filter(({ spec }) => names(spec.hostnames, host));
  const most = Math.max(...named.map(route => closeness(route, host)));
  return named.find(route => closeness(route, host) === most);
}

/** The addresses in the block of a network that has this one, without its exceptions. */
function sizeOf({ spec: { networks } }: any, ip: string): number | undefined {
  const all = networks ?? [{ cidr: '0.0.0.0/0', except: CLUSTER }, { cidr: '::/0' }];
  const sizes = all.filter(({ cidr, except = [] }: any) => contains(cidr, ip) && !except.some((one: string) => contains(one, ip)))
    .map(({ cidr, except = [] }: any) => addresses(cidr) - except.map(addresses).reduce((a: number, b: number) => a + b, 0));
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}

/** Without those of the network and of the broadcast, in blocks that have them. */
function addresses(cidr: string): number {
  const [address, length] = cidr.split('/');
  if (!isIPv4(address)) {
    return Infinity;
  }
  return 2 ** (32 - Number(length)) - (Number(length) < 31 ? 2 : 0);
}

/** Routes of a network that takes in some of the cluster are not followed. */
function isAccepted({ spec: { networks = [] } }: any): boolean {
  return !networks.some(({ cidr }: any) => CLUSTER.some(block => contains(block, cidr.split('/')[0]) || contains(cidr, block.split('/')[0])));
}

function isOpaque({ metadata: { annotations = {} } }: any, port: number): boolean {
  const said = annotations['config.linkerd.io/opaque-ports'];
  return said === undefined ? OPAQUE_PORTS.includes(port) : said.split(',').includes(String(port));
}

function names(hostnames: readonly string[] | undefined, host: string): boolean {
  return hostnames === undefined || hostnames.some(name => name.startsWith('*.') ? host.endsWith(name.slice(1)) : name === host);
}

/** A rule sends where its backends are: without any, or to its own network, where the call was meant to go. */
function forwards(rules: readonly any[], { metadata: { name } }: any): boolean {
  const [{ backendRefs = [], filters = [] }] = rules;
  const isElsewhere = (ref: any) => ref.group !== 'policy.linkerd.io' || ref.kind !== 'EgressNetwork' || ref.name !== name || ref.weight === 0;
  if (rules.length !== 1 || backendRefs.some(isElsewhere) || filters.some(({ type }: any) => !type.endsWith('HeaderModifier'))) {
    throw new Unknown('not known here');
  }
  return true;
}
