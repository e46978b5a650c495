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
import { destinationsOutside } from '../oracle/app/arbitraries/egress';
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
"SMI renders 45 of 93
  48: OrderedRules
SMI, Open Service Mesh renders 100 of 100
SMI, Linkerd renders 100 of 100
Gateway API renders 66 of 85
  9: OrderedRules
  5: HTTPRouteNamedRouteRule
  3: TLSRoute
  2: HTTPRouteCORS
Gateway API, experimental channel renders 56 of 86
  6: HTTPRouteNamedRouteRule
  6: OrderedRules
  5: SessionPersistence
  4: RetryBudget
  3: TLSRoute
  2: HTTPRouteRequestTimeout
  2: HTTPRouteRetry
  1: CORSCredentialsOfAnyOrigin
  1: CORSCredentialsOfAnyRequest
  1: HTTPRouteBackendTimeout
  1: HTTPRouteCORS
  1: NoRequestTimeout
  1: RetryBackoff
Gateway API, Istio renders 53 of 88
  16: ServiceImportBackend
  8: SessionPersistence
  6: TLSRoute
  5: RequestRedirect
  1: HTTPRouteBackendTimeout
  1: LocalRateLimit
  1: TCPRoute
Gateway API, Istio ambient renders 62 of 87
  10: SessionPersistence
  4: ServiceImportBackend
  3: MaxConcurrentStreams
  3: OrderedRules
  2: HTTPRouteCORS
  2: HTTPRouteNamedRouteRule
  2: HTTPRouteRequestTimeout
  1: HTTPRouteBackendTimeout
  1: NoBackendTimeout
  1: NoRetries
  1: RequestRedirect
  1: RetryBudget
Gateway API, Linkerd renders 74 of 88
  7: OrderedRules
  5: HTTPRouteRequestTimeout
  2: HTTPRouteBackendTimeout
  2: RequestRedirect
  1: HTTPRouteRetry
  1: LocalRateLimit
  1: RetryGRPCStatus
Gateway API, Linkerd, experimental channel renders 69 of 87
  10: OrderedRules
  4: HTTPRouteRequestTimeout
  3: HTTPRouteBackendTimeout
  3: TLSRoute
  2: RequestRedirect
  1: LocalRateLimit
  1: RetryGRPCStatus
Gateway API, Kuma renders 64 of 93
  14: OrderedRules
  12: HTTPRoutePathRewrite
  5: RequestRedirect
  1: HTTPRouteNamedRouteRule
  1: LocalRateLimit
Gateway API, Cilium renders 53 of 86
  9: HTTPRouteBackendRequestHeaderModification
  6: RequestRedirect
  5: HTTPRouteRetry
  4: BackendResponseHeaderModification
  3: HTTPRouteBackendTimeout
  3: HTTPRouteRequestTimeout
  3: NoRetries
  3: OrderedRules
  2: HTTPRouteCORS
  2: NoBackendTimeout
  2: NoRequestTimeout
  2: RetryBackoff
  1: HTTPRouteNamedRouteRule
  1: HTTPRouteRequestPercentageMirror
Consul renders 37 of 88
  24: HTTPRoutePathRewrite
  22: WeightedBackends
  12: SessionPersistence
  9: OrderedRules
Kuma renders 41 of 94
  20: OrderedRules
  13: SessionPersistence
  10: ClientMatching
  8: HTTPRouteRetry
  8: LoadBalancing
  8: OutlierDetection
  6: OtherBackend
  5: ConnectionLimits
  5: HTTPRouteRequestTimeout
  3: NoBackendTimeout
  3: RetryGRPCStatus
  2: HTTPRouteBackendTimeout
  2: LocalRateLimit
  2: NoRetries
  1: ConnectTimeout
  1: ConsistentHash
  1: LeastRequestChoices
  1: NoRequestTimeout"
`);
});

test('exposures', () => {
  expect(told('exposure', exposures)).toMatchInlineSnapshot(`
"Gateway API renders 72 of 80
  6: OrderedRules
  2: HTTPRouteNamedRouteRule
Gateway API, experimental channel renders 78 of 87
  6: OrderedRules
  3: HTTPRouteNamedRouteRule
Gateway API, Istio renders 71 of 80
  5: OrderedRules
  3: ServiceImportBackend
  2: HTTPRouteNamedRouteRule
Gateway API, Istio ambient renders 71 of 80
  5: OrderedRules
  3: ServiceImportBackend
  2: HTTPRouteNamedRouteRule
Gateway API, Linkerd renders 72 of 80
  6: OrderedRules
  2: HTTPRouteNamedRouteRule
Gateway API, Linkerd, experimental channel renders 78 of 87
  6: OrderedRules
  3: HTTPRouteNamedRouteRule
Gateway API, Consul renders 53 of 80
  17: a gateway of its own for … hostnames
  9: BackendResponseHeaderModification
  4: OrderedRules
Gateway API, Cilium renders 61 of 80
  7: RequestRedirect
  5: OrderedRules
  4: HTTPRouteRequestPercentageMirror
  2: HTTPRouteNamedRouteRule
  2: NoBackendTimeout
  2: NoRequestTimeout
  1: HTTPRouteBackendTimeout
Ingress renders 67 of 72
  5: OrderedRules"
`);
});

test('access policies', () => {
  expect(told('access', (can) => sample(policies(can).map(([policy]) => policy)))).toMatchInlineSnapshot(`
"SMI renders 66 of 100
  26: requests but those that are excepted or denied
  10: different requests of ServiceAccount … on ports … and …
  2: the path expression …
SMI, Open Service Mesh renders 58 of 100
  32: a request that ServiceAccount … and ServiceAccount … are both allowed, each by another match
  29: requests but those that are excepted or denied
  6: different requests of ServiceAccount … on ports … and …
  1: the path expression …
