import {
  ConsulNamespaces, GatewayApiChannel, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy,
  ServiceRoute, StringMatch, Validation, type ServiceRouteProps, type ServiceRouteRule,
} from 'cdk8s-mesh';
import { App, Chart, Duration, Testing } from 'cdk8s';

/** What some targets have, and some refuse. All have matches by path, method, header and query, weights, and changes of headers. */
type Feature =
  | 'expressions' | 'names' | 'request timeout' | 'timeout of a try' | 'retries' | 'backoff' | 'mirrors' | 'headers by backend' | 'host rewrite'
  | 'path rewrite' | 'redirect' | 'CORS' | 'stickiness' | 'circuit breaking' | 'retry budget' | 'rate limit' | 'faults';

const FEATURES: readonly Feature[] = [
  'expressions', 'names', 'request timeout', 'timeout of a try', 'retries', 'backoff', 'mirrors', 'headers by backend', 'host rewrite', 'path rewrite',
  'redirect', 'CORS', 'stickiness', 'circuit breaking', 'retry budget', 'rate limit', 'faults',
];

/** A target that a route with every feature is measured for. */
export interface Contestant {
  readonly title: string;
  readonly target: () => MeshTarget;
  /** What it refuses; `proven` sees that it does. */
  readonly lacks: readonly Feature[];
  /** What it has, and another contestant uses. */
  readonly leftOut?: readonly Feature[];
}

const EXPERIMENTAL = { channel: GatewayApiChannel.EXPERIMENTAL };
const istio = () => MeshTarget.gatewayApi({ ...EXPERIMENTAL, mesh: MeshImplementation.ISTIO });

export const CONTESTANTS: readonly Contestant[] = [
  { title: 'Gateway API', target: () => MeshTarget.gatewayApi(EXPERIMENTAL), lacks: ['circuit breaking', 'rate limit', 'faults'] },
  { title: 'Istio', target: istio, lacks: [], leftOut: ['faults'] },
  // Faults make it a VirtualService.
  { title: 'Istio, with faults', target: istio, lacks: [] },
  {
    title: 'Linkerd',
    target: () => MeshTarget.gatewayApi({ ...EXPERIMENTAL, mesh: MeshImplementation.LINKERD }),
    lacks: ['backoff', 'mirrors', 'host rewrite', 'path rewrite', 'CORS', 'stickiness', 'circuit breaking', 'retry budget', 'faults'],
  },
  {
    title: 'Consul',
    target: () => MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED }),
    lacks: ['names', 'timeout of a try', 'backoff', 'mirrors', 'host rewrite', 'redirect', 'CORS', 'circuit breaking', 'retry budget', 'rate limit', 'faults'],
  },
  {
    title: 'Kuma',
    target: () => MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' }),
    // It is sticky for a whole port, and not beside weights.
    lacks: ['names', 'headers by backend', 'CORS', 'stickiness', 'retry budget', 'faults'],
  },
];

/** An app of routes, each with every feature that the target has. */
export function routeApp({ target, lacks, leftOut = [] }: Contestant, routes: number, outdir: string): App {
  return appOf(target(), FEATURES.filter(feature => ![...lacks, ...leftOut].includes(feature)), routes, outdir);
}

/** Throws unless the target refuses each feature that is left out for it. */
export function proven({ title, target, lacks }: Contestant, outdir: string): void {
  for (const feature of lacks) {
    const refused = (() => {
      try {
        appOf(target(), [feature], 1, outdir).charts.forEach(chart => Testing.synth(chart));
        return false;
      } catch (error) {
        return /cannot express/.test((error as Error).message);
      }
    })();
    if (!refused) {
      throw new Error(`${title} has '${feature}', which is left out for it`);
    }
  }
}

function appOf(target: MeshTarget, features: readonly Feature[], routes: number, outdir: string): App {
  const app = new App({ outdir });
  MeshTargets.of(app).validation(Validation.OFF).add(target);
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  for (let i = 0; i < routes; i++) {
    const service = MeshService.of(`s${i}`, { port: 8080, podSelector: { app: `s${i}` } });
    new ServiceRoute(chart, `route-${i}`, routeOf(service, feature => features.includes(feature)));
    if (features.includes('rate limit')) {
      new ServiceAccessPolicy(chart, `access-${i}`, { destination: service, allow: [{ sources: [Identity.anyAuthenticated()] }] });
    }
  }
  return app;
}

