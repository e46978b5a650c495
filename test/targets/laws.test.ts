import { App, Chart, Testing } from 'cdk8s';
import { MeshTargets, Unsupported } from '../../src';
import { MeshIntent } from '../../src/intents/mesh-intent';
import type { AccessModel, AccessRule } from '../../src/model/access';
import type { AccessFeature, RouteFeature } from '../../src/model/features';
import { ACCESS_FEATURES, accessUses, ROUTE_FEATURES, routeUses } from '../../src/model/features';
import { ANY_REQUEST } from '../../src/model/match';
import type { RequestMatch } from '../../src/model/match';
import type { PortRoute, RouteModel, RouteRule } from '../../src/model/route';
import { CATALOGUE } from '../../src/targets/catalogue';
import type { Compilation } from '../../src/targets/compile';
import { compileAccess, compileRoute } from '../../src/targets/compile';
import { MeshTarget } from '../../src/targets/mesh-target';
import { expectValid } from '../schema';

/** A model that uses a feature, beside the least different one that does not. */
interface Sample<Model> {
  readonly using: Model;
  readonly plain: Model;
}

const to = (name: string, weight = 100, port = 8080, namespace?: string) => ({ name, weight, port, namespace });
const rest: RouteRule = { matches: [], backends: [to('cart-v1')] };
const route = (...ports: PortRoute[]): RouteModel => ({ name: 'cart', namespace: 'shop', service: { name: 'cart' }, ports });
const http = (...rules: RouteRule[]): PortRoute => ({ port: 8080, protocol: 'HTTP', rules });
const speaking = (protocol: PortRoute['protocol']) => ({ using: route({ port: 8080, protocol, rules: [rest] }), plain: route() });
const matching = (match: Partial<RequestMatch>, port: Partial<PortRoute> = {}): Sample<RouteModel> => ({
  using: route({ ...http({ matches: [{ ...ANY_REQUEST, ...match }], backends: [to('cart-v2')] }, rest), ...port }),
  plain: route({ ...http(rest), ...port }),
});
const sending = (backend: RouteRule['backends'][0]) => ({ using: route(http({ matches: [], backends: [backend] })), plain: route(http(rest)) });

const ROUTES: Record<RouteFeature, Sample<RouteModel>> = {
  HTTPRoute: speaking('HTTP'),
  GRPCRoute: speaking('GRPC'),
  TCPRoute: speaking('TCP'),
  UDPRoute: speaking('UDP'),
  WeightedBackends: {
    using: route(http({ matches: [], backends: [to('cart-v1', 90), to('cart-v2', 10)] })),
    plain: route(http(rest)),
  },
  OrderedRules: matching({ headers: [{ name: 'x', type: 'exact', value: '1' }] }),
  PathMatching: matching({ path: { type: 'prefix', value: '/api' } }),
  PathRegexMatching: matching({ path: { type: 'regex', value: '/v[0-9]+' } }),
  HeaderMatching: matching({ headers: [{ name: 'x', type: 'exact', value: '1' }] }),
  HeaderRegexMatching: matching({ headers: [{ name: 'x', type: 'regex', value: '1|2' }] }),
  HTTPRouteMethodMatching: matching({ methods: ['GET'] }),
  HTTPRouteQueryParamMatching: matching({ query: [{ name: 'x', type: 'exact', value: '1' }] }),
  GRPCMethodMatching: matching({ path: { type: 'exact', value: '/Cart/Add' }, grpc: { service: 'Cart', method: 'Add' } }, { protocol: 'GRPC' }),
  BackendPort: sending(to('cart-v1', 100, 9090)),
  ServiceAsBackend: sending(to('cart')),
  PerPortRules: {
    using: route(http(rest), { port: 8081, protocol: 'HTTP', rules: [{ matches: [], backends: [to('cart-v2', 100, 8081)] }] }),
    plain: route(http(rest), { port: 8081, protocol: 'HTTP', rules: [{ matches: [], backends: [to('cart-v1', 100, 8081)] }] }),
  },
  ReferenceGrant: sending(to('cart-v1', 100, 8080, 'next')),
  MeshConsumerRoute: {
    using: { ...route(http(rest)), namespace: 'web', service: { name: 'cart', namespace: 'shop' } },
    plain: route(http(rest)),
  },
};

const base: AccessRule = { sources: [{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }], ports: [{ port: 8080, protocol: 'HTTP' }], requests: [] };
const policy = (rules: readonly AccessRule[], more: Partial<AccessModel> = {}): AccessModel => ({
  name: 'cart',
  namespace: 'shop',
  destination: {
    service: 'cart',
    serviceAccount: 'cart',
    podSelector: { app: 'cart' },
    ports: [...new Map(rules.flatMap(rule => rule.ports).concat(base.ports).map(p => [p.port, p])).values()],
  },
  rules,
  healthProbes: [],
  ...more,
});
const plainPolicy = policy([base]);
const on = (protocol: 'HTTP' | 'GRPC' | 'TCP' | 'UDP' | undefined) => ({ using: policy([base, { ...base, ports: [{ port: 9090, protocol }] }]), plain: plainPolicy });
const requesting = (match: Partial<RequestMatch>) => ({ using: policy([{ ...base, requests: [{ ...ANY_REQUEST, ...match }] }]), plain: plainPolicy });
const from = (source: AccessRule['sources'][0]) => ({ using: policy([{ ...base, sources: [source] }]), plain: plainPolicy });
const reading = { ...base, requests: [{ ...ANY_REQUEST, methods: ['GET'] }] };

