import * as fc from 'fast-check';
import { ConsulNamespaces, GatewayApiChannel, MeshImplementation, MeshTarget, SmiImplementation } from '../../../src';
import type { Manifest } from '../../../src/dialects/contract/manifest';
import type { TargetDialects } from '../../../src/dialects/contract/target-dialects';
import { allowedByCilium } from '../../../src/evaluators/access/cilium';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../../../src/evaluators/access/istio-ambient';
import { allowedByLinkerd } from '../../../src/evaluators/access/linkerd';
import type { Client } from '../../../src/evaluators/access/request';
import type { AccessModel, AccessRule, GatewaySource, IdentitySource, Source } from '../../../src/model/access';
import { admitsUnauthenticated, sourceKey } from '../../../src/model/access';
import { ANY_REQUEST } from '../../../src/model/match';
import { CATALOGUE } from '../../../src/targets/catalogue';
import { compile } from '../../../src/targets/compile';
import { consulByItself, gatewayApi, MESHES, networkPolicyByItself, SMI_READERS } from '../../../src/targets/dialects';
import { BY_WEB, policyOf } from '../../models';
import type { Evaluator } from '../../oracle/access/decide';

/** A gateway as a client, and whether a policy lets it in. */

const mesh = (implementation: MeshImplementation) => gatewayApi(GatewayApiChannel.STANDARD, MESHES[implementation], {
  trustDomain: 'cluster.local', consulNamespaces: ConsulNamespaces.MIRRORED,
});
const [istio, ambient, linkerd, cilium, kuma] = (['ISTIO', 'ISTIO_AMBIENT', 'LINKERD', 'CILIUM', 'KUMA'] as const).map(name => mesh(MeshImplementation[name]));
const consul = consulByItself(ConsulNamespaces.MIRRORED);
const smi = SMI_READERS[SmiImplementation.SPEC].dialects;

const gateway = (more: Partial<GatewaySource> = {}): GatewaySource => ({ kind: 'gateway', name: 'public', namespace: 'infra', pods: {}, ...more });
const letting = (source: Source, more: Partial<AccessRule> = {}): AccessModel => {
  const model = policyOf([{ ...BY_WEB, sources: [source], ...more }]);
  return { ...model, destination: { ...model.destination, serviceAccount: 'cart' } };
};
const refusals = ({ access: dialect }: TargetDialects, model: AccessModel) =>
  dialect.render(model).refusals.map(({ reason, remedy }) => `${reason}. ${remedy}`);
const text = (manifests: readonly Manifest[]) => JSON.stringify(manifests);

test.each<[string, TargetDialects, Partial<GatewaySource>, string]>([
  ['Istio, by the class', istio, { className: 'istio' }, '"cluster.local/ns/infra/sa/public-istio"'],
  ['Istio, by its pods', istio, { className: 'nginx', pods: { serviceAccount: 'nginx', namespace: 'nginx' } }, '"cluster.local/ns/nginx/sa/nginx"'],
  ['Istio ambient, by the class', ambient, { className: 'istio' }, '"cluster.local/ns/infra/sa/public-istio"'],
  ['Linkerd, by its pods', linkerd, { pods: { serviceAccount: 'nginx' } }, '{"kind":"ServiceAccount","name":"nginx","namespace":"infra"}'],
  ['Kuma, by its pods', kuma, { pods: { serviceAccount: 'kong', namespace: 'kong' } }, '"spiffe://cluster.local/ns/kong/sa/kong"'],
  ['Consul, by its name', consul, {}, '{"name":"public","namespace":"infra","action":"allow"}'],
  ['Cilium, as the entity', cilium, { className: 'cilium' }, '{"fromEntities":["ingress"]'],
  [
    'Cilium, of another controller',
    cilium,
    { className: 'eg', pods: { serviceAccount: 'envoy', namespace: 'eg' } },
    '"k8s:io.cilium.k8s.policy.serviceaccount":"envoy"',
  ],
  ['SMI, by its pods', smi, { pods: { serviceAccount: 'nginx' } }, '"sources":[{"kind":"ServiceAccount","name":"nginx","namespace":"infra"}]'],
  ['NetworkPolicy, by its labels', networkPolicyByItself(), { pods: { namespace: 'nginx', podSelector: { app: 'nginx' } } },
    '{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"nginx"}},"podSelector":{"matchLabels":{"app":"nginx"}}}'],
])('a gateway is known to %s', (_, dialects, more, expected) => {
  const model = letting(gateway(more));

  expect(refusals(dialects, model)).toEqual([]);
  expect(text(dialects.access.render(model).manifests)).toContain(expected);
});

