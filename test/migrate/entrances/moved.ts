import * as fc from 'fast-check';
import { differenceLine, unsureLine } from '../../../src/cli/diff/report';
import { routedByIngressGateway } from '../../../src/evaluators/routes/consul-ingress';
import { routedByGateway } from '../../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../../src/evaluators/routes/gateway-api-readings';
import { routedByIngress } from '../../../src/evaluators/routes/ingress';
import { routedByIstioGateway } from '../../../src/evaluators/routes/istio-gateway';
import { type Outcome, withoutNone } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { Unknown } from '../../../src/evaluators/unknown';
import { documentsIn } from '../../../src/manifests/documents';
import { manifestsOf, streamOf } from '../../../src/migrate/manifests';
import { type Moved, movePolicies } from '../../../src/migrate/policies/move';
import type { OldMesh } from '../../../src/migrate/policies/old-meshes';
import type { TargetName } from '../../../src/migrate/targets';
import { alike, consulProgram, entry as consulEntry, OF_ONE_PORT as CONSUL_SERVICES } from '../../reading/routes/consul';
import { byAge, exposed, requests } from '../../reading/routes/gateway-api';
import { ASKED as ASKED_OF_INGRESS, BESIDE, ingresses, plainIngresses, toldOfCanaries, withCanaries } from '../../reading/routes/ingress';
import { ASKED, gateway, gatewayRoutes, POD, PODS } from '../../reading/routes/istio-gateways';
import { canonical } from '../../reading/routes/outcome';

type Judge = (manifests: readonly any[], request: RouteRequest) => Outcome;

/** A gateway and its routes as somebody writes them, and requests that come to it. */
export interface Case {
  readonly from: OldMesh;
  readonly programs: fc.Arbitrary<readonly any[]>;
  readonly asked: fc.Arbitrary<RouteRequest>;
  readonly judge: Judge;
  /** The Services beside it. */
  readonly services?: readonly any[];
  /** What is not told apart. */
  readonly alike?: (outcome: Outcome) => Outcome;
}

const backend = fc.record({
  host: fc.constantFrom('cart', 'cart-v1', 'cart-v2.shop.svc.cluster.local'), number: fc.constantFrom(80, 80, 8080),
}).map(({ host, number }) => ({ host, port: { number } }));

const plainMatch = fc.constantFrom<object>(
  { uri: { prefix: '/api' } }, { uri: { exact: '/carts/7' } }, { uri: { prefix: '/carts/' }, method: { exact: 'GET' } }, { headers: { 'x-team': { exact: '1' } } }, { uri: { prefix: '/' } },
);

const plainRule = fc.record({
  match: fc.option(fc.array(plainMatch, { minLength: 1, maxLength: 2 }), { nil: undefined }),
  shares: fc.uniqueArray(backend, { selector: ({ host }) => host, minLength: 1, maxLength: 2 }),
}).map(({ match, shares: [first, second] }) => ({
  ...match && { match },
  route: second === undefined ? [{ destination: first }] : [{ destination: first, weight: 90 }, { destination: second, weight: 10 }],
}));

/** What most people write: hosts of one namespace, and few rules. */
const plainPrograms = fc.record({
  hosts: fc.subarray(['*', '*.example.com', 'shop.example.com', 'example.org'], { minLength: 1, maxLength: 2 }),
  redirects: fc.constantFrom(true, false, false, false),
  routes: fc.array(fc.tuple(fc.subarray(['*.example.com', 'shop.example.com', 'www.example.com', 'example.org'], { minLength: 1, maxLength: 2 }), fc.array(plainRule, { minLength: 1, maxLength: 3 })), { minLength: 1, maxLength: 2 }),
}).map(({ hosts, redirects, routes }) => [
  POD,
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'ingress', namespace: 'edge' },
    spec: { selector: { istio: 'ingress' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts, ...redirects && { tls: { httpsRedirect: true } } }] },
  },
  ...routes.map(([names, http], i) => ({
    apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: `route-${i}`, namespace: 'shop' }, spec: { hosts: names, gateways: ['edge/ingress'], http },
  })),
]);

const HOSTS = ['shop.example.com', 'a.shop.example.com', 'www.example.com', 'example.org', 'example.net'];

function ofIngress(className: string): Case {
  return {
    from: 'network-policy',
    programs: fc.oneof(ingresses([className]), plainIngresses(className)).map(all => [...BESIDE.filter(({ kind }) => kind === 'IngressClass'), ...all]),
    asked: fc.tuple(requests({ protocol: 'HTTP' }), fc.constantFrom(...ASKED_OF_INGRESS)).map(([request, host]) => ({ ...request, host, to: { ...request.to, port: 80 } })),
    judge: routedByIngress,
  };
}

