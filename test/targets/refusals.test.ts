import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { MeshTargets } from '../../src';
import type { Dialect } from '../../src/dialects/contract/dialect';
import type { Refusal } from '../../src/dialects/contract/refusal';
import type { TargetDialects } from '../../src/dialects/contract/target-dialects';
import type { AuthenticationModel } from '../../src/model/authentication';
import type { EgressModel } from '../../src/model/egress';
import type { ExposureModel } from '../../src/model/exposure';
import type { Kind } from '../../src/model/kinds';
import { KINDS } from '../../src/model/kinds';
import type { RouteModel } from '../../src/model/route';
import { CATALOGUE } from '../../src/targets/catalogue';
import { authenticationOf, egressOf } from '../models';
import { policies } from '../oracle/access/arbitraries';
import { egressDestination } from '../oracle/app/arbitraries/egress';
import { writtenExposure, writtenRoute } from '../oracle/routes/arbitraries/routes';
import type { Written } from '../oracle/routes/written';
import { exposure, serviceRoute } from '../oracle/routes/written';
import { targetOf } from '../setup';
import { total } from '../total';

/**
 * What is refused of what a target could say: each target is asked for models of nothing but features that it has, always the same ones. The
 * first line of a target is how many it renders, the others are why it does not render the rest: the feature that asks too much, or what it
 * cannot say. Who changes a dialect sees here what it takes from whom; fewer refusals are as good a reason to change a number as a generator
 * that says more.
 */
const MODELS = 100;

test('routes', () => {
  expect(told('routes', routes)).toMatchInlineSnapshot(`
"SMI renders 45 of 94
  49: OrderedRules
SMI, Open Service Mesh renders 100 of 100
SMI, Linkerd renders 100 of 100
SMI, Argo Rollouts renders 100 of 100
Gateway API renders 69 of 91
  7: OrderedRules
  4: HTTPRouteRetry
  3: HTTPRouteNamedRouteRule
  3: HTTPRouteRequestTimeout
  3: TLSRoute
  2: RetryBackoff
  1: HTTPRouteCORS
  1: NoBackendTimeout
  1: NoRetries
Gateway API, experimental channel renders 64 of 89
  8: OrderedRules
  6: RetryBudget
  5: HTTPRouteRetry
  3: HTTPRouteRequestTimeout
  3: RetryBackoff
  3: TLSRoute
  1: HTTPRouteCORS
  1: NoBackendTimeout
  1: NoRetries
  1: SessionPersistence
Gateway API, Istio renders 72 of 91
  7: SessionPersistence
  3: LocalRateLimit
  3: OrderedRules
  3: TLSRoute
  2: RequestRedirect
  1: HTTPRouteNamedRouteRule
  1: TCPRoute
Gateway API, Istio ambient renders 66 of 90
  12: SessionPersistence
  4: HTTPRouteRetry
  3: HTTPRouteNamedRouteRule
  2: HTTPRouteRequestTimeout
  2: NoBackendTimeout
  2: NoRequestTimeout
  2: NoRetries
  2: OrderedRules
  2: RetryBackoff
  1: HTTPRouteBackendTimeout
  1: HTTPRouteCORS
Gateway API, Linkerd renders 66 of 87
  6: RetryGRPCStatus
  5: HTTPRouteRetry
  5: OrderedRules
  3: LocalRateLimit
  3: RequestRedirect
  2: HTTPRouteRequestTimeout
  1: HTTPRouteBackendTimeout
Gateway API, Linkerd, experimental channel renders 65 of 87
  8: OrderedRules
  7: RetryGRPCStatus
  3: RequestRedirect
  3: TLSRoute
  2: HTTPRouteRetry
  2: LocalRateLimit
  1: HTTPRouteBackendTimeout
Gateway API, Kuma renders 69 of 89
  11: OrderedRules
  7: HTTPRoutePathRewrite
  3: LocalRateLimit
  2: HTTPRouteNamedRouteRule
  1: RequestRedirect
Gateway API, Cilium renders 56 of 91
  11: HTTPRouteBackendRequestHeaderModification
  7: HTTPRouteRequestTimeout
  4: HTTPRouteBackendTimeout
  4: HTTPRouteCORS
  4: NoBackendTimeout
  4: OrderedRules
  4: RequestRedirect
  3: BackendResponseHeaderModification
  3: HTTPRouteRequestPercentageMirror
  3: NoRequestTimeout
  3: NoRetries
  2: CORSCredentialsOfAnyOrigin
  2: HTTPRouteNamedRouteRule
  1: HTTPRouteRetry
Consul renders 44 of 89
  23: WeightedBackends
  13: HTTPRoutePathRewrite
  12: SessionPersistence
  7: OrderedRules
Kuma renders 59 of 93
  16: OrderedRules
  7: SessionPersistence
  6: RetryGRPCStatus
  4: HTTPRouteRetry
  3: NoRetries
  3: OutlierDetection
  2: LocalRateLimit
  1: ConnectionLimits"
`);
});

