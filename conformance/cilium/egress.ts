import * as fc from 'fast-check';
import type { Case, Peer, Pod, Probe } from './case';
import { MeshImplementation, MeshTarget } from '../../src';
import type { Manifest } from '../../src/dialects/contract/manifest';
import { isRedirected } from '../../src/evaluators/access/cilium';
import { requestTarget } from '../../src/evaluators/access/request';
import { contains } from '../../src/evaluators/address';
import type { CidrDestination, EgressDestination, EgressModel, EgressPort, EgressProtocol, DeniedDestination, HostDestination, InsideDestination } from '../../src/model/egress';
import { overlap } from '../../src/model/egress';
import type { RequestMatch } from '../../src/model/match';
import { ANY_REQUEST } from '../../src/model/match';
import { compile } from '../../src/targets/compile';
import { holds, type Sent } from '../../test/oracle/access/intent';
import type { Call as EgressCall, Says } from '../../test/oracle/egress/call';
import { ANY_SENT } from '../../test/oracle/egress/call';
import { letOutByCilium } from '../../test/oracle/egress/cilium';
import { letOutByIntent } from '../../test/oracle/egress/intent';
import { letOutByNetworkPolicy } from '../../test/oracle/egress/network-policy';
import { stored, verdict } from '../harness/case';

