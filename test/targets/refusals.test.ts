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
"SMI renders 44 of 96
  52: OrderedRules
SMI, Open Service Mesh renders 100 of 100
SMI, Linkerd renders 100 of 100
Gateway API renders 72 of 93
  7: OrderedRules
  3: HTTPRouteRequestTimeout
  3: HTTPRouteRetry
  3: TLSRoute
  2: HTTPRouteCORS
  2: HTTPRouteNamedRouteRule
  1: CORSCredentialsOfAnyOrigin
  1: NoBackendTimeout
  1: NoRetries
  1: RetryBackoff
Gateway API, experimental channel renders 66 of 92
  7: OrderedRules
  6: RetryBudget
  4: HTTPRouteRetry
  3: HTTPRouteNamedRouteRule
  3: HTTPRouteRequestTimeout
  3: TLSRoute
  2: RetryBackoff
  1: NoBackendTimeout
  1: NoRetries
  1: SessionPersistence
Gateway API, Istio renders 68 of 92
  8: SessionPersistence
  6: OrderedRules
  3: HTTPRouteNamedRouteRule
  3: TLSRoute
  2: LocalRateLimit
  2: RequestRedirect
  1: TCPRoute
Gateway API, Istio ambient renders 67 of 91
  9: SessionPersistence
  4: OrderedRules
  3: HTTPRouteBackendTimeout
  3: NoRequestTimeout
  2: HTTPRouteCORS
  2: HTTPRouteNamedRouteRule
  2: HTTPRouteRequestTimeout
  2: HTTPRouteRetry
  2: NoBackendTimeout
  1: NoRetries
  1: RequestRedirect
Gateway API, Linkerd renders 68 of 92
  7: OrderedRules
  7: RequestRedirect
  5: HTTPRouteRetry
  5: RetryGRPCStatus
  4: LocalRateLimit
  2: HTTPRouteBackendTimeout
  2: HTTPRouteRequestTimeout
Gateway API, Linkerd, experimental channel renders 71 of 92
  7: OrderedRules
  6: RequestRedirect
  6: RetryGRPCStatus
  3: TLSRoute
  2: HTTPRouteRetry
  2: LocalRateLimit
  1: HTTPRouteBackendTimeout
Gateway API, Kuma renders 70 of 91
  12: OrderedRules
  5: HTTPRoutePathRewrite
  4: HTTPRouteNamedRouteRule
  4: RequestRedirect
  3: LocalRateLimit
Gateway API, Cilium renders 56 of 90
  10: HTTPRouteBackendRequestHeaderModification
  7: HTTPRouteRequestTimeout
  5: NoBackendTimeout
  4: BackendResponseHeaderModification
  4: HTTPRouteRequestPercentageMirror
  3: HTTPRouteBackendTimeout
  3: HTTPRouteCORS
  3: OrderedRules
  3: RequestRedirect
  2: NoRequestTimeout
  2: NoRetries
  1: CORSCredentialsOfAnyOrigin
  1: HTTPRouteNamedRouteRule
Consul renders 42 of 92
  27: WeightedBackends
  14: HTTPRoutePathRewrite
  12: SessionPersistence
  7: OrderedRules
Kuma renders 62 of 93
  9: OrderedRules
  9: SessionPersistence
  5: HTTPRouteRetry
  5: RetryGRPCStatus
  4: NoRetries
  4: OutlierDetection
  3: LocalRateLimit
  1: ConnectionLimits
  1: HTTPRouteBackendTimeout
  1: HTTPRouteRequestTimeout
  1: NoBackendTimeout"
`);
});

test('exposures', () => {
  expect(told('exposure', exposures)).toMatchInlineSnapshot(`
"Gateway API renders 74 of 89
  12: OrderedRules
  3: HTTPRouteNamedRouteRule
Gateway API, experimental channel renders 69 of 88
  13: OrderedRules
  4: HTTPRouteNamedRouteRule
  2: SessionPersistence
Gateway API, Istio renders 74 of 89
  12: OrderedRules
  3: HTTPRouteNamedRouteRule
Gateway API, Istio ambient renders 74 of 89
  12: OrderedRules
  3: HTTPRouteNamedRouteRule
Gateway API, Linkerd renders 74 of 89
  12: OrderedRules
  3: HTTPRouteNamedRouteRule
Gateway API, Linkerd, experimental channel renders 69 of 88
  13: OrderedRules
  4: HTTPRouteNamedRouteRule
  2: SessionPersistence
Gateway API, Consul renders 55 of 84
  19: a gateway of its own for … hostnames
  9: OrderedRules
  7: BackendResponseHeaderModification
Gateway API, Cilium renders 57 of 89
  12: OrderedRules
  10: HTTPRouteRequestPercentageMirror
  6: RequestRedirect
  3: HTTPRouteNamedRouteRule
  2: HTTPRouteBackendTimeout
  2: NoRequestTimeout
  1: NoBackendTimeout
Ingress renders 62 of 69
  7: OrderedRules"
`);
});

test('access policies', () => {
  expect(told('access', (can) => sample(policies(can).map(([policy]) => policy)))).toMatchInlineSnapshot(`
"SMI renders 89 of 100
  7: the path expression …
  4: different requests of … on ports … and …
SMI, Open Service Mesh renders 52 of 100
  46: a request that … and … are both allowed, each by another match
  7: different requests of … on ports … and …
  4: the path expression …
  1: the path …
Gateway API, Istio renders 96 of 100
  4: the header value …
Gateway API, Istio ambient renders 60 of 100
  33: requests of clients without an identity
  17: requests of the gateway …
  4: the header value …
Gateway API, Linkerd renders 88 of 100
  7: Audit
  3: the path expression …
  2: these rules on port …
Gateway API, Linkerd, experimental channel renders 88 of 100
  7: Audit
  3: the path expression …
  2: these rules on port …
Gateway API, Consul renders 25 of 100
  69: ports of … that let in different requests
  15: a policy for …, whose pods run as …
  1: requests on ports of … that speak HTTP and gRPC
Gateway API, Kuma renders 82 of 100
  18: these exceptions on port …
Gateway API, Cilium renders 97 of 100
  3: the path …
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
  expect(told('egress', (can) => sample(egresses(can)))).toMatchInlineSnapshot(`
"Gateway API, Istio renders 92 of 100
  8: port … of host … in more than one way
Gateway API, Linkerd renders 88 of 100
  12: timeouts and retries of requests to … on port …
Gateway API, Linkerd, experimental channel renders 74 of 100
  23: TLS to … on port …
  10: timeouts and retries of requests to … on port …
Gateway API, Kuma renders 100 of 100
Gateway API, Cilium renders 74 of 100
  19: hosts with different protocols on port …
  8: addresses that speak no HTTP on port …, where hosts do
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
    inside: fc.constant(undefined),
  });
}
