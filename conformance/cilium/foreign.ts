import * as fc from 'fast-check';
import { normalized, probe } from './access';
import type { Case } from './case';
import type { Manifest } from '../../src/dialects/contract/manifest';
import { allowedByCilium } from '../../src/evaluators/access/cilium';
import { allowedByNetworkPolicy } from '../../src/evaluators/access/network-policy';
import { PODS, PORTS, request } from '../../test/oracle/access/arbitraries';
import type { Evaluator } from '../../test/oracle/access/decide';
import { stored, verdict } from '../harness/case';

const [CART] = PODS;
const NAMESPACE = 'io.kubernetes.pod.namespace';
const ACCOUNT = 'io.cilium.k8s.policy.serviceaccount';
const TEAM = 'io.cilium.k8s.namespace.labels.team';

/** Policies in the shapes of the documentation of Cilium and Kubernetes, most of which our dialects do not write. */
export function foreignCases(seed: number, count: number): Case[] {
  const model = {
    name: 'cart-access',
    namespace: 'shop',
    rules: [],
    denials: [],
    leavesRest: false,
    healthProbes: [],
    audit: false,
    destination: { service: 'cart', serviceAccount: 'cart', podSelector: CART.labels, ports: PORTS },
  };
  const requests = fc.array(request([model], { mesh: false }).map(normalized), { minLength: 20, maxLength: 20 });
  const cases = (apiVersion: string, kind: string, specs: fc.Arbitrary<object>, evaluate: Evaluator) =>
    fc.sample(fc.tuple(fc.array(specs, { minLength: 1, maxLength: 2 }), requests), { seed, numRuns: count }).map(([all, ones], i) => {
      const manifests = all.map((spec, n): Manifest => ({ apiVersion, kind, metadata: { name: `cart-${n}`, namespace: 'shop' }, spec }));
      return {
        name: `foreign ${kind} ${i}`,
        manifests: manifests.map(stored),
        probes: ones.map(one => probe(one, { evaluator: answer(() => evaluate(manifests, one)) })),
      };
    });
  return [
    ...cases('cilium.io/v2', 'CiliumNetworkPolicy', ciliumSpec, allowedByCilium),
    ...cases('networking.k8s.io/v1', 'NetworkPolicy', networkSpec, allowedByNetworkPolicy('outside')),
  ];
}

/** The agent drops a policy with a rule that it does not take, and the evaluator throws. */
function answer(allowed: () => boolean): string {
  try {
    return verdict(allowed());
  } catch (error) {
    if ((error as Error).message.startsWith('no rule that Cilium takes')) {
      return 'refused';
    }
    throw error;
  }
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const present = <T extends object>(arbitrary: fc.Arbitrary<T>) =>
  arbitrary.map(object => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)));

const expression = (keys: readonly string[]) => fc.oneof(
  fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom('web', 'cart', 'ops', 'shop', 'infra'), { minLength: 1, maxLength: 2 }),
  }),
);