const WORKLOAD = { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } };
const CART = { namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' } };
const WEB = { namespace: 'shop', serviceAccount: 'web', labels: { app: 'web' } };
const DNS = { namespace: 'kube-system', serviceAccount: 'coredns', labels: { 'k8s-app': 'kube-dns' } };

const HOSTS = ['api.example.com', '*.example.com', 'example.com', '*.eu.example.com', 'db.example.org', '*.org'];
const ECHO = { kind: 'echo' } as const;
const DENIED: readonly DeniedDestination[] = [
  { kind: 'cidr', cidr: '203.0.113.0/24', except: ['203.0.113.64/26'], ports: [{ port: 443, protocol: 'TLS' }] },
  { kind: 'cidr', cidr: '198.51.100.0/24', ports: [], anyPort: true },
  { kind: 'cidr', cidr: '203.0.113.8/32', ports: [{ port: 1, endPort: 1000, protocol: 'TCP' }] },
  { kind: 'cidr', cidr: '2001:db8::/32', ports: [{ port: 100, endPort: 200, protocol: 'UDP' }] },
];
const BLOCKS: readonly { readonly cidr: string; readonly except?: readonly string[] }[] = [
  { cidr: '203.0.113.0/24' }, { cidr: '203.0.113.0/24', except: ['203.0.113.64/26'] }, { cidr: '203.0.113.8/32' }, { cidr: '198.51.100.0/25' },
  { cidr: '0.0.0.0/0' }, { cidr: '0.0.0.0/0', except: ['198.51.100.0/24', '203.0.113.9/32'] }, { cidr: '2001:db8::/32' },
];

/** Pods that have the same labels, with other numbers behind the names of their ports; one that has none of these names, and others. */
const CALLED: readonly Pod[] = [
  { namespace: 'data', serviceAccount: 'db', labels: { app: 'db' }, ports: { sql: 5432, web: 80 } },
  { namespace: 'data', serviceAccount: 'db', labels: { app: 'db', version: 'v2' }, ports: { sql: 6432 } },
  { namespace: 'data', serviceAccount: 'db', labels: { app: 'db' }, ports: { sql: 7432 } },
  { namespace: 'data', serviceAccount: 'cache', labels: { app: 'cache' }, ports: { sql: 8432 } },
  { namespace: 'shop', serviceAccount: 'db', labels: { app: 'db' } },
];
const INSIDE: readonly InsideDestination[] = [
  { kind: 'service', service: 'db', namespace: 'data', podSelector: { app: 'db' }, ports: [{ port: 'sql' }] },
  { kind: 'service', service: 'db', namespace: 'data', podSelector: { app: 'db' }, ports: [{ port: 5432 }, { port: 53, protocol: 'UDP' }] },
  { kind: 'service', service: 'db-v2', namespace: 'data', podSelector: { app: 'db', version: 'v2' }, ports: [{ port: 'sql', number: 6432 }, { port: 'web' }] },
  { kind: 'service', service: 'cache', namespace: 'data', podSelector: { app: 'cache' }, ports: [{ port: 'sql' }, { port: 80, protocol: 'HTTP' }] },
  { kind: 'pods', labels: { app: 'db' }, namespace: 'data', ports: [{ port: 7432, protocol: 'TCP' }] },
  { kind: 'pods', labels: { app: 'db' }, namespaceLabels: {}, ports: [{ port: 80, endPort: 444, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }] },
  { kind: 'pods', labels: { app: 'web' }, namespaceLabels: { team: 'ops' }, ports: [], anyPort: true },
  { kind: 'namespace', name: 'data', ports: [{ port: 6000, endPort: 9000, protocol: 'TCP' }] },
  { kind: 'namespaceLabels', labels: { team: 'shop' }, ports: [{ port: 443, protocol: 'TLS' }] },
  { kind: 'anyPod', ports: [{ port: 5432, protocol: 'TCP' }] },
  { kind: 'anyPod', ports: [{ port: 40, endPort: 60, protocol: 'UDP' }] },
  { kind: 'apiServer', ports: [{ port: 443, protocol: 'TLS' }] },
  { kind: 'apiServer', ports: [{ port: 5000, endPort: 6000, protocol: 'TCP' }] },
  { kind: 'nodes', ports: [{ port: 80, protocol: 'HTTP' }] },
  { kind: 'nodes', ports: [], anyPort: true },
  { kind: 'ownNode', ports: [{ port: 443, protocol: 'TLS' }] },
  { kind: 'anyPod', ports: [], ping: true },
  { kind: 'nodes', ports: [{ port: 9100, protocol: 'TCP' }], ping: true },
  { kind: 'ownNode', ports: [], anyPort: true },
  { kind: 'pods', labels: { app: 'db' }, namespace: 'data', cluster: 'west', ports: [{ port: 5432, protocol: 'TCP' }] },
  { kind: 'pods', labels: { app: 'web' }, namespaceLabels: {}, cluster: 'west', ports: [], anyPort: true },
];

/** Names outside, their addresses, and addresses without a name; one address has two names. */
const OUTSIDE: readonly { readonly ip: string; readonly names: readonly string[] }[] = [
  { ip: '203.0.113.8', names: ['api.example.com'] },
  { ip: '203.0.113.9', names: ['example.com'] },
  { ip: '198.51.100.7', names: ['a.eu.example.com', 'db.example.org'] },
  { ip: '198.51.100.200', names: ['a.b.eu.example.com'] },
  { ip: '192.0.2.1', names: ['xexample.com'] },
  { ip: '203.0.113.77', names: [] },
  { ip: '192.0.2.2', names: [] },
  { ip: '2001:db8:0:0:0:0:0:1', names: ['v6.example.com'] },
];
const NAMES = OUTSIDE.flatMap(({ names }) => names);

const PORTS: readonly { readonly port: number; readonly protocol: EgressProtocol }[] = [
  { port: 443, protocol: 'TLS' }, { port: 80, protocol: 'HTTP' }, { port: 5432, protocol: 'TCP' }, { port: 123, protocol: 'UDP' },
  { port: 443, protocol: 'UDP' }, { port: 8443, protocol: 'TLS' }, { port: 53, protocol: 'UDP' }, { port: 25, protocol: 'ServerFirst' },
];
/** Requests to hosts. */
const REQUESTS: readonly RequestMatch[] = [
  { ...ANY_REQUEST, methods: ['GET', 'HEAD'] },
  { ...ANY_REQUEST, path: { type: 'exact', value: '/v1' } },
  { ...ANY_REQUEST, path: { type: 'prefix', value: '/v1' }, methods: ['POST'] },
  { ...ANY_REQUEST, path: { type: 'below', value: '/v1' } },
  { ...ANY_REQUEST, path: { type: 'start', value: '/v1' } },
  { ...ANY_REQUEST, path: { type: 'end', value: '.json' } },
  { ...ANY_REQUEST, path: { type: 'template', value: '/v1/{*}' } },
  { ...ANY_REQUEST, path: { type: 'regex', value: '/v[0-9]+' } },
  { ...ANY_REQUEST, headers: [{ name: 'x-key', type: 'exact', value: '7' }] },
  { ...ANY_REQUEST, headers: [{ name: 'x-key', type: 'present', value: '' }], path: { type: 'exact', value: '/' } },
];
const SENT: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE'),
  path: fc.constantFrom('/', '/v1', '/v1/', '/v1/a', '/v1/a.json', '/v12', '/v1/a/b', '/V1', '/v1%2Fa'),
  headers: fc.constantFrom<Sent['headers']>({}, {}, { 'x-key': '7' }, { 'x-key': '77' }),
  query: fc.constantFrom<Sent['query']>({}, {}, { q: '7' }, { q: '/v1.json' }),
});
const OTHER_PROTOCOL: readonly EgressPort[] = [{ port: 443, protocol: 'TCP' }, { port: 80, protocol: 'TLS' }];
const RANGES: readonly EgressPort[] = [
  { port: 80, endPort: 444, protocol: 'TCP' }, { port: 5000, endPort: 8443, protocol: 'TCP' }, { port: 1, endPort: 122, protocol: 'UDP' }, { port: 100, endPort: 65535, protocol: 'UDP' },
];