const POLICIES: Record<AccessFeature, Sample<AccessModel>> = {
  HTTPPort: on('HTTP'),
  GRPCPort: on('GRPC'),
  TCPPort: on('TCP'),
  UDPPort: on('UDP'),
  UndeclaredPort: on(undefined),
  DenyAll: { using: policy([]), plain: plainPolicy },
  ServiceAccountSource: from({ kind: 'serviceAccount', name: 'job', namespace: 'shop' }),
  NamespaceSource: from({ kind: 'namespace', name: 'ops' }),
  AnyAuthenticatedSource: from({ kind: 'anyAuthenticated' }),
  MethodMatching: requesting({ methods: ['GET'] }),
  PathMatching: requesting({ path: { type: 'prefix', value: '/api' } }),
  PathRegexMatching: requesting({ path: { type: 'regex', value: '/v[0-9]+' } }),
  HeaderMatching: requesting({ headers: [{ name: 'x', type: 'exact', value: '1' }] }),
  HeaderRegexMatching: requesting({ headers: [{ name: 'x', type: 'regex', value: '1|2' }] }),
  QueryParamMatching: requesting({ query: [{ name: 'x', type: 'exact', value: '1' }] }),
  GRPCMethodMatching: requesting({ path: { type: 'exact', value: '/Cart/Add' }, grpc: { service: 'Cart', method: 'Add' } }),
  HealthProbe: { using: policy([reading], { healthProbes: [{ path: '/healthz', port: 8080 }] }), plain: policy([reading]) },
};

class Probe extends MeshIntent {
  constructor(chart: Chart, compile: (target: MeshTarget) => Compilation) {
    super(chart, 'intent', {});
    this._render(compile);
  }
}

function synth(target: MeshTarget, compile: (target: MeshTarget) => Compilation): any[] {
  const chart = new Chart(new App(), 'chart');
  MeshTargets.of(chart).add(target);
  new Probe(chart, compile);
  return Testing.synth(chart);
}

function snapshot(model: unknown): string {
  return JSON.stringify(model);
}

const kinds = [
  { kind: 'routes' as const, names: ROUTE_FEATURES as Record<string, string>, samples: ROUTES as Record<string, Sample<any>>, uses: routeUses, compile: compileRoute },
  { kind: 'access' as const, names: ACCESS_FEATURES as Record<string, string>, samples: POLICIES as Record<string, Sample<any>>, uses: accessUses, compile: compileAccess },
];

describe.each(kinds)('$kind', ({ kind, names, samples, uses, compile }) => {
  test.each(Object.keys(names))('the sample of %s uses it, and its counterpart does not', feature => {
    const features = (model: any) => (uses as (model: any) => { feature: string }[])(model).map(use => use.feature);

    expect(features(samples[feature].using)).toContain(feature);
    expect(feature === 'HTTPPort' || feature === 'ServiceAccountSource' || !features(samples[feature].plain).includes(feature)).toBe(true);
  });

  describe.each([...CATALOGUE])('$title', ({ dialects }) => {
    const dialect = dialects[kind] as any;
    const target = Object.assign(Object.create(MeshTarget.prototype), { id: 'target', _dialects: dialects, _unsupported: Unsupported.ERROR });
    const rendered = (model: any) => synth(target, t => compile(t, model));

    test.each(Object.keys(names))('%s', feature => {
      const { using, plain } = samples[feature];
      const before = snapshot(using);
      const support = dialect.supports[feature];
      const lacking = (uses as (model: any) => { feature: string }[])(using).filter(use => dialect.supports[use.feature].level === 'none');

      if (lacking.length > 0) {
        // Refused is loud.
        expect(() => rendered(using)).toThrow(/\[chart\/intent\] target 'target' cannot express/);
        if (support.level === 'none') {
          expect(() => rendered(using)).toThrow(names[feature]);
          expect(() => rendered(using)).toThrow(support.reason);
          expect(() => rendered(using)).toThrow(/Leave it out/);
        }
      } else {
        const manifests = rendered(using);
        expectValid(...manifests);
        // Claimed is visible, or holds by itself.
        if (support.inherent === undefined) {
          expect(manifests).not.toEqual(rendered(plain));
        }
        // Deterministic, and the model stays as it is.
        expect(rendered(using)).toEqual(manifests);
      }
      expect(snapshot(using)).toBe(before);
    });
  });
});