test.each<[string, TargetDialects, Partial<GatewaySource>, RegExp]>([
  ['Istio, without a class', istio, {}, /the class of this one is unknown\. Give its ExposureGateway `className: 'istio'`/],
  ['Istio, of another class', istio, { className: 'nginx' }, /the class of this one is 'nginx'.*`pods: \{ serviceAccount: '…' \}`/],
  ['Linkerd', linkerd, { className: 'nginx' }, /Linkerd knows a gateway by the ServiceAccount of its pods.*`pods: \{ serviceAccount: '…' \}`/],
  ['Kuma', kuma, {}, /Kuma knows a gateway/],
  ['Cilium, of another class', cilium, { className: 'eg' }, /of another class than 'cilium'/],
  ['SMI', smi, {}, /a TrafficTarget knows a gateway/],
  ['NetworkPolicy', networkPolicyByItself(), { pods: { serviceAccount: 'nginx' } }, /by their labels.*Identity\.namespace/],
])('one that is not known is refused by %s', (_, dialects, more, expected) => {
  expect(refusals(dialects, letting(gateway(more)))).toEqual([expect.stringMatching(expected)]);
});

test('Istio ambient: it bypasses the waypoint, which alone sees requests', () => {
  const model = letting(gateway({ className: 'istio' }), { requests: [{ ...ANY_REQUEST, methods: ['GET'] }] });

  expect(refusals(ambient, model)).toEqual([expect.stringMatching(/directly.*Leave out `requests` for the gateway/)]);
  expect(refusals(istio, model)).toEqual([]);
});

test('Istio ambient: what lets it in by its requests keeps it out', () => {
  const model = letting({ kind: 'anyAuthenticated' }, { requests: [{ ...ANY_REQUEST, methods: ['GET'] }] });

  expect(ambient.access.letsIn!(model, gateway(NAMED), 8080)).toBe(false);
  expect(istio.access.letsIn!(model, gateway(NAMED), 8080)).toBe(true);
});

test('Istio ambient: so does whoever scrapes metrics', () => {
  const scraping = letting({
    kind: 'serviceAccount', name: 'prometheus', namespace: 'ops',
  }, { requests: [{ ...ANY_REQUEST, methods: ['GET'] }], byAddress: true });

  expect(refusals(ambient, scraping)).toEqual([expect.stringMatching(/calls the pods by their addresses.*ports: \[8080\]/)]);
  expect(refusals(istio, scraping)).toEqual([]);
});

const NAMED = { className: 'istio', pods: { serviceAccount: 'edge', namespace: 'edge' } };
const CLIENTS: [string, Source, Partial<Record<keyof typeof IN, boolean | undefined>>][] = [
  ['anyone', { kind: 'anyone' }, { account: true, unknown: true, entity: true }],
  ['itself', gateway(), { account: true, unknown: undefined, entity: true }],
  ['another gateway', gateway({ name: 'internal' }), { account: false, unknown: false, entity: false }],
  ['its ServiceAccount', { kind: 'serviceAccount', name: 'edge', namespace: 'edge' }, { account: true, unknown: false, entity: false }],
  ['another ServiceAccount', { kind: 'serviceAccount', name: 'edge', namespace: 'infra' }, { account: false, unknown: false, entity: false }],
  ['its SPIFFE id', { kind: 'spiffeId', id: 'spiffe://cluster.local/ns/edge/sa/edge' }, { account: true, unknown: false }],
  ['its SPIFFE id in another trust domain, which may be its own', { kind: 'spiffeId', id: 'spiffe://partner.example/ns/edge/sa/edge' }, { account: undefined, unknown: false }],
  ['another SPIFFE id', { kind: 'spiffeId', id: 'spiffe://cluster.local/x/ns/edge/sa/edge' }, { account: false, unknown: false }],
  ['the trust domain of the mesh', { kind: 'trustDomain', name: 'cluster.local' }, { account: true }],
  ['another trust domain, which may be its own', { kind: 'trustDomain', name: 'partner.example' }, { account: undefined }],
  ['the namespace of its pods', { kind: 'namespace', name: 'edge' }, { account: true, unknown: false, entity: false }],
  ['the namespace of the Gateway', { kind: 'namespace', name: 'infra' }, { account: false, unknown: undefined, entity: false }],
  ['another namespace', { kind: 'namespace', name: 'shop' }, { account: false, unknown: false, entity: false }],
  ['whoever has an identity', { kind: 'anyAuthenticated' }, { account: true, unknown: undefined, entity: false }],
  ['an address, which may be its own', { kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] }, { account: true, unknown: true, entity: false }],
];
const IN = { account: [istio, gateway(NAMED)], unknown: [linkerd, gateway()], entity: [cilium, gateway()] } as const;