/** Targets whose policies on calls to the outside are Cilium's to read. */
const TARGETS = [
  { name: 'CiliumNetworkPolicy', target: MeshTarget.gatewayApi({ id: 'cilium', mesh: MeshImplementation.CILIUM }), evaluate: letOutByCilium },
  { name: 'NetworkPolicy', target: MeshTarget.networkPolicy(), evaluate: letOutByNetworkPolicy },
];

interface Ports {
  readonly ports: readonly EgressPort[];
  readonly anyPort?: true;
}

const named: fc.Arbitrary<readonly EgressPort[]> = fc.uniqueArray(
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom<EgressPort>(...PORTS) }, { weight: 1, arbitrary: fc.constantFrom(...OTHER_PROTOCOL) },
    { weight: 2, arbitrary: fc.constantFrom(...RANGES) },
  ),
  { comparator: overlap, minLength: 1, maxLength: 3 },
);

const ports: fc.Arbitrary<Ports> = fc.oneof(
  { weight: 9, arbitrary: named.map(all => ({ ports: all })) },
  { weight: 1, arbitrary: fc.constant<Ports>({ ports: [], anyPort: true }) },
);

const requests = fc.oneof(fc.constant([]), fc.uniqueArray(fc.constantFrom(...REQUESTS), { minLength: 1, maxLength: 2 }));

type Named = HostDestination | CidrDestination;

const destinations = (kinds: readonly ('host' | 'cidr')[]): fc.Arbitrary<Named[]> => fc.uniqueArray(fc.oneof(
  ...kinds.map((kind): fc.Arbitrary<Named> => kind === 'host'
    ? fc.record({ kind: fc.constant(kind), host: fc.constantFrom(...HOSTS), at: ports, requests }).map(({ at, requests: some, ...one }) => ({
      ...one, ...at, ports: at.ports.map(port => port.protocol === 'HTTP' && some.length > 0 ? { ...port, requests: some } : port),
    }))
    : fc.record({ kind: fc.constant(kind), block: fc.constantFrom(...BLOCKS), at: ports })
      .map(({ block, at, ...one }) => ({ ...one, ...block, ...at }))),
), { selector: one => one.kind === 'host' ? one.host : one.cidr, maxLength: 4 });

interface Call {
  readonly outside: typeof OUTSIDE[0];
  readonly port: number;
  readonly protocol: EgressProtocol;
  /** What the client calls it, where it says a name. */
  readonly name: string;
  readonly sent: Sent;
}

const call: fc.Arbitrary<Call> = fc.record({
  outside: fc.constantFrom(...OUTSIDE),
  port: fc.constantFrom(...PORTS),
  name: fc.constantFrom(...NAMES),
  honest: fc.integer({ max: 4, min: 0 }),
  speaks: fc.option(fc.constantFrom<EgressProtocol>('HTTP', 'TLS', 'TCP', 'UDP'), { nil: undefined, freq: 2 }),
  sent: SENT,
}).map(({ outside, port, name, honest, speaks, sent }) =>
  ({ outside, port: port.port, protocol: speaks ?? port.protocol, name: honest > 0 && outside.names.length > 0 ? outside.names[0] : name, sent }));

