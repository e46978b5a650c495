import * as fc from 'fast-check';
import { type Case, type Port, type Probe, service, serviceIp, workload } from './case';
import { MeshTarget, SmiImplementation } from '../../src';
import type { Outcome } from '../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../src/evaluators/routes/request';
import type { RouteModel, WeightedBackend } from '../../src/model/route';
import { compileRoute } from '../../src/targets/compile';
import { routedByOsm, routedBySmi } from '../../test/oracle/routes/smi';

const OSM = MeshTarget.smi({ implementation: SmiImplementation.OSM });
const PORTS: readonly Port[] = [{ port: 80, podPort: 8080, protocol: 'http' }, { port: 6379, podPort: 6379, protocol: 'tcp' }];
const VERSIONS = ['v1', 'v2', 'v3'];
const CART = { namespace: 'shop', serviceAccount: 'cart' };

/** A Service in front of the pods of three versions, each of which has a Service of its own; the last one lacks a port. */
const WORLD: readonly object[] = [
  ...['shop', 'ops'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  ...VERSIONS.flatMap((version, n) => workload(CART, version, { app: 'cart', version }, n === 2 ? PORTS.slice(0, 1) : PORTS)),
  ...service('cart', 'shop', { app: 'cart' }, VERSIONS, PORTS),
  ...['shop', 'ops'].flatMap(namespace => workload({ namespace, serviceAccount: 'web' }, 'web', { app: 'web' }, [])),
];

/** Lets the client of one of the namespaces call the Services, where SMI decides who calls whom. */
const ALLOWED: readonly object[] = [
  {
    apiVersion: 'access.smi-spec.io/v1alpha3',
    kind: 'TrafficTarget',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      destination: { kind: 'ServiceAccount', name: 'cart', namespace: 'shop' },
      sources: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
      rules: [{ kind: 'TCPRoute', name: 'all' }],
    },
  },
  { apiVersion: 'specs.smi-spec.io/v1alpha4', kind: 'TCPRoute', metadata: { name: 'all', namespace: 'shop' }, spec: { matches: {} } },
];

const weight = fc.constantFrom(0, 1, 9, 50, 100, 333);
const permissive = fc.boolean();

/** Routes of a Service as our dialect writes them, and TrafficSplits as they are found. */
export function routeCases(seed: number, count: number): Case[] {
  return [...ours(seed, count), ...foreign(seed, count)];
}

function ours(seed: number, count: number): Case[] {
  const backends = fc.subarray(VERSIONS.slice(0, 2), { minLength: 1 })
    .chain(names => fc.tuple(...names.map(name => weight.map(one => ({ name, weight: one })))))
    .filter(all => all.some(one => one.weight > 0));
  return fc.sample(fc.record({ backends, permissive }), { seed, numRuns: Math.ceil(count / 4) }).flatMap((one, i) => {
    const model: RouteModel = {
      name: 'cart',
      namespace: 'shop',
      service: { name: 'cart' },
      traffic: {},
      ports: PORTS.map(({ port, protocol }) => ({
        port,
        protocol: protocol === 'tcp' ? 'TCP' : 'HTTP',
        rules: [{ matches: [], handling: {}, backends: one.backends.map((backend): WeightedBackend => ({ ...backend, port })) }],
      })) as RouteModel['ports'],
    };
    const { manifests, errors } = compileRoute(OSM, model);
    return errors.length > 0 ? [] : [{
      name: `route ${i}`,
      permissive: one.permissive,
      manifests: [...WORLD, ...ALLOWED, ...manifests],
      probes: probes(one.permissive, to => ({
        model: [shares(model.ports.find(({ port }) => port === to.to.port)!.rules[0].backends.map(b => [`shop/${b.name}`, b.weight]))],
        evaluator: [said(routedBySmi(manifests, to))],
      })),
    }];
  });
}