Gateway API, Istio renders 79 of 100
  9: a denial, or an exception, of the path template …
  9: the denial of identities on port …
  3: the header value …
  2: denials of identities that leave all else as it is
Gateway API, Istio ambient renders 41 of 100
  41: requests of clients without an identity
  20: requests of the gateway …
  19: denials of requests
  9: a denial, or an exception, of the path template …
  9: the denial of identities on port …
  5: denials of addresses
  3: the header value …
Gateway API, Linkerd renders 57 of 100
  19: requests that are denied, or excepted from what is allowed, by the path …
  10: these rules on port …
  6: Audit
  6: requests that are denied, or excepted from what is allowed, by query parameter …
  6: requests that are denied, or excepted from what is allowed, by what header … holds
  3: a denial of any authenticated client beside an allowance of addresses …
  3: a denial of any authenticated client beside an allowance of anyone
  3: a denial of namespace … beside an allowance of anyone
  3: the path expression …
  2: a denial of ServiceAccount … beside an allowance of any authenticated client
  2: a denial of ServiceAccount … beside an allowance of anyone
  2: a denial of namespace … beside an allowance of any authenticated client
  1: a denial of ServiceAccount … beside an allowance of addresses …
  1: a denial of ServiceAccount … beside an allowance of namespace …
  1: a denial of addresses … beside an allowance of SPIFFE id …
  1: a denial of addresses … beside an allowance of ServiceAccount …
  1: a denial of addresses … beside an allowance of any authenticated client
  1: a denial of addresses … beside an allowance of namespace …
  1: a denial of namespace … beside an allowance of SPIFFE id …
  1: a denial of namespace … beside an allowance of addresses …
Gateway API, Linkerd, experimental channel renders 57 of 100
  19: requests that are denied, or excepted from what is allowed, by the path …
  10: these rules on port …
  6: Audit
  6: requests that are denied, or excepted from what is allowed, by query parameter …
  6: requests that are denied, or excepted from what is allowed, by what header … holds
  3: a denial of any authenticated client beside an allowance of addresses …
  3: a denial of any authenticated client beside an allowance of anyone
  3: a denial of namespace … beside an allowance of anyone
  3: the path expression …
  2: a denial of ServiceAccount … beside an allowance of any authenticated client
  2: a denial of ServiceAccount … beside an allowance of anyone
  2: a denial of namespace … beside an allowance of any authenticated client
  1: a denial of ServiceAccount … beside an allowance of addresses …
  1: a denial of ServiceAccount … beside an allowance of namespace …
  1: a denial of addresses … beside an allowance of SPIFFE id …
  1: a denial of addresses … beside an allowance of ServiceAccount …
  1: a denial of addresses … beside an allowance of any authenticated client
  1: a denial of addresses … beside an allowance of namespace …
  1: a denial of namespace … beside an allowance of SPIFFE id …
  1: a denial of namespace … beside an allowance of addresses …
Gateway API, Consul renders 27 of 100
  62: ports of … that let in different requests
  41: denials and exceptions by path, or by gRPC method
  15: a policy for …, whose pods run as …
  9: exceptions of requests that another rule may allow
  4: denials with exceptions of requests
  2: rules for different end users whose requests overlap
  1: requests on ports of … that speak HTTP and gRPC
Gateway API, Kuma renders 71 of 100
  15: a denial of every authenticated client
  14: these exceptions on port …
  12: denials with exceptions of sources
Gateway API, Cilium renders 68 of 100
  21: nodes with the labels …
  18: a denial of some requests
  7: a denial of nodes with the labels …
  3: a denial of addresses …
  1: a denial of the API server on the port … of a health probe
  1: the path …
Consul renders 27 of 100
  62: ports of … that let in different requests
  41: denials and exceptions by path, or by gRPC method
  15: a policy for …, whose pods run as …
  9: exceptions of requests that another rule may allow
  4: denials with exceptions of requests
  2: rules for different end users whose requests overlap
  1: requests on ports of … that speak HTTP and gRPC
Kuma renders 71 of 100
  15: a denial of every authenticated client
  14: these exceptions on port …
  12: denials with exceptions of sources
NetworkPolicy renders 91 of 100
  3: a denial of gateway … beside an allowance of addresses …
  2: a denial of namespaces with the labels … beside an allowance of addresses …
  1: a denial of addresses … beside an allowance of anyone
  1: a denial of addresses … beside an allowance of gateway …
  1: a denial of gateway … beside an allowance of anyone
  1: a denial of namespace … beside an allowance of addresses …
  1: a denial of namespaces with the labels … beside an allowance of anyone"
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
"SMI, Open Service Mesh renders 71 of 100
  29: HTTP to … on port …
Gateway API, Istio renders 99 of 100
  1: port … of host … in more than one way
Gateway API, Linkerd renders 95 of 100
  5: timeouts and retries of requests to … on port …
Gateway API, Linkerd, experimental channel renders 69 of 100
  30: TLS to … on port …
  4: timeouts and retries of requests to … on port …
Gateway API, Kuma renders 100 of 100
Gateway API, Cilium renders 82 of 100
  14: hosts with different protocols on port …
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
  const { supports, inAllowances = one => one, render } = dialects[kind] as unknown as Dialect<unknown, string>;
  const said = inAllowances(model);
  const lacking: readonly Said[] = Array.isArray(said) ? said : KINDS[kind].uses(said as never).filter(({ feature }) => supports[feature].level === 'none');
  const refused: readonly Said[] = lacking.length > 0 ? lacking : render(said).refusals;
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
    destinations: destinationsOutside(can),
    inside: fc.constant(undefined),
    denials: fc.constant(undefined),
    gateway: fc.constant(undefined),
  });
}