export function egressCases(seed: number, count: number): Case[] {
  return TARGETS.flatMap(({ name, target, evaluate }) => {
    const hosts = target._dialects.egress.supports.EgressHost.level !== 'none';
    const samples = fc.sample(fc.record({
      whole: fc.boolean(),
      all: destinations(hosts ? ['host', 'host', 'cidr'] : ['cidr']),
      inside: fc.option(fc.subarray([...INSIDE], { maxLength: 5 }), { nil: undefined }),
      denials: fc.option(fc.subarray([...INSIDE, ...DENIED], { minLength: 1, maxLength: 3 }), { nil: undefined }),
      calls: fc.array(call, { minLength: 20, maxLength: 20 }),
    }), { seed, numRuns: count });
    return samples.flatMap(({ whole, all, inside, denials, calls }, i) => {
      const model: EgressModel = { name: 'out', namespace: 'shop', ...(!whole && { workload: WORKLOAD }), destinations: all, inside, denials };
      const { manifests, errors } = compile('egress', target, model);
      if (errors.length > 0) {
        return [];
      }
      const probes = [...calls.map(one => probe(model, one)), ...inCluster(model, hosts)];
      return [{ name: `${name} to the outside ${i}`, manifests: manifests.map(stored), probes: probes.map(one => evaluated(one, manifests, evaluate)) }];
    });
  });
}

/** With what the evaluator of the tests says. */
function evaluated(one: Probe, manifests: readonly Manifest[], evaluate: typeof letOutByCilium): Probe {
  const says = one.protocol.startsWith('ICMP') ? ECHO : SAYS[one.speaks](one);
  if (one.direction !== 'egress' || says === undefined || 'kind' in one.pod) {
    return one;
  }
  const of: Omit<EgressCall, 'ip'> = { namespace: one.pod.namespace, labels: one.pod.labels, port: one.port, says };
  const asked: EgressCall | undefined = one.peer.kind === 'pod' ? { ...of, ip: '10.1.0.5', inside: true, pod: one.peer }
    : one.peer.kind === 'other node' ? { ...of, ip: '10.9.0.1', inside: true, to: 'node' }
      : one.peer.kind === 'node' ? { ...of, ip: '10.9.0.1', inside: true, to: 'ownNode' }
        : one.peer.kind === 'outside' ? toAddress(of, one.peer) : undefined;
  return asked === undefined ? one : { ...one, answers: { ...one.answers, evaluator: verdict(evaluate(manifests, asked)) } };
}

/** The evaluator knows one name of an address. */
function toAddress(of: Omit<EgressCall, 'ip'>, { ip, names = [] }: { readonly ip: string; readonly names?: readonly string[] }): EgressCall | undefined {
  return names.length > 1 ? undefined : { ...of, ip, ...(names.length === 1 && { name: names[0] }) };
}

/** What the evaluator knows of a lookup is whether it gets out. */
const SAYS: Readonly<Record<Probe['speaks'], (of: Probe) => Says | undefined>> = {
  http: ({ host, method, target, headers = {} }) => {
    const [path, query = ''] = target!.split('?');
    return { kind: 'http', host: host!, request: { method: method!, path, headers, query: Object.fromEntries(new URLSearchParams(query)) } };
  },
  tls: ({ name }) => ({ kind: 'tls', serverName: name }),
  dns: () => undefined,
  bytes: ({ protocol }) => ({ kind: protocol === 'UDP' ? 'datagram' : 'bytes' }),
};

function probe(model: EgressModel, one: Call): Probe {
  return {
    direction: 'egress',
    pod: CART,
    peer: { kind: 'outside', ...one.outside },
    port: one.port,
    ...spoken(one),
    answers: garbled(model, one) ? {} : { model: verdict(allowedByModel(model, one)) },
  };
}

/** Whether the proxy gets what it does not read, or redirects. Who promises HTTP to addresses may send something else, unless they are those of a host that speaks HTTP there. */
function garbled({ destinations: all }: EgressModel, { outside, port, protocol, sent }: Call): boolean {
  return (protocol === 'HTTP' ? isRedirected(sent) : protocol !== 'UDP') && all.some(one => one.kind === 'host'
    && one.ports.some(at => at.port === port && at.protocol === 'HTTP') && outside.names.some(name => isHost(one.host, name)));
}

