import * as fc from 'fast-check';
import { canary, deployment, named, rollout } from './releases/manifests';
import { findings } from '../../../src/validation/across';

/** Manifests that fit together, of each kind that is looked at. */
const GOOD: readonly any[] = [
  canary({}, { match: [{ headers: { a: { exact: '1' } } }], corsPolicy: { maxAge: '5s' } }, {
    match: [{ headers: { b: { exact: '1' } } }], metrics: [{ name: 'errors', templateRef: { name: 'errors' }, templateVariables: { a: '1' } }], webhooks: [{ retries: 1 }],
  }),
  named('flagger.app/v1beta1', 'MetricTemplate', 'errors', { provider: { type: 'prometheus' }, query: '{{ interval }} {{ variables.a }}' }),
  deployment(),
  named('v1', 'Service', 'cart', { selector: { app: 'cart' }, ports: [{ port: 8080 }, { port: 9090 }] }),
  named('v1', 'Service', 'cart-v2', { selector: { app: 'cart' }, ports: [{ port: 8080 }] }),
  rollout({
    canary: {
      stableService: 'cart',
      canaryService: 'cart-v2',
      trafficRouting: {
        managedRoutes: [{ name: 'beta' }],
        smi: { trafficSplitName: 'cart' },
        istio: { virtualService: { name: 'cart', routes: ['main'] } },
        plugins: { 'argoproj-labs/gatewayAPI': { httpRoutes: [{ name: 'cart' }] } },
      },
      steps: [
        { setWeight: 10 }, { setHeaderRoute: { name: 'beta', match: [{ headerName: 'a', headerValue: { exact: '1' } }] } }, { pause: {} },
        { analysis: { templates: [{ templateName: 'errors' }] } },
      ],
    },
  }),
  named('argoproj.io/v1alpha1', 'AnalysisTemplate', 'errors', { metrics: [{ name: 'errors', provider: { prometheus: { query: '1' } } }] }),
  named('autoscaling/v2', 'HorizontalPodAutoscaler', 'cart', { scaleTargetRef: { kind: 'Deployment', name: 'cart' } }),
  ...['HTTPRoute', 'GRPCRoute'].map(kind => named('gateway.networking.k8s.io/v1', kind, 'cart', {
    parentRefs: [{ group: '', kind: 'Service', name: 'cart' }], rules: [{ name: 'beta-1', backendRefs: [{ name: 'cart', weight: 100 }, { name: 'cart-v2', weight: 0 }] }],
  })),
  named('networking.istio.io/v1', 'VirtualService', 'cart', { hosts: ['cart'], http: [{ name: 'main', route: [{ destination: { host: 'cart' } }] }] }),
  named('networking.istio.io/v1', 'DestinationRule', 'cart', { host: 'cart-canary' }),
  named('split.smi-spec.io/v1alpha1', 'TrafficSplit', 'cart', { service: 'cart', backends: [{ service: 'cart-v2', weight: 1 }] }),
  named('networking.k8s.io/v1', 'NetworkPolicy', 'cart', {
    podSelector: { matchLabels: { app: 'cart' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['cart'] }] }, ingress: [{ from: [{ podSelector: {} }] }],
  }),
  named('cilium.io/v2', 'CiliumNetworkPolicy', 'cart', { endpointSelector: { matchLabels: { 'k8s:app': 'cart' } }, ingress: [{ fromEndpoints: [{}] }] }),
  named('kuma.io/v1alpha1', 'MeshTrafficPermission', 'cart', { targetRef: { kind: 'Dataplane', labels: { app: 'cart' } } }),
  named('networking.istio.io/v1alpha3', 'EnvoyFilter', 'cart', { workloadSelector: { labels: { app: 'cart' } } }),
  named('security.istio.io/v1', 'AuthorizationPolicy', 'cart', { selector: { matchLabels: { app: 'cart' } }, rules: [{ from: [{ source: { principals: ['*'] } }] }] }),
  named('argoproj.io/v1alpha1', 'Application', 'cart', {
    destination: { namespace: 'shop' },
    ignoreDifferences: [{ group: 'apps', kind: 'Deployment', name: 'cart', jsonPointers: ['/spec/replicas'], jqPathExpressions: ['.spec.selector'] }],
    syncPolicy: { automated: {}, syncOptions: ['ServerSideApply=true'] },
  }),
  named('gateway.networking.k8s.io/v1', 'Gateway', 'public', {
    listeners: [{
      name: 'https',
      port: 443,
      protocol: 'HTTPS',
      hostname: 'a.example.com',
      tls: { certificateRefs: [{ name: 'tls', namespace: 'infra' }] },
      allowedRoutes: { kinds: [{ kind: 'HTTPRoute' }], namespaces: { from: 'Selector', selector: { matchLabels: { a: 'b' } } } },
    }],
    allowedListeners: { namespaces: { from: 'Same' } },
    tls: { frontend: { default: { validation: { caCertificateRefs: [{ name: 'ca' }] } }, perPort: [{ tls: {} }] }, backend: { clientCertificateRef: { name: 'me' } } },
  }),
  named('gateway.networking.k8s.io/v1', 'ListenerSet', 'more', { parentRef: { name: 'public' }, listeners: [{ name: 'tcp', port: 5432, protocol: 'TCP' }] }),
  named('gateway.networking.k8s.io/v1', 'HTTPRoute', 'exposed', { parentRefs: [{ name: 'public', sectionName: 'https', port: 443 }], hostnames: ['a.example.com'] }),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { a: 'b' } } },
  named('policy.linkerd.io/v1beta3', 'Server', 'cart', { podSelector: { matchLabels: { app: 'cart' } }, port: 8080 }),
];

/** The ways to all values below one. */
function pathsIn(value: any, path: string[] = []): string[][] {
  return [path, ...(value !== null && typeof value === 'object' ? Object.keys(value) : []).flatMap(key => pathsIn(value[key], [...path, key]))];
}

const PLACES = GOOD.flatMap((manifest, i) => pathsIn(manifest).filter(path => path.length > 0 && path[0] !== 'apiVersion' && path[0] !== 'kind').map(path => ({ i, path })));

function replaced(value: any, [key, ...rest]: string[], by: unknown): any {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = rest.length === 0 ? by : replaced(value[key], rest, by);
  return copy;
}

test('whatever stands in a manifest, no check throws', () => {
  const odd = fc.oneof(fc.constantFrom(null, undefined, '', 0, true, [], {}, [null], [[]], { a: null }, { toString: null, valueOf: null }), fc.jsonValue());

  fc.assert(fc.property(fc.constantFrom(...PLACES), odd, ({ i, path }, value) => {
    findings(GOOD.map((manifest, j) => ({ manifest: i === j ? replaced(manifest, path, value) : manifest })));
  }), { numRuns: 1500 });
});