function foreign(seed: number, count: number): Case[] {
  const split = fc.record({
    root: fc.constantFrom('cart', 'cart', 'cart.shop', 'cart.shop.svc.cluster.local'),
    backends: fc.uniqueArray(
      fc.record({ service: fc.constantFrom('v1', 'v2', 'v3', 'cart', 'gone'), weight }),
      { selector: one => one.service, minLength: 1, maxLength: 3 },
    ),
  });
  return fc.sample(fc.record({ splits: fc.array(split, { maxLength: 2 }), permissive }), { seed, numRuns: count }).map((one, i) => {
    const splits = one.splits.map(({ root, backends }, n) => ({
      apiVersion: 'split.smi-spec.io/v1alpha2', kind: 'TrafficSplit', metadata: { name: `split-${n}`, namespace: 'shop' }, spec: { service: root, backends },
    }));
    return {
      name: `foreign split ${i}`,
      permissive: one.permissive,
      manifests: [...WORLD, ...ALLOWED, ...splits],
      probes: probes(one.permissive, to => ({ evaluator: byAnyOf(splits, to) })),
    };
  });
}

/**
 * Of several for one root, OSM takes the first one that it finds, each time that it looks. What is wrong with one port keeps the
 * sidecar from all.
 */
function byAnyOf(splits: readonly object[], to: RouteRequest): string[] {
  const worlds = (splits.length === 0 ? [[]] : splits.map(each => [each])).map(each => [...WORLD, ...each]);
  const outcomes = PORTS.map(({ port, protocol }) =>
    worlds.map(one => routedByOsm(one, { ...to, to: { ...to.to, port }, protocol: protocol === 'tcp' ? 'TCP' : 'HTTP' })));
  const asked = outcomes[PORTS.findIndex(({ port }) => port === to.to.port)];
  return [
    ...outcomes.flat().includes(undefined) ? ['refused'] : [],
    ...outcomes.every(each => each.some(outcome => outcome !== undefined)) ? asked.filter(outcome => outcome !== undefined).map(said) : [],
  ];
}

/** Calls of both clients to the Service, by its names; one of them is allowed nothing. */
function probes(everyone: boolean, answers: (request: RouteRequest) => Probe['answers']): Probe[] {
  return ['shop', 'ops'].flatMap(namespace => PORTS.flatMap(({ port, protocol }) => ['cart.shop', 'cart.shop.svc.cluster.local:80'].map((host): Probe => ({
    direction: 'outbound',
    namespace,
    pod: 'web',
    address: serviceIp('cart', 'shop'),
    port,
    protocol: protocol === 'tcp' ? 'TCP' : 'HTTP',
    host,
    method: 'GET',
    target: '/',
    headers: [],
    answers: !everyone && namespace === 'ops' ? { evaluator: ['no route'] } : answers({
      client: { namespace },
      to: { service: 'cart', namespace: 'shop', port },
      protocol: protocol === 'tcp' ? 'TCP' : 'HTTP',
      host: 'cart.shop',
      method: 'GET',
      path: '/',
      headers: {},
      query: {},
      response: {},
    }),
  }))));
}

function said(outcome: Outcome): string {
  if (outcome.kind !== 'forwarded') {
    return 'no route';
  }
  return shares(outcome.arrivals.map(({ service: to, share }) => {
    const [numerator, denominator = 1] = share.split('/').map(Number);
    return [to.split(':')[0], numerator / denominator];
  }));
}

/** The share of each Service, as in `{"shop/v1":0.9,"shop/v2":0.1}`. */
function shares(backends: readonly (readonly [service: string, weight: number])[]): string {
  const total = backends.reduce((sum, [, one]) => sum + one, 0);
  const parts = backends.filter(([, one]) => one > 0).map(([name, one]): [string, number] => [name, Math.round(one / total * 1e6) / 1e6]);
  return JSON.stringify(Object.fromEntries(parts.sort(([a], [b]) => a < b ? -1 : 1)));
}