function spoken({ protocol, name, sent }: Call): Pick<Probe, 'protocol' | 'speaks' | 'name' | 'host' | 'method' | 'target' | 'headers'> {
  switch (protocol) {
    case 'HTTP': return { protocol: 'TCP', speaks: 'http', host: name, method: sent.method, target: requestTarget(sent), headers: sent.headers };
    case 'TLS': return { protocol: 'TCP', speaks: 'tls', name };
    default: return { protocol: protocol === 'UDP' ? 'UDP' : 'TCP', speaks: 'bytes' };
  }
}

/**
 * Addresses take what is spoken there. A host is called over the protocol of its port: over TLS and HTTP the client says
 * its name, and the address is one that a lookup of that host gave.
 */
function allowedByModel({ destinations: all, denials }: EgressModel, { outside, port, protocol, name, sent }: Call): boolean {
  if (isDenied(denials, { ip: outside.ip, port, says: { kind: protocol === 'UDP' ? 'datagram' : 'bytes' } })) {
    return false;
  }
  const isAt = (destination: EgressDestination) => destination.kind === 'outside' || (destination.kind === 'cidr'
    ? contains(destination.cidr, outside.ip) && !(destination.except ?? []).some(part => contains(part, outside.ip))
    : outside.names.some(known => isHost(destination.host, known)));
  return all.some(destination => isAt(destination) && (destination.anyPort
    || destination.ports.some(at => at.port <= port && port <= (at.endPort ?? at.port) && (at.protocol === 'UDP') === (protocol === 'UDP')
      && (destination.kind !== 'host' || !(at.protocol === 'HTTP' || at.protocol === 'TLS')
        || (at.protocol === protocol && isHost(destination.host, name)
          && (at.requests === undefined || at.requests.some(match => holds(match, sent))))))));
}

function isDenied(denials: EgressModel['denials'], asked: Omit<EgressCall, 'namespace'>): boolean {
  const all: EgressModel['destinations'] = ['0.0.0.0/0', '::/0'].map(cidr => ({ kind: 'cidr', cidr, ports: [], anyPort: true }));
  return !letOutByIntent({ destinations: all, denials }, { namespace: 'shop', ...asked });
}

function isHost(host: string, name: string): boolean {
  return host.startsWith('*.') ? name.endsWith(host.slice(1)) && name.length > host.length - 1 : name === host;
}

/** The cluster stays open, or is closed but for the Services that are named. Where hosts are named, Cilium has to see the answers to lookups. */
function inCluster(model: EgressModel, knowsNames: boolean): Probe[] {
  const { inside } = model;
  const isSeen = knowsNames && (model.destinations.some(({ kind }) => kind === 'host') || inside !== undefined);
  const to = (pod: Pod & { readonly cluster?: string }, port: number, protocol: 'TCP' | 'UDP' = 'TCP'): Probe => ({
    direction: 'egress', pod: CART, peer: podPeer(pod), port, protocol, speaks: 'bytes', answers: { model: verdict(letsCallsTo(model, pod, port, protocol)) },
  });
  const lookup: Probe = {
    direction: 'egress',
    pod: CART,
    peer: podPeer(DNS),
    port: 53,
    protocol: 'UDP',
    speaks: 'dns',
    name: 'api.example.com',
    answers: { model: isDenied(model.denials, { ip: '10.1.0.5', port: 53, says: { kind: 'datagram' }, inside: true, pod: DNS }) ? 'denied' : isSeen ? 'noted' : 'allowed' },
  };
  return [
    ...[WEB, { ...WEB, namespace: 'ops' }, ...CALLED].flatMap(pod => [80, 443, 5432, 6432, 7432, 8432].map(port => to(pod, port))),
    ...knowsNames ? NO_PODS.flatMap(peer => [80, 443, 5432, 9100].map(port => toWhole(model, peer, port))) : [],
    ...knowsNames ? ELSEWHERE.flatMap(pod => [80, 5432].map(port => to(pod, port))) : [],
    ...CALLED.map(pod => to(pod, 53, 'UDP')),
    ...knowsNames ? CALLED.slice(0, 2).flatMap(pod => echoes(podPeer(pod), letOutByIntent(model, { ...ECHOING, pod }))) : [],
    ...knowsNames ? echoes({ kind: 'other node' }, letOutByIntent(model, { ...ECHOING, to: 'node' })) : [],
    lookup,
    // A policy on calls says nothing of who may call.
    { direction: 'ingress', pod: CART, peer: { kind: 'pod', ...WEB }, port: 80, protocol: 'TCP', speaks: 'bytes', answers: { model: 'allowed' } },
    // Another workload has no policy, unless the whole namespace has one.
    {
      direction: 'egress',
      pod: WEB,
      peer: { kind: 'outside', ip: '192.0.2.3' },
      port: 9999,
      protocol: 'TCP',
      speaks: 'bytes',
      answers: model.destinations.some(({ kind, anyPort }) => kind === 'cidr' && anyPort) || model.denials !== undefined ? {} : { model: verdict(model.workload !== undefined) },
    },
  ];
}