const selector = (labels: readonly Readonly<Record<string, string>>[], keys: readonly string[]) => present(fc.record({
  matchLabels: optional(fc.constantFrom(...labels)),
  matchExpressions: fc.option(fc.array(expression(keys), { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
}));

const endpoint = selector([
  { app: 'web' }, { 'k8s:app': 'job' }, { 'any:app': 'cart' }, { [NAMESPACE]: 'ops' }, { [`k8s:${NAMESPACE}`]: 'shop', app: 'web' },
  { [`k8s:${TEAM}`]: 'ops' }, { [ACCOUNT]: 'web' }, { [`any:${NAMESPACE}`]: 'web' },
], ['app', 'k8s:tier', `k8s:${NAMESPACE}`, `k8s:${TEAM}`, `k8s:${ACCOUNT}`, TEAM]);

const BLOCKS = ['192.0.2.0/24', '10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32', '192.0.2.10/32', '::/0'];
const entities = fc.uniqueArray(fc.constantFrom('world', 'cluster', 'host', 'remote-node', 'all'), { minLength: 1, maxLength: 2 })
  .map(fromEntities => ({ fromEntities }));
const peers = fc.oneof(
  { weight: 4, arbitrary: fc.array(endpoint, { minLength: 1, maxLength: 2 }).map(fromEndpoints => ({ fromEndpoints })) },
  { weight: 2, arbitrary: entities },
  { weight: 1, arbitrary: fc.constantFrom(...BLOCKS).map(cidr => ({ fromCIDR: [cidr] })) },
  { weight: 1, arbitrary: fc.constant({ fromCIDRSet: [{ cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] }] }) },
  { weight: 2, arbitrary: fc.constant({}) },
);

const port = fc.oneof(
  present(fc.record({ port: fc.constantFrom('8080', '9090', '6379', '5353', '0'), protocol: optional(fc.constantFrom('TCP', 'UDP', 'ANY')) })),
  present(fc.record({ port: fc.constant('8000'), endPort: fc.constantFrom(8080, 8090, 9999), protocol: optional(fc.constantFrom('TCP', 'ANY')) })),
);
const httpRule = present(fc.record({
  method: optional(fc.constantFrom('GET', 'GET|HEAD', 'P.*', 'get', '')),
  path: optional(fc.constantFrom('/api/.*', '/carts', '^/carts/[0-9]+$', '.*', '/api.*', '/', '')),
  headers: fc.option(fc.constantFrom(['x-team: 1'], ['X-Team'], ['x-version: a.b', 'authorization']), { nil: undefined, freq: 2 }),
  headerMatches: fc.option(fc.constantFrom([{ name: 'x-team' }], [{ name: 'X-Version', value: '2' }]), { nil: undefined, freq: 2 }),
}));
const openings = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.array(port, { minLength: 1, maxLength: 2 }).map(ports => ({ toPorts: [{ ports }] })) },
  {
    weight: 2,
    arbitrary: fc.record({
      ports: fc.constantFrom([{ port: '8080', protocol: 'TCP' }], [{ port: '8000', endPort: 9999, protocol: 'TCP' }]),
      http: fc.array(httpRule, { minLength: 1, maxLength: 2 }),
    }).map(({ ports, http }) => ({ toPorts: [{ ports, rules: { http } }] })),
  },
);
const denials = fc.oneof(fc.constant({}), fc.array(port, { minLength: 1, maxLength: 2 }).map(ports => ({ toPorts: [{ ports }] })));

const ciliumSpec = present(fc.record({
  endpointSelector: fc.constantFrom({}, { matchLabels: { app: 'cart' } }, { matchLabels: { 'k8s:tier': 'backend' } }, { matchLabels: { app: 'web' } },
    { matchExpressions: [{ key: 'app', operator: 'In', values: ['cart', 'web'] }] }),
  ingress: fc.array(fc.tuple(peers, openings).map(([from, to]) => ({ ...from, ...to })), { minLength: 1, maxLength: 3 }),
  ingressDeny: fc.option(fc.array(fc.tuple(peers, denials).map(([from, to]) => ({ ...from, ...to })), { minLength: 1, maxLength: 2 }), {
    nil: undefined, freq: 2,
  }),
  enableDefaultDeny: fc.option(fc.constantFrom({ ingress: false }, { ingress: true }), { nil: undefined, freq: 2 }),
}));

const podSelector = selector([{ app: 'web' }, { app: 'cart' }, {}], ['app', 'tier']);
const namespaceSelector = selector([{ team: 'ops' }, { 'kubernetes.io/metadata.name': 'shop' }, {}], ['team', 'tier']);
const networkPeer = fc.oneof(
  fc.record({ podSelector }), fc.record({ namespaceSelector }), fc.record({ namespaceSelector, podSelector }),
  fc.record({ ipBlock: fc.oneof(fc.constantFrom(...BLOCKS).map(cidr => ({ cidr })), fc.constant({ cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] })) }),
);
const networkPort = fc.oneof(
  present(fc.record({ port: optional(fc.constantFrom(8080, 9090, 6379, 5353)), protocol: optional(fc.constantFrom('TCP', 'UDP')) })),
  present(fc.record({ port: fc.constant(8000), endPort: fc.constantFrom(8080, 9999), protocol: optional(fc.constant('TCP')) })),
);
const networkSpec = present(fc.record({
  podSelector: fc.constantFrom({}, { matchLabels: { app: 'cart' } }, { matchLabels: { app: 'web' } }, {
    matchExpressions: [{ key: 'tier', operator: 'Exists' }],
  }),
  policyTypes: optional(fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress'])),
  ingress: optional(fc.array(present(fc.record({
    from: optional(fc.array(networkPeer, { maxLength: 2 })), ports: optional(fc.array(networkPort, { maxLength: 2 })),
  })), { maxLength: 3 })),
})).map(({ ingress, ...spec }: any) => ({
  ...spec,
  // Rules for a direction that is none of the types: Kubernetes passes over them, and Cilium does not.
  ...(ingress !== undefined && spec.policyTypes?.includes('Ingress') !== false && { ingress }),
}));