const CONSUL_HOSTS = ['shop.example.com', 'www.example.com', 'example.org', 'cart.ingress.shop.consul', 'other.ingress.shop.consul'];
const offered = fc.uniqueArray(fc.record({
  name: fc.constantFrom('cart', 'other', 'cart', '*'), hosts: fc.constantFrom<string[] | undefined>(['shop.example.com'], ['*.example.com'], ['example.org', 'www.example.com'], undefined),
}), { selector: ({ name }) => name, minLength: 1, maxLength: 2 }).map(all => all.map(({ name, hosts }) => ({ name, ...name !== '*' && hosts && { hosts } })));

const plainlyOffered = fc.uniqueArray(fc.record({ name: fc.constantFrom('cart', 'other'), hosts: fc.constantFrom(['shop.example.com'], ['*.example.com'], ['example.org', 'www.example.com']) }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 2 });
/** What most people write: all services speak HTTP, and few have routes. */
const plainEntries = fc.subarray([
  consulEntry('ServiceSplitter', 'cart', { splits: [{ weight: 90 }, { weight: 10, service: 'cart-v2' }] }),
  consulEntry('ServiceRouter', 'other', { routes: [{ match: { http: { pathPrefix: '/api' } }, destination: { service: 'cart' } }] }),
]).map(some => [...CONSUL_SERVICES, consulEntry('ProxyDefaults', 'global', { config: { protocol: 'http' } }), ...some]);

/** The pods of the services, into which every client gets that has a certificate. */
const LETTING_IN = [
  ...CONSUL_SERVICES.map(({ metadata: { name, namespace }, spec: { selector } }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: selector },
      template: { metadata: { labels: selector }, spec: { serviceAccountName: name, containers: [{ name, ports: [{ containerPort: 80 }] }] } },
    },
  })),
  consulEntry('ServiceIntentions', 'all', { destination: { name: '*', namespace: 'shop' }, sources: [{ name: '*', namespace: '*', action: 'allow' }] }),
];

/** IngressGateways of services that let everyone in. */
const ofConsul: Case = {
  from: 'consul',
  services: [],
  programs: fc.oneof(
    fc.tuple(consulProgram.filter(({ protocol }) => protocol === 'HTTP').map(({ manifests }) => manifests), offered), fc.tuple(plainEntries, plainlyOffered),
  ).map(([entries, services]) => [...LETTING_IN, ...entries, consulEntry('IngressGateway', 'ingress', {
    listeners: [{ port: 8080, protocol: 'http', services: services.map(one => ({ ...one, namespace: 'shop' })) }],
  })]),
  asked: fc.tuple(requests({ protocol: 'HTTP' }), fc.constantFrom(...CONSUL_HOSTS))
    .map(([request, host]): RouteRequest => ({ ...request, host, client: { namespace: 'shop' }, to: { service: 'ingress', namespace: 'shop', port: 8080 } })),
  judge: routedByIngressGateway('mirrored'),
  alike,
};

export const CASES: Readonly<Record<string, Case>> = {
  'IngressGateways of Consul': ofConsul,
  'Gateways of Istio': {
    from: 'istio',
    programs: fc.oneof(fc.tuple(gateway, gatewayRoutes).map(([own, routes]) => [POD, own, ...routes]), plainPrograms),
    asked: fc.tuple(requests({ protocol: 'HTTP' }), fc.constantFrom(...ASKED), fc.constantFrom(80, 80, 81))
      .map(([request, host, port]) => ({ ...request, host, client: { namespace: PODS }, to: { service: 'ingress', namespace: PODS, port } })),
    judge: (manifests, request) => routedByIstioGateway(byAge(manifests, ({ name, namespace }) => `${name} ${namespace}`), request, manifests.find(({ kind }) => kind === 'Gateway'), PODS),
  },
  'Gateways of Gateway API': {
    from: 'linkerd',
    programs: exposed('any'),
    asked: fc.tuple(requests({ protocol: 'HTTP' }), fc.constantFrom(...HOSTS)).map(([request, host]) => ({ ...request, host })),
    judge: (manifests, request) => routedByGateway(READINGS.specification)(byAge(manifests), request),
  },
  'Ingresses of a controller that is known': ofIngress('nginx'),
  'Ingresses and their canaries': {
    ...ofIngress('nginx'),
    programs: withCanaries(plainIngresses('nginx')).map(all => [...BESIDE.filter(({ kind }) => kind === 'IngressClass'), ...all]),
    asked: toldOfCanaries.map(request => ({ ...request, to: { ...request.to, port: 80 } })),
  },
  'Ingresses of another controller': ofIngress('edge'),
};