function routeOf(service: MeshService, has: (feature: Feature) => boolean): ServiceRouteProps {
  const [stable, canary, copy, search] = ['v1', 'v2', 'copy', 'search'].map(version => service.variant(`${service.name}-${version}`));
  return {
    service,
    rules: rulesOf({ stable, canary, copy, search }, has),
    ...((has('request timeout') || has('timeout of a try')) && {
      timeouts: {
        ...(has('request timeout') && { request: Duration.seconds(10) }),
        ...(has('timeout of a try') && { backendRequest: Duration.seconds(2) }),
      },
    }),
    ...((has('retries') || has('backoff')) && {
      retries: { attempts: 3, statusCodes: [502, 503], ...(has('backoff') && { backoff: Duration.millis(100) }) },
    }),
    ...(has('circuit breaking') && {
      circuitBreaking: { consecutiveErrors: 5, ejectionTime: Duration.seconds(30), maxEjectionPercent: 50, maxConnections: 100, maxRequests: 200 },
    }),
    ...(has('retry budget') && { retryBudget: { percent: 25 } }),
    ...(has('rate limit') && { rateLimit: { requests: 100 } }),
  };
}

function rulesOf(
  { stable, canary, copy, search }: Record<'stable' | 'canary' | 'copy' | 'search', MeshService>, has: (feature: Feature) => boolean,
): ServiceRouteRule[] {
  const changed = has('headers by backend') ? { requestHeaders: { set: { 'x-backend': 'canary' } } } : {};
  const named = (name: string) => has('names') ? { name } : {};
  const expressions: ServiceRouteRule[] = [{
    ...named('expressions'),
    matches: [
      HttpMatch.of({ methods: ['GET'], pathTemplate: '/carts/{id}/items' }),
      HttpMatch.of({ methods: ['PUT'], pathRegex: '/v[0-9]+/carts', headers: { 'x-version': StringMatch.regex('[0-9]+') } }),
    ],
    backends: [{ service: canary }],
  }];
  const redirect: ServiceRouteRule[] = [{
    ...named('redirect'), matches: [HttpMatch.get('/old')], redirect: { scheme: 'https', hostname: 'shop.example.com', port: 443, path: '/new', statusCode: 301 },
  }];
  return [
    ...(has('redirect') ? redirect : []),
    ...(has('expressions') ? expressions : []),
    {
      ...named('team'),
      matches: [HttpMatch.of({ methods: ['POST'], path: '/checkout', headers: { 'x-team': StringMatch.exact('search') }, query: { v: StringMatch.exact('2') } })],
      backends: [{ service: search }],
      ...(has('stickiness') && { stickiness: { name: 'shop' } }),
      ...(has('faults') && { faults: { abort: { statusCode: 503, percent: 1 } } }),
    },
    {
      // No name: where it replaces a prefix it may be written as several rules.
      matches: [
        HttpMatch.of({ methods: ['GET'], pathPrefix: '/api' }),
        HttpMatch.of({ methods: ['POST'], pathPrefix: '/api', headers: { 'x-key': StringMatch.present() } }),
      ],
      backends: [{ service: stable, weight: 90 }, { service: canary, weight: 10, ...changed }],
      requestHeaders: { set: { 'x-from': 'route' }, add: { 'x-hop': '1' }, remove: ['x-debug'] },
      responseHeaders: { set: { 'x-served-by': 'shop' }, remove: ['server'] },
      ...((has('host rewrite') || has('path rewrite')) && {
        rewrite: { ...(has('host rewrite') && { hostname: 'api.example.com' }), ...(has('path rewrite') && { pathPrefix: '/v2' }) },
      }),
      ...(has('mirrors') && { mirrors: [{ service: copy, percent: 5 }] }),
      ...(has('CORS') && { cors: { allowOrigins: ['https://shop.example.com'], allowMethods: ['GET', 'POST'], maxAge: Duration.hours(1) } }),
    },
    { ...named('rest'), backends: [{ service: stable, weight: 90 }, { service: canary, weight: 10 }] },
  ];
}
