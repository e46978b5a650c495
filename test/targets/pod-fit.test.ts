import { ApiObject, App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import * as fc from 'fast-check';
import {
  CanaryRelease, ConsulNamespaces, ExternalAuthorization, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy,
  ServiceRoute,
  SmiImplementation, Validation,
} from '../../src';

const istio = () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });

/** Targets that have both routes and policies: whether the policies go by the labels of pods. */
const TARGETS: Readonly<Record<string, { readonly make: () => MeshTarget; readonly byLabels: boolean }>> = {
  'SMI': { make: () => MeshTarget.smi(), byLabels: false },
  'SMI, with a second layer': { make: () => MeshTarget.smi({ networkPolicy: true }), byLabels: true },
  'Istio': { make: istio, byLabels: true },
  'Istio ambient': { make: () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, trustDomain: 'cluster.local' }), byLabels: true },
  'Linkerd': { make: () => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }), byLabels: true },
  'Cilium': { make: () => MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM }), byLabels: true },
  'Kuma': { make: () => MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' }), byLabels: true },
  'Consul': { make: () => MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED }), byLabels: false },
};

type Labels = Record<string, string>;

const object = (chart: Chart, kind: string, name: string, spec: object) => new ApiObject(chart, `${kind} ${name}`, {
  apiVersion: kind === 'Service' ? 'v1' : 'apps/v1', kind, metadata: { name }, spec,
} as any);
const service = (chart: Chart, name: string, selector: Labels) => object(chart, 'Service', name, { selector, ports: [{ port: 80, appProtocol: 'http' }] });
const deployment = (chart: Chart, name: string, labels: Labels, serviceAccountName?: string) =>
  object(chart, 'Deployment', name, { template: { metadata: { labels }, spec: { serviceAccountName, containers: [] } } });

const policy = (chart: Chart, name: string, podSelector: Labels): Construct => new ServiceAccessPolicy(chart, `policy ${name}`, {
  destination: MeshService.of(name, { port: 80, podSelector, serviceAccount: name }), allow: [{ sources: [Identity.serviceAccount('web')] }],
});
/** Requests to the same pods that somebody else decides on. */
const authorizer: typeof policy = (chart, name, podSelector) => new ExternalAuthorization(chart, `policy ${name}`, {
  workload: MeshService.of(name, { port: 80, podSelector, serviceAccount: name }), authorizer: 'opa',
});
const cart = MeshService.of('cart', { port: 80 });
const release = (chart: Chart, v2?: Labels) => new CanaryRelease(chart, 'release', {
  service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2', { podSelector: v2 }), weight: 10,
});

function outcome(make: () => MeshTarget, ...parts: ((chart: Chart) => void)[]): string {
  const app = new App();
  MeshTargets.of(app).add(make());
  MeshTargets.of(app).validation(Validation.OFF);
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  try {
    parts.forEach(part => part(chart));
    app.synthYaml();
    return warnings.mock.calls.map(([line]) => line).filter(line => /MESH50(09|12)/.test(line)).join('\n');
  } catch (error) {
    return (error as Error).message;
  } finally {
    warnings.mockRestore();
  }
}

const V1 = { app: 'cart', version: 'v1' };
const V2 = { app: 'cart', version: 'v2' };

test.each(Object.entries(TARGETS))('%s: a policy for one version leaves the other one out', (_, { make, byLabels }) => {
  const parts = [(chart: Chart) => policy(chart, 'cart', V1), (chart: Chart) => release(chart), (chart: Chart) => service(chart, 'cart-v2', V2)];
  for (const order of [parts, [...parts].reverse()]) {
    const said = outcome(make, ...order);
    if (byLabels) {
      expect(said).toMatch(/\[shop\/policy cart\] MESH5009: .*Service 'shop\/cart-v2' \(app=cart and version=v2\).* does not hold .*podSelector/);
    } else {
      expect(said).toBe('');
    }
  }
});