test.each(CLIENTS)('a policy for %s lets it in, or not', (_, source, expected) => {
  for (const [how, answer] of Object.entries(expected)) {
    const [{ access: dialect }, client] = IN[how as keyof typeof IN];
    expect([how, dialect.letsIn!(letting(source), client, 8080)]).toEqual([how, answer]);
    expect(dialect.letsIn!(letting(source), client, 9090)).toBe(false);
  }
});

test('an exception keeps it out, whatever it is among', () => {
  const letsIn = (except: Source) => istio.access.letsIn!(letting({ kind: 'anyAuthenticated' }, { exceptSources: [except as any] }), gateway(NAMED), 8080);

  expect(letsIn({ kind: 'serviceAccount', name: 'edge', namespace: 'edge' })).toBe(false);
  expect(letsIn({ kind: 'namespace', name: 'edge' })).toBe(false);
  expect(letsIn({ kind: 'namespace', name: 'ops' })).toBe(true);
});

test('Cilium: an address is never that of a pod, and may be that of a gateway outside the cluster', () => {
  const letsIn = (more: Partial<GatewaySource>, source: Source) => cilium.access.letsIn!(letting(source), gateway({ className: 'eg', ...more }), 8080);
  const everyAddress: Source = { kind: 'ipBlock', cidr: '0.0.0.0/0', except: [] };

  for (const pods of [{ serviceAccount: 'envoy' }, { podSelector: { app: 'envoy' } }, { namespace: 'eg' }]) {
    expect([pods, letsIn({ pods }, everyAddress)]).toEqual([pods, false]);
    expect([pods, letsIn({ pods }, { kind: 'anyone' })]).toEqual([pods, true]);
  }
  expect(letsIn({}, everyAddress)).toBe(undefined);
  expect(letsIn({ className: 'gke-l7-rilb' }, everyAddress)).toBe(true);
});