test('exposures', () => {
  expect(told('exposure', exposures)).toMatchInlineSnapshot(`
"Gateway API renders 79 of 89
  6: OrderedRules
  4: HTTPRouteNamedRouteRule
Gateway API, experimental channel renders 75 of 87
  5: OrderedRules
  4: HTTPRouteNamedRouteRule
  3: SessionPersistence
Gateway API, Istio renders 78 of 89
  6: OrderedRules
  4: HTTPRouteNamedRouteRule
  1: HTTPRouteBackendTimeout
Gateway API, Istio ambient renders 78 of 89
  6: OrderedRules
  4: HTTPRouteNamedRouteRule
  1: HTTPRouteBackendTimeout
Gateway API, Linkerd renders 79 of 89
  6: OrderedRules
  4: HTTPRouteNamedRouteRule
Gateway API, Linkerd, experimental channel renders 75 of 87
  5: OrderedRules
  4: HTTPRouteNamedRouteRule
  3: SessionPersistence
Gateway API, Consul renders 55 of 87
  22: a gateway of its own for … hostnames
  8: OrderedRules
  7: BackendResponseHeaderModification
Gateway API, Cilium renders 61 of 89
  10: HTTPRouteRequestPercentageMirror
  6: OrderedRules
  6: RequestRedirect
  4: HTTPRouteNamedRouteRule
  2: NoRequestTimeout
  1: HTTPRouteBackendTimeout
  1: NoBackendTimeout
Ingress renders 62 of 69
  7: OrderedRules"
`);
});

test('access policies', () => {
  expect(told('access', can => sample(policies(can).map(([policy]) => policy)))).toMatchInlineSnapshot(`
"SMI renders 85 of 100
  11: the path expression …
  5: different requests of … on ports … and …
SMI, Open Service Mesh renders 52 of 100
  47: a request that … and … are both allowed, each by another match
  6: different requests of … on ports … and …
  3: the path expression …
  1: the path …
Gateway API, Istio renders 98 of 100
  2: the header value …
Gateway API, Istio ambient renders 59 of 100
  33: requests of clients without an identity
  21: requests of the gateway …
  2: the header value …
Gateway API, Linkerd renders 82 of 100
  7: the path expression …
  6: Audit
  6: these rules on port …
Gateway API, Linkerd, experimental channel renders 82 of 100
  7: the path expression …
  6: Audit
  6: these rules on port …
Gateway API, Consul renders 25 of 100
  69: ports of … that let in different requests
  15: a policy for …, whose pods run as …
  1: requests on ports of … that speak HTTP and gRPC
Gateway API, Kuma renders 82 of 100
  18: these exceptions on port …
Gateway API, Cilium renders 96 of 100
  4: the path …
Consul renders 25 of 100
  69: ports of … that let in different requests
  15: a policy for …, whose pods run as …
  1: requests on ports of … that speak HTTP and gRPC
Kuma renders 82 of 100
  18: these exceptions on port …
NetworkPolicy renders 100 of 100"
`);
});

test('mutual TLS', () => {
  expect(told('authentication', can => sample(authentications(can)))).toMatchInlineSnapshot(`
"Gateway API, Istio renders 100 of 100
Gateway API, Istio ambient renders 85 of 100
  15: demanding mutual TLS on port … of a permissive workload
Gateway API, Linkerd renders 100 of 100
Gateway API, Linkerd, experimental channel renders 100 of 100
Gateway API, Consul renders 100 of 100
Gateway API, Kuma renders 85 of 100
  15: mutual TLS on port … alone
Consul renders 100 of 100
Kuma renders 85 of 100
  15: mutual TLS on port … alone"
`);
});

test('calls to the outside', () => {
  expect(told('egress', can => sample(egresses(can)))).toMatchInlineSnapshot(`
"Gateway API, Istio renders 100 of 100
Gateway API, Linkerd renders 100 of 100
Gateway API, Linkerd, experimental channel renders 80 of 100
  20: TLS to … on port …
Gateway API, Kuma renders 100 of 100
Gateway API, Cilium renders 100 of 100
Kuma renders 100 of 100
NetworkPolicy renders 100 of 100"
`);
});

type Can = (feature: string) => boolean;

/** What every target of the catalogue that has this kind of model makes of the models; a paragraph for each. */
function told(kind: Kind, models: (can: Can) => readonly unknown[]): string {
  return CATALOGUE.flatMap(({ title, dialects }) => {
    const supports: Readonly<Record<string, { readonly level: string }>> = dialects[kind].supports;
    const can: Can = feature => feature in supports && supports[feature].level !== 'none';
    return Object.keys(supports).some(can) ? [paragraph(title, models(can).map(model => reasons(kind, dialects, model)))] : [];
  }).join('\n');
}