describe.each([['a policy', policy], ['an external authorization', authorizer]] as const)('%s', (_kind, says) => {
  test.each<[string, ((chart: Chart) => void)[]]>([
    ['for labels that both versions have', [chart => says(chart, 'cart', { app: 'cart' }), chart => release(chart), chart => service(chart, 'cart-v2', V2)]],
    ['beside one for the other version',
      [chart => says(chart, 'cart', V1), chart => says(chart, 'cart-v2', V2), chart => release(chart), chart => service(chart, 'cart-v2', V2)]],
    ['without a release', [chart => says(chart, 'cart', V1), chart => service(chart, 'cart-v2', V2)]],
    ['for pods that the app shows',
      [chart => says(chart, 'cart', V1), chart => service(chart, 'cart', { app: 'cart' }), chart => deployment(chart, 'v1', V1)]],
    ['for pods that nothing is known of', [chart => says(chart, 'cart', V1), chart => release(chart)]],
  ])('holds %s', (_, parts) => {
    expect(outcome(istio, ...parts)).toBe('');
  });

  test.each<[string, ((chart: Chart) => void)[], RegExp]>([
    ['by hand', [chart => says(chart, 'cart', V1), chart => release(chart, V2)], /MESH5009.*'shop\/cart-v2'.*does not hold/],
    ['of the Service itself', [chart => says(chart, 'cart', V1), chart => service(chart, 'cart', { app: 'kart' })], /does not hold/],
    ['of pods', [chart => says(chart, 'cart', V1), chart => service(chart, 'cart', { app: 'cart' }), chart => deployment(chart, 'v2', V2)], /does not hold/],
    ['that nothing contradicts', [chart => says(chart, 'cart', V1), chart => service(chart, 'cart', { app: 'cart' })], /warning MESH5009.*may not hold/],
    ['of a Service two routes away', [
      chart => says(chart, 'cart', V1), chart => release(chart), chart => service(chart, 'far', V2),
      chart => new ServiceRoute(chart, 'on', {
        service: MeshService.of('cart-v2', { port: 80 }), rules: [{ backends: [{ service: MeshService.of('far', { port: 80 }) }] }],
      }),
    ], /'shop\/far'.*does not hold/],
    ['in another namespace', [chart => says(chart, 'cart', V1), chart => new ServiceRoute(chart, 'route', {
      service: cart, rules: [{ backends: [{ service: MeshService.of('cart', { port: 80, namespace: 'other', podSelector: V1 }) }] }],
    })], /'other\/cart'.*does not hold/],
  ])('does not, by labels %s', (_, parts, said) => {
    expect(outcome(istio, ...parts)).toMatch(said);
  });

  test('what nobody objects to leaves no pod of the app open to requests of the Service', () => {
    const labels = fc.dictionary(fc.constantFrom('app', 'version', 'tier'), fc.constantFrom('a', 'b'), { minKeys: 1, noNullPrototype: true });
    const selected = fc.array(labels, { maxLength: 4 });
    fc.assert(fc.property(labels, labels, labels, fc.option(labels), selected, (own, root, canary, second, pods) => {
      const policies = second === null ? [own] : [own, second];
      const said = outcome(istio,
        ...policies.map((selector, i) => (chart: Chart) => says(chart, ['cart', 'cart-v2'][i], selector)),
        chart => release(chart), chart => service(chart, 'cart', root), chart => service(chart, 'cart-v2', canary),
        ...pods.map((pod, i) => (chart: Chart) => deployment(chart, `pod-${i}`, pod)));
      const within = (some: Labels, all: Labels) => Object.entries(some).every(([key, value]) => all[key] === value);
      const open = pods.filter(pod => [root, canary].some(selector => within(selector, pod)) && !policies.some(selector => within(selector, pod)));
      // Two policies for the same pods are another matter.
      fc.pre(!said.includes('MESH3001'));
      if (open.length > 0) expect(said).toContain('MESH5009');
      if (policies.some(selector => within(selector, root)) && policies.some(selector => within(selector, canary))) expect(said).toBe('');
    }), { numRuns: 200 });
  });
});