const CLASSES = {
  'istio': ['istio', READINGS.istio],
  'istio-ambient': ['istio', READINGS.istio],
  'linkerd': ['any', READINGS.specification],
  'cilium': ['cilium', READINGS.cilium],
  'gateway-api': ['any', READINGS.specification],
} as const satisfies Partial<Readonly<Record<TargetName, readonly unknown[]>>>;

export const TARGETS = Object.keys(CLASSES) as (keyof typeof CLASSES)[];
const WORDS = { difference: differenceLine, unsure: unsureLine };

export const SERVICES = ['shop', 'other'].flatMap(namespace => ['cart', 'cart-v1', 'cart-v2', 'cart-canary', 'cart-next'].map(name => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: {
    selector: name === 'cart' ? { app: 'cart' } : { app: 'cart', version: name.slice(5) },
    ports: [{ name: 'main', port: 80, appProtocol: 'http' }, { name: 'other', port: 8080, appProtocol: 'http' }],
  },
})));

function moved(
  { from, services = SERVICES }: Case, to: keyof typeof CLASSES, manifests: readonly object[],
): { readonly all: Moved; readonly written: readonly any[] } {
  const documents = [...documentsIn('old.json', [...services, ...manifests].map(one => JSON.stringify(one)).join('\n---\n'))];
  const [gatewayClass] = CLASSES[to];
  const all = movePolicies(documents, { from, targets: [to], unsaid: 'allowed', waypoint: 'waypoint', gatewayClass }, WORDS);
  const text = streamOf(to, manifestsOf(all.program), [to]);
  return { all, written: [...documentsIn('new.yaml', text)].map(({ content }) => 'manifest' in content ? content.manifest : undefined) };
}

function decided(judge: Judge, manifests: readonly any[], request: RouteRequest): string | undefined {
  try {
    return canonical(plain(judge(manifests, request)));
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** What is tried again, and how long, is up to each gateway where nobody says it; and where no route is for a request, it answers with 404. */
function plain(outcome: Outcome): Outcome {
  return outcome.kind === 'responded' && outcome.status === 404 ? { kind: 'failed' } : withoutNone(outcome, 'timeouts', 'retries');
}

const FAILED = canonical({ kind: 'failed' });

/** What became of requests, and how often a gateway was written. */
export interface Counts {
  equal: number;
  sent: number;
  closed: number;
  said: number;
  unknown: number;
  written: number;
}

export const NO_COUNTS: Counts = { equal: 0, sent: 0, closed: 0, said: 0, unknown: 0, written: 0 };

/** Moves gateways, and asks both sides about requests: they go where they went, or come in no more and it is said so. */
export function countMoved(
  moving: Case, to: keyof typeof CLASSES, old: readonly any[], some: readonly RouteRequest[], counts: Counts,
): void {
  const { judge, services = SERVICES } = moving;
  const { all, written } = moved(moving, to, old);
  if (written.some(({ kind }) => kind === 'Gateway')) counts.written++;
  const isLost = all.judged.some(({ verdict }) => verdict === 'notSaid' || verdict === 'unreadable');
  const said = all.compared.flatMap(({ differences }) => differences.filter(({ to: { type } }) => type === 'gateway').map(({ kind }) => kind));
  const now: Judge = (manifests, request) => routedByGateway(CLASSES[to][1])(manifests, request, request.to.port);
  for (const request of some) {
    const [before, after] = [decided(judge, [...services, ...old], request), decided(now, [...services, ...written, ...old.filter(({ kind }) => kind === 'Service')], request)];
    if (before === undefined || after === undefined) {
      counts.unknown++;
    } else if (before === after) {
      counts.equal++;
      if (before !== FAILED) counts.sent++;
    } else if (after === FAILED && (isLost || said.length > 0)) {
      counts.closed++;
    } else if (after !== FAILED && (said.includes('handling') || said.includes('shares'))) {
      counts.said++;
    } else {
      throw new Error(`${to}: ${before} before, ${after} afterwards\n${JSON.stringify(request)}\n${[...old, '→', ...written].map(line => JSON.stringify(line)).join('\n')}`);
    }
  }
}