function paragraph(title: string, refused: readonly string[][]): string {
  const counts = new Map<string, number>();
  refused.flat().forEach(reason => counts.set(reason, (counts.get(reason) ?? 0) + 1));
  const lines = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([reason, count]) => `  ${count}: ${reason}`);
  return [`${title} renders ${refused.filter(all => all.length === 0).length} of ${refused.length}`, ...lines].join('\n');
}

/** Why a model is refused, each reason once. */
function reasons(kind: Kind, dialects: TargetDialects, model: any): string[] {
  const { supports, render } = dialects[kind] as unknown as Dialect<unknown, string>;
  const lacking: readonly Said[] = KINDS[kind].uses(model).filter(({ feature }) => supports[feature].level === 'none');
  const refused: readonly Said[] = lacking.length > 0 ? lacking : render(model).refusals;
  return [...new Set(refused.map(({ feature, what }) => feature ?? withoutNames(what!)))];
}

type Said = Pick<Refusal<string>, 'feature' | 'what'>;

/** The words without what a model names in them: quoted, a client, or a number. */
function withoutNames(what: string): string {
  return what.replace(/'[^']*'|[a-z]+\/[a-z-]+\/[a-z-]+|\d+/gi, '…');
}

function sample<T>(all: fc.Arbitrary<T>): T[] {
  return fc.sample(all, { numRuns: MODELS, seed: 1 });
}

function routes(can: Can): RouteModel[] {
  return sample(writtenRoute(can)).flatMap(written => unlessMisused(() => serviceRoute(chartFor(written), written)._route));
}

function exposures(can: Can): ExposureModel[] {
  // An exposure takes backends on any port, and the Service itself.
  const all = writtenExposure(feature => ['BackendPort', 'ServiceAsBackend'].includes(feature) || can(feature));
  return sample(all).flatMap(written => unlessMisused(() => {
    const models: ExposureModel[] = [];
    exposure(chartFor(written, models), written);
    return models[0];
  }));
}

/** A chart whose target renders nothing, and keeps the models of exposures. */
function chartFor({ namespace }: Written, models: ExposureModel[] = []): Chart {
  const [{ dialects }] = CATALOGUE.filter(({ title }) => title === 'Gateway API, experimental channel');
  const keep = (model: ExposureModel) => {
    models.push(model);
    return { manifests: [], refusals: [] };
  };
  const supports = new Proxy(dialects.exposure.supports, { get: () => ({ level: 'full' }) });
  const app = new App();
  MeshTargets.of(app).add(targetOf({ ...dialects, exposure: { ...dialects.exposure, supports, render: keep } }));
  return new Chart(app, 'shop', { namespace });
}

/** Nothing where a misuse is thrown: no target is asked. */
function unlessMisused<T>(make: () => T): T[] {
  try {
    return [make()];
  } catch (error) {
    if (!/MESH1\d{3}/.test((error as Error).message)) {
      throw error;
    }
    return [];
  }
}

function authentications(can: Can): fc.Arbitrary<AuthenticationModel> {
  const modes = ([['strict', 'StrictMutualTls'], ['permissive', 'PermissiveMutualTls'], ['disabled', 'DisabledMutualTls']] as const)
    .filter(([, feature]) => can(feature)).map(([mode]) => mode);
  const mode = fc.constantFrom(...modes);
  const ofNamespace = mode.map(one => authenticationOf({ workload: undefined, mode: one }));
  const { name, namespace, workload } = authenticationOf();
  const ofWorkload = total<AuthenticationModel>({
    name: fc.constant(name),
    namespace: fc.constant(namespace),
    workload: fc.constant(workload),
    mode,
    ports: can('PortAuthentication')
      ? fc.uniqueArray(fc.record({ port: fc.constantFrom(8080, 9090), mode }), { selector: ({ port }) => port })
      : fc.constant([]),
  });
  return fc.oneof(...[...can('NamespaceAuthentication') ? [ofNamespace] : [], ...can('WorkloadAuthentication') ? [ofWorkload] : []]);
}

function egresses(can: Can): fc.Arbitrary<EgressModel> {
  const workload = { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } };
  const workloads = [...can('NamespaceEgress') ? [undefined] : [], ...can('WorkloadEgress') ? [workload] : []];
  const { name, namespace } = egressOf();
  return total<EgressModel>({
    name: fc.constant(name),
    namespace: fc.constant(namespace),
    workload: fc.constantFrom(...workloads),
    destinations: fc.array(egressDestination(can), { maxLength: 3 }),
  });
}
