import * as fc from 'fast-check';
import type { Case, Peer, Probe } from './case';
import { MeshImplementation, MeshTarget } from '../../src';
import { contains } from '../../src/evaluators/address';
import type { EgressDestination, EgressModel, EgressProtocol } from '../../src/model/egress';
import { transportOf } from '../../src/model/egress';
import { compile } from '../../src/targets/compile';
import { stored, verdict } from '../harness/case';

const WORKLOAD = { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } };
const CART = { namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' } };
const WEB = { namespace: 'shop', serviceAccount: 'web', labels: { app: 'web' } };
const DNS = { namespace: 'kube-system', serviceAccount: 'coredns', labels: { 'k8s-app': 'kube-dns' } };

const HOSTS = ['api.example.com', '*.example.com', 'example.com', '*.eu.example.com', 'db.example.org', '*.org'];
const BLOCKS = ['203.0.113.0/24', '203.0.113.8/32', '198.51.100.0/25', '0.0.0.0/0', '2001:db8::/32'];

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
  { port: 443, protocol: 'UDP' }, { port: 8443, protocol: 'TLS' }, { port: 53, protocol: 'UDP' },
];
const OTHER_PROTOCOL = [{ port: 443, protocol: 'TCP' as const }, { port: 80, protocol: 'TLS' as const }];

/** Targets whose policies on calls to the outside are Cilium's to read. */
const TARGETS = [
  { name: 'CiliumNetworkPolicy', target: MeshTarget.gatewayApi({ id: 'cilium', mesh: MeshImplementation.CILIUM }) },
  { name: 'NetworkPolicy', target: MeshTarget.networkPolicy() },
];

const ports = fc.uniqueArray(
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PORTS) }, { weight: 1, arbitrary: fc.constantFrom(...OTHER_PROTOCOL) }),
  { selector: ({ port, protocol }) => `${port}/${protocol === 'UDP'}`, minLength: 1, maxLength: 3 },
);

const destinations = (kinds: readonly EgressDestination['kind'][]): fc.Arbitrary<EgressDestination[]> => fc.uniqueArray(fc.oneof(
  ...kinds.map((kind): fc.Arbitrary<EgressDestination> => kind === 'host'
    ? fc.record({ kind: fc.constant(kind), host: fc.constantFrom(...HOSTS), ports })
    : fc.record({ kind: fc.constant(kind), cidr: fc.constantFrom(...BLOCKS), ports })),
), { selector: one => one.kind === 'host' ? one.host : one.cidr, maxLength: 4 });

interface Call {
  readonly outside: typeof OUTSIDE[0];
  readonly port: number;
  readonly protocol: EgressProtocol;
  /** What the client calls it, where it says a name. */
  readonly name: string;
}

const call: fc.Arbitrary<Call> = fc.record({
  outside: fc.constantFrom(...OUTSIDE),
  port: fc.constantFrom(...PORTS),
  name: fc.constantFrom(...NAMES),
  honest: fc.integer({ max: 4, min: 0 }),
  speaks: fc.option(fc.constantFrom<EgressProtocol>('HTTP', 'TLS', 'TCP', 'UDP'), { nil: undefined, freq: 2 }),
}).map(({ outside, port, name, honest, speaks }) =>
  ({ outside, port: port.port, protocol: speaks ?? port.protocol, name: honest > 0 && outside.names.length > 0 ? outside.names[0] : name }));

export function egressCases(seed: number, count: number): Case[] {
  return TARGETS.flatMap(({ name, target }) => {
    const hosts = target._dialects.egress.supports.EgressHost.level !== 'none';
    const samples = fc.sample(fc.record({
      whole: fc.boolean(),
      all: destinations(hosts ? ['host', 'host', 'cidr'] : ['cidr']),
      calls: fc.array(call, { minLength: 20, maxLength: 20 }),
    }), { seed, numRuns: count });
    return samples.flatMap(({ whole, all, calls }, i) => {
      const model: EgressModel = { name: 'out', namespace: 'shop', ...(!whole && { workload: WORKLOAD }), destinations: all };
      const { manifests, errors } = compile('egress', target, model);
      if (errors.length > 0) {
        return [];
      }
      return [{ name: `${name} to the outside ${i}`, manifests: manifests.map(stored), probes: [...calls.map(one => probe(model, one)), ...inCluster(model)] }];
    });
  });
}

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

/** Who promises HTTP to addresses may send something else, unless they are those of a host that speaks HTTP there. */
function garbled({ destinations: all }: EgressModel, { outside, port, protocol }: Call): boolean {
  return protocol !== 'HTTP' && protocol !== 'UDP' && all.some(one => one.kind === 'host'
    && one.ports.some(at => at.port === port && at.protocol === 'HTTP') && outside.names.some(name => isHost(one.host, name)));
}

function spoken({ protocol, name }: Call): Pick<Probe, 'protocol' | 'speaks' | 'name' | 'host' | 'method' | 'target'> {
  switch (protocol) {
    case 'HTTP': return { protocol: 'TCP', speaks: 'http', host: name, method: 'GET', target: '/' };
    case 'TLS': return { protocol: 'TCP', speaks: 'tls', name };
    default: return { protocol: transportOf(protocol), speaks: 'bytes' };
  }
}

/**
 * Addresses take what is spoken there. A host is called over the protocol of its port: over TLS and HTTP the client says
 * its name, and the address is one that a lookup of that host gave.
 */
function allowedByModel({ destinations: all }: EgressModel, { outside, port, protocol, name }: Call): boolean {
  return all.some(destination => destination.ports.some(at => at.port === port && (at.protocol === 'UDP') === (protocol === 'UDP')
    && (destination.kind === 'cidr'
      ? contains(destination.cidr, outside.ip)
      : outside.names.some(known => isHost(destination.host, known))
        && (at.protocol === 'HTTP' || at.protocol === 'TLS' ? at.protocol === protocol && isHost(destination.host, name) : true))));
}

function isHost(host: string, name: string): boolean {
  return host.startsWith('*.') ? name.endsWith(host.slice(1)) && name.length > host.length - 1 : name === host;
}

/** The cluster stays open; where hosts are named, Cilium has to see the answers to lookups. */
function inCluster(model: EgressModel): Probe[] {
  const hosts = model.destinations.some(({ kind }) => kind === 'host');
  const to = (peer: Peer, port: number, answer: string): Probe => ({
    direction: 'egress', pod: CART, peer, port, protocol: 'TCP', speaks: 'bytes', answers: { model: answer },
  });
  const lookup: Probe = {
    direction: 'egress',
    pod: CART,
    peer: { kind: 'pod', ...DNS },
    port: 53,
    protocol: 'UDP',
    speaks: 'dns',
    name: 'api.example.com',
    answers: { model: hosts ? 'noted' : 'allowed' },
  };
  return [
    to({ kind: 'pod', ...WEB }, 8080, 'allowed'),
    to({ kind: 'pod', ...WEB, namespace: 'ops' }, 443, 'allowed'),
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
      answers: { model: verdict(model.workload !== undefined) },
    },
  ];
}