const ELSEWHERE: readonly (Pod & { readonly cluster: string })[] = [CALLED[0], WEB].map(pod => ({ ...pod, cluster: 'west' }));

const ECHOING: EgressCall = { namespace: 'shop', ip: '10.1.0.5', port: 0, says: ECHO, inside: true };

/** Requests for an echo, in both versions of IP. */
function echoes(peer: Peer, isLetOut: boolean): Probe[] {
  const on: readonly Pick<Probe, 'protocol' | 'port'>[] = [{ protocol: 'ICMP', port: 8 }, { protocol: 'ICMPv6', port: 128 }];
  return on.map(one => ({ direction: 'egress', pod: CART, peer, ...one, speaks: 'bytes', answers: { model: verdict(isLetOut) } }));
}

const TEAMS: Readonly<Record<string, string>> = { shop: 'shop', ops: 'ops' };

/** The API server puts the name of a namespace on it as a label. */
function podPeer(pod: Pod & { readonly cluster?: string }): Peer {
  return { kind: 'pod', ...pod, namespaceLabels: { 'kubernetes.io/metadata.name': pod.namespace, ...(TEAMS[pod.namespace] && { team: TEAMS[pod.namespace] }) } };
}

function letsCallsTo(model: EgressModel, pod: Pod & { readonly cluster?: string }, port: number, protocol: 'TCP' | 'UDP'): boolean {
  return letOutByIntent(model, {
    namespace: 'shop',
    ip: '10.1.0.5',
    port,
    says: { kind: protocol === 'UDP' ? 'datagram' : 'bytes' },
    inside: true,
    pod: { ...pod, ...(TEAMS[pod.namespace] && { namespaceLabels: { team: TEAMS[pod.namespace] } }) },
  });
}

/** What Cilium knows as a whole, the API server outside and on a node. */
const NO_PODS: readonly Peer[] = [{ kind: 'node' }, { kind: 'other node' }, { kind: 'node of the API server' }, { kind: 'API server', ip: '192.0.2.2' }];

function toWhole(model: EgressModel, peer: Peer, port: number): Probe {
  const as = (to: EgressCall['to']) => letOutByIntent(model, { namespace: 'shop', ip: '10.9.0.1', port, says: { kind: 'bytes' }, inside: true, to });
  const outside: Call = { outside: { ip: '192.0.2.2', names: [] }, port, protocol: 'TCP', name: '', sent: ANY_SENT };
  const kept = (to: EgressCall['to']) => isDenied(model.denials, { ip: '10.9.0.1', port, says: { kind: 'bytes' }, inside: true, to });
  const keptOutside = isDenied(model.denials, { ip: '192.0.2.2', port, says: { kind: 'bytes' } });
  const lets = peer.kind === 'API server' ? (as('apiServer') || allowedByModel(model, outside)) && !kept('apiServer') && !keptOutside
    : peer.kind === 'node of the API server' ? (as('apiServer') || as('node')) && !kept('apiServer') && !kept('node')
      : as(peer.kind === 'node' ? 'ownNode' : 'node');
  return { direction: 'egress', pod: CART, peer, port, protocol: 'TCP', speaks: 'bytes', answers: { model: verdict(lets) } };
}
