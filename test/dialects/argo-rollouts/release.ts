import { ApiObject, Chart, Testing } from 'cdk8s';
import type { CanaryProgression } from '../../../src';
import { CanaryRelease, Delivery, MeshService, MeshTarget, ReleaseCheck, Workload } from '../../../src';
import { expectValidIn } from '../../schema';
import { shop } from '../../setup';

export const DELIVERY = Delivery.argoRollouts({ prometheus: 'http://prometheus.monitoring:9090' });

export const CART = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } });

/** The Services of the versions, which select the pods of the Deployment by the label that all of them have. */
export const [STABLE, FRESH] = ['cart-stable', 'cart-canary'].map(name => CART.variant(name, { podSelector: { app: 'cart' } }));

export const WORKLOAD = Workload.deployment('cart', { selector: { app: 'cart' }, replicas: 3 });

export const CHECKED: CanaryProgression = { workload: WORKLOAD, checks: [ReleaseCheck.successRate({ atLeast: 99 })] };

/** A release of `cart`, in steps. */
export function canary(chart: Chart, more: Partial<ConstructorParameters<typeof CanaryRelease>[2]> = {}): CanaryRelease {
  return new CanaryRelease(chart, 'release', { service: CART, stable: STABLE, canary: FRESH, progression: { workload: WORKLOAD }, ...more });
}

/** What a chart renders beside the Deployment and the Services, all of it valid, and nothing to warn of. */
export function rendered(target: MeshTarget, build: (chart: Chart) => void, services: readonly string[] = ['cart', 'cart-stable', 'cart-canary']): any[] {
  const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const chart = withPods(shop(target), services);
  build(chart);
  const manifests = Testing.synth(chart).filter(({ apiVersion }) => apiVersion !== 'v1' && apiVersion !== 'apps/v1');
  const warnings = warned.mock.calls.map(([text]) => text);
  warned.mockRestore();
  expect(warnings).toEqual([]);
  expectValidIn({ ...(target._channel && { channel: target._channel }) }, ...manifests);
  return manifests;
}

/** The Deployment, without replicas, and the Services of its pods. */
function withPods(chart: Chart, services: readonly string[]): Chart {
  new ApiObject(chart, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart' },
    spec: {
      selector: { matchLabels: { app: 'cart' } },
      template: { metadata: { labels: { app: 'cart' } }, spec: { serviceAccountName: 'cart', containers: [{ name: 'cart', ports: [{ containerPort: 8080 }] }] } },
    },
  });
  services.forEach(name => new ApiObject(chart, `service-${name}`, {
    apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: 'cart' }, ports: [{ port: 8080, appProtocol: 'http' }] },
  }));
  return chart;
}

/** What is said of a release that is refused. */
export function refusedIn(target: MeshTarget, build: (chart: Chart) => void): string[] {
  const chart = shop(target);
  build(chart);
  return chart.node.findAll().flatMap(({ node }) => node.validate());
}

export const rolloutIn = (manifests: readonly any[]) => manifests.find(({ kind }) => kind === 'Rollout');