test('a policy for pods asks nobody about the requests to them', () => {
  const parts = [(chart: Chart) => authorizer(chart, 'cart', V1), (chart: Chart) => policy(chart, 'cart-v2', V2), (chart: Chart) => release(chart, V2)];

  expect(outcome(istio, ...parts)).toMatch(/MESH5009: the external authorization is for pods with app=cart and version=v1.* an external authorization of its own/);
});

describe.each([
  ['SMI', () => MeshTarget.smi()], ['Open Service Mesh', () => MeshTarget.smi({ implementation: SmiImplementation.OSM })],
] as const)('%s: by the ServiceAccounts of pods', (_, make) => {
  test('a policy holds for pods of the Service, and for no others, or it is said', () => {
    const account = fc.constantFrom('cart', 'cart-v2', 'batch', undefined);
    const pods = fc.array(fc.record({ labels: fc.constantFrom(V1, V2, { app: 'batch' }), account }), { maxLength: 3 });
    fc.assert(fc.property(pods, fc.boolean(), fc.boolean(), fc.boolean(), (all, isReleased, saysAccount, hasOther) => {
      const v2 = MeshService.of('cart-v2', { port: 80, podSelector: V2, ...(saysAccount && { serviceAccount: 'cart-v2' }) });
      const parts = [
        (chart: Chart) => policy(chart, 'cart', V1),
        ...isReleased ? [(chart: Chart) => new CanaryRelease(chart, 'release', {
          service: cart, stable: cart.variant('cart-v1', { podSelector: V1 }), canary: v2, weight: 10,
        })] : [],
        ...hasOther ? [(chart: Chart) => service(chart, 'batch', { app: 'batch' })] : [],
        ...all.map((pod, i) => (chart: Chart) => deployment(chart, `pod-${i}`, pod.labels, pod.account)),
      ];
      const said = outcome(make, ...parts);
      const codes = (text: string) => [...new Set(text.match(/MESH\d+: |warning/g))].sort();
      expect(codes(outcome(make, ...[...parts].reverse()))).toEqual(codes(said));
      const isReached = ({ labels }: typeof all[number]) => labels === V1 || (isReleased && labels === V2);
      const isHeld = (pod: typeof all[number]) => pod.account === 'cart' || (isReleased && saysAccount && pod.labels === V2 && pod.account === 'cart-v2');
      const open = all.filter(pod => !isReached(pod) && pod.account === 'cart');

      expect(said.includes('MESH5009')).toBe(all.some(pod => isReached(pod) && !isHeld(pod)));
      if (!said.includes('MESH5009')) {
        expect(said.includes('MESH5012')).toBe(open.length > 0);
        expect(/Validation failed/.test(said)).toBe(hasOther && open.some(({ labels }) => labels.app === 'batch'));
      }
    }), { numRuns: 150 });
  });

  test('of a version whose pods nobody knows, nothing is said', () => {
    expect(outcome(make, chart => policy(chart, 'cart', V1), chart => release(chart), chart => deployment(chart, 'v2', V2, 'cart'))).toBe('');
  });

  test('a policy that lets nobody in is none', () => {
    expect(outcome(make, chart => new ServiceAccessPolicy(chart, 'policy', {
      destination: MeshService.of('cart', { port: 80, podSelector: V1, serviceAccount: 'cart' }), allow: [],
    }), chart => deployment(chart, 'v1', V1, 'other'))).toBe('');
  });
});

test('Consul: pods that run as another ServiceAccount than the name of their Service may be denied', () => {
  const make = () => MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED });
  const said = (serviceAccountName?: string) => outcome(make, chart => policy(chart, 'cart', { app: 'cart' }), chart => release(chart),
    chart => service(chart, 'cart-v2', V2), chart => deployment(chart, 'v2', V2, serviceAccountName));

  expect(said()).toMatch(/MESH5009: .*run as ServiceAccount 'cart-v2', and Deployment 'v2', .* runs as 'default': there the policy may not hold/);
  expect(said('cart')).toMatch(/runs as 'cart'/);
  // Pods of two Services are another matter.
  expect(outcome(make, chart => policy(chart, 'cart', V1), chart => deployment(chart, 'v1', V1, 'cart'))).toBe('');
});
