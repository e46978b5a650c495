import type { RouteRequest } from '../../src/evaluators/routes/request';

/** Manifests written by hand, for the evaluators of what controllers make of them. */

export const named = (apiVersion: string, kind: string, name: string, spec: any, namespace = 'shop') => ({ apiVersion, kind, metadata: { name, namespace }, spec });

export const PODS = { app: 'cart', team: 'shop' };

export const service = (name: string, selector: any = { app: 'cart' }) => named('v1', 'Service', name, { selector, ports: [{ port: 8080 }] });

export const deployment = (labels: any = PODS, selector: any = { app: 'cart' }) => named('apps/v1', 'Deployment', 'cart', {
  replicas: 2,
  selector: { matchLabels: selector },
  template: {
    metadata: { labels },
    spec: { serviceAccountName: 'cart', containers: [{ name: 'cart', ports: [{ containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }] }] },
  },
});

export const canary = (provider: string, analysis: any, of: any = {}, spec: any = {}) => named('flagger.app/v1beta1', 'Canary', 'cart', {
  provider,
  targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
  service: { port: 8080, gatewayRefs: [{ group: '', kind: 'Service', name: 'cart', port: 8080 }], ...of },
  analysis: { interval: '1m', threshold: 2, ...analysis },
  ...spec,
});

export const rollout = (strategy: any, spec: any = { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', scaleDown: 'onsuccess' } }) =>
  named('argoproj.io/v1alpha1', 'Rollout', 'cart', { strategy, ...spec });

export const httpRoute = (...rules: any[]) => named('gateway.networking.k8s.io/v1', 'HTTPRoute', 'cart', {
  parentRefs: [{ group: '', kind: 'Service', name: 'cart', port: 8080 }], rules,
});

export const backend = (name: string, weight?: number) => ({ name, port: 8080, ...weight !== undefined && { weight } });

export const request = (headers: Record<string, string> = {}): RouteRequest => ({
  client: { namespace: 'web' },
  to: { service: 'cart', namespace: 'shop', port: 8080 },
  protocol: 'HTTP',
  host: 'cart',
  method: 'GET',
  path: '/items',
  headers,
  query: {},
  response: {},
});