describe('whether a policy lets in a gateway is what its manifests do, whatever the gateway may be', () => {
  const pod = { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' }, ports: [{ port: 8080, protocol: 'HTTP' as const }] };
  const inside = (serviceAccount: string, namespace: string): Client =>
    ({ kind: 'pod', ip: '10.1.0.1', namespace, namespaceLabels: {}, serviceAccount, labels: {}, meshed: true });
  const outside: Client = { kind: 'outside', ip: '10.1.0.1', meshed: false };
  const plain: Client = { ...inside('default', 'infra'), meshed: false };
  /** All that a gateway may be to a mesh with certificates. */
  const inMesh = (own: RegExp, account: (gateway: GatewaySource) => string) => (source: GatewaySource): Client[] => {
    const { className = '', pods, namespace } = source;
    const known = pods.serviceAccount ?? (own.test(className) ? account(source) : undefined);
    const meshed = inside(known ?? 'nobody-knows', pods.namespace ?? namespace);
    return known !== undefined ? [meshed] : Object.keys(pods).length === 0 && ['cilium', 'gke-l7-rilb'].includes(className) ? [outside] : [meshed, plain];
  };
  const inCluster = ({ className, pods, namespace }: GatewaySource): Client[] => {
    const somePod = inside(pods.serviceAccount ?? 'nobody-knows', pods.namespace ?? namespace);
    const isEntity = pods.serviceAccount === undefined && (className === 'cilium' || (className === undefined && pods.namespace === undefined));
    if (isEntity) return [{ ...outside, kind: 'gateway' }];
    return Object.keys(pods).length > 0 ? [somePod] : className === 'gke-l7-rilb' ? [outside] : [somePod, outside];
  };
  const ITSELF = gateway();
  const sources = fc.constantFrom<Source>(
    ITSELF,
    { kind: 'anyone' }, { kind: 'anyAuthenticated' }, { kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] },
    { kind: 'namespace', name: 'infra' }, { kind: 'namespace', name: 'edge' }, { kind: 'namespace', name: 'shop' },
    { kind: 'serviceAccount', name: 'edge', namespace: 'edge' }, { kind: 'serviceAccount', name: 'public-istio', namespace: 'infra' },
  );
  const gateways = fc.record({
    className: fc.constantFrom(undefined, 'istio', 'cilium', 'eg', 'gke-l7-rilb'),
    pods: fc.constantFrom<GatewaySource['pods']>({}, { namespace: 'edge' }, { serviceAccount: 'edge', namespace: 'edge' }, { serviceAccount: 'public-istio' }),
  }).map(({ className, pods }) => gateway({ pods, ...(className !== undefined && { className }) }));
  const exceptions = fc.constantFrom<IdentitySource[]>([], [{ kind: 'namespace', name: 'edge' }], [
    { kind: 'serviceAccount', name: 'edge', namespace: 'edge' },
  ]);
  const some = fc.uniqueArray(sources, { minLength: 1, maxLength: 2, selector: sourceKey });
  const rules = fc.array(fc.record({ sources: some, exceptSources: exceptions })
    .map(({ sources: all, exceptSources }) => ({
      sources: [...all].sort((a, b) => sourceKey(a) < sourceKey(b) ? -1 : 1),
      exceptSources: all.some(admitsUnauthenticated) ? [] : exceptSources,
    })), { minLength: 1, maxLength: 2 });

  test.each<[keyof typeof MeshImplementation, Evaluator, (gateway: GatewaySource) => Client[]]>([
    ['ISTIO', allowedByIstio, inMesh(/^istio$/, ({ name }) => `${name}-istio`)],
    ['ISTIO_AMBIENT', allowedByIstioAmbient, inMesh(/^istio$/, ({ name }) => `${name}-istio`)],
    ['LINKERD', allowedByLinkerd, inMesh(/^$(?=x)/, ({ name }) => name)],
    ['CILIUM', allowedByCilium, inCluster],
  ])('%s', (name, evaluate, worlds) => {
    const target = MeshTarget.gatewayApi({ mesh: MeshImplementation[name] });
    const dialect = target._dialects.access;
    const seen = new Map<unknown, number>();
    fc.assert(fc.property(gateways, rules, (source, said) => {
      const policy = policyOf(said.map(rule => ({ ...BY_WEB, ...rule, sources: rule.sources.map(one => one === ITSELF ? source : one) })));
      const model = { ...policy, destination: { ...policy.destination, serviceAccount: 'cart' } };
      const { errors, manifests } = compile('access', target, model);
      fc.pre(errors.length === 0);
      const answers = new Set(worlds(source).map(client => evaluate(manifests, { client, pod, port: 8080, method: 'GET', path: '/', headers: {}, query: {} })));
      const answer = dialect.letsIn!(model, source, 8080);
      seen.set(answer, (seen.get(answer) ?? 0) + 1);

      expect([source, said, answer]).toEqual([source, said, answers.size === 1 ? [...answers][0] : undefined]);
    }), { numRuns: 1000 });
    expect([...seen.values()].every(count => count > 20) && seen.size).toBe(3);
  });
});

test('what denies a gateway does not let it in; what denies others alone does', () => {
  const client = gateway({ className: 'cilium' });
  const letsIn = (denied: Source, more: Partial<AccessModel> = {}, requests: AccessRule['requests'] = []) =>
    cilium.access.letsIn!({ ...letting({ kind: 'anyone' }), denials: [{ ...BY_WEB, sources: [denied], requests }], ...more }, client, 8080);

  expect(letsIn(client)).toBe(false);
  expect(letsIn({ kind: 'anyone' })).toBe(false);
  expect(letsIn({ kind: 'namespace', name: 'ops' })).toBe(true);
  expect(letsIn(client, {}, [{ ...ANY_REQUEST, methods: ['GET'] }])).toBe(true);
  expect(letsIn({ kind: 'namespace', name: 'ops' }, { rules: [], leavesRest: true })).toBe(true);
  expect(letsIn(client, { rules: [], leavesRest: true })).toBe(false);
});

test('whoever has access policies can tell', () => {
  const silent = CATALOGUE.filter(({ dialects: { access: dialect } }) => dialect.supports.GatewaySource.level !== 'none' && dialect.letsIn === undefined);

  expect(silent.map(({ title }) => title)).toEqual([]);
});
