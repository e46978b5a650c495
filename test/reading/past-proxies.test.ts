import { type Answer, entering, reading } from './world';
import { isInMesh } from '../../src/reading/in-mesh';
import type { ReadMesh } from '../../src/reading/mesh';

interface Marks {
  readonly labels?: object;
  readonly annotations?: object;
  readonly ofNamespace?: object;
  readonly hostNetwork?: boolean;
}

/** What closes port 8080 of the pods. */
const POLICIES = {
  istio: { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', spec: {} },
  linkerd: { apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server', spec: { podSelector: { matchLabels: { app: 'cart' } }, port: 8080 } },
  kuma: {
    apiVersion: 'kuma.io/v1alpha1',
    kind: 'MeshTrafficPermission',
    spec: { targetRef: { kind: 'Dataplane' }, rules: [{ default: { deny: [{ spiffeID: { type: 'Prefix', value: 'spiffe://' } }] } }] },
  },
  consul: { apiVersion: 'consul.hashicorp.com/v1alpha1', kind: 'ServiceIntentions', spec: { destination: { name: 'cart' }, sources: [{ name: '*', action: 'deny' }] } },
  NetworkPolicy: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] } },
  Cilium: { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', spec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }] } },
} as const;

type By = keyof typeof POLICIES;

function read(by: By, { labels, annotations, ofNamespace, hostNetwork }: Marks) {
  const mesh: ReadMesh | undefined = by === 'NetworkPolicy' || by === 'Cilium' ? undefined : by;
  const world = reading([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: ofNamespace, annotations: ofNamespace } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: {
        template: {
          metadata: { labels: { app: 'cart', ...labels }, annotations },
          spec: { serviceAccountName: 'cart', hostNetwork, containers: [{ name: 'cart', ports: [{ containerPort: 8080 }] }] },
        },
      },
    },
    { ...POLICIES[by], metadata: { name: 'cart', namespace: 'shop' } },
  ], 'default', mesh);
  const [workload] = world.cluster.workloads;
  return { world, pod: world.cluster.podOf(workload) };
}

/** Whether somebody outside the mesh is let in. */
function answer(by: By, marks: Marks): Answer {
  const { world, pod } = read(by, marks);
  return entering(world, { pod, port: 8080, protocol: 'HTTP', entrances: [] }, { kind: 'outside', meshed: false, address: '192.0.2.7' }, { request: { method: 'GET', path: '/', headers: {}, query: {} } });
}

test.each(Object.keys(POLICIES) as By[])('%s: the policy closes the port', by => {
  expect(answer(by, {})).toBe('denied');
});

test.each<[By, Marks, Answer]>([
  ['istio', { hostNetwork: true }, 'allowed'],
  ['istio', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090, 8080' } }, 'allowed'],
  ['istio', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090' } }, 'denied'],
  ['istio', { annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '9090' } }, 'allowed'],
  ['istio', { annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '' } }, 'allowed'],
  ['istio', { annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '8080,9090', 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } }, 'denied'],
  ['istio', { annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '*', 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } }, 'allowed'],
  ['istio', { annotations: { 'sidecar.istio.io/interceptionMode': 'NONE' } }, 'allowed'],
  ['istio', { ofNamespace: { 'istio.io/dataplane-mode': 'ambient' }, annotations: { 'ambient.istio.io/bypass-inbound-capture': 'true' } }, 'unknown'],
  ['istio', { ofNamespace: { 'istio.io/dataplane-mode': 'ambient' }, hostNetwork: true }, 'allowed'],
  ['linkerd', { hostNetwork: true }, 'allowed'],
  ['linkerd', { ofNamespace: { 'linkerd.io/inject': 'disabled' } }, 'allowed'],
  ['linkerd', { ofNamespace: { 'linkerd.io/inject': 'disabled' }, annotations: { 'linkerd.io/inject': 'enabled' } }, 'denied'],
  ['linkerd', { annotations: { 'config.linkerd.io/skip-subnets': '192.0.2.0/24' } }, 'unknown'],
  ['kuma', { hostNetwork: true }, 'unknown'],
  ['kuma', { labels: { 'kuma.io/sidecar-injection': 'disabled' } }, 'allowed'],
  ['kuma', { ofNamespace: { 'kuma.io/sidecar-injection': 'false' } }, 'allowed'],
  ['kuma', { ofNamespace: { 'kuma.io/sidecar-injection': 'disabled' }, labels: { 'kuma.io/sidecar-injection': 'enabled' } }, 'denied'],
  ['kuma', { annotations: { 'traffic.kuma.io/exclude-inbound-ports': '8080' } }, 'allowed'],
  ['consul', { hostNetwork: true }, 'unknown'],
  ['consul', { annotations: { 'consul.hashicorp.com/transparent-proxy': 'false' } }, 'unknown'],
  ['consul', { ofNamespace: { 'consul.hashicorp.com/transparent-proxy': 'false' } }, 'unknown'],
  ['consul', { annotations: { 'consul.hashicorp.com/connect-service': 'basket' } }, 'unknown'],
  ['consul', { annotations: { 'consul.hashicorp.com/connect-service': 'cart' } }, 'denied'],
  ['NetworkPolicy', { hostNetwork: true }, 'unknown'],
  ['Cilium', { hostNetwork: true }, 'unknown'],
])('%s, with %j: %s', (by, marks, wanted) => {
  expect(answer(by, marks)).toBe(wanted);
});

test.each<[By, Marks, boolean]>([
  ['istio', { labels: { 'sidecar.istio.io/inject': 'false' } }, false],
  ['istio', { ofNamespace: { 'istio-injection': 'disabled' } }, false],
  ['istio', { ofNamespace: { 'istio.io/dataplane-mode': 'ambient' }, labels: { 'istio.io/dataplane-mode': 'none' } }, false],
  ['istio', { hostNetwork: true }, false],
  ['istio', { ofNamespace: { 'istio-injection': 'enabled' } }, true],
  ['istio', {}, true],
  ['linkerd', { annotations: { 'linkerd.io/inject': 'disabled' } }, false],
  ['linkerd', { hostNetwork: true }, false],
  ['linkerd', {}, true],
  ['kuma', { labels: { 'kuma.io/sidecar-injection': 'disabled' } }, false],
  ['kuma', { labels: { 'kuma.io/sidecar-injection': 'enabled' } }, true],
  ['consul', { annotations: { 'consul.hashicorp.com/connect-inject': 'false' } }, false],
  ['consul', {}, true],
  ['NetworkPolicy', { hostNetwork: true }, true],
])('%s, with %j: whether calls of the pods are in the mesh is %j', (by, marks, wanted) => {
  const { world: { readings }, pod } = read(by, marks);

  expect(isInMesh(readings, pod)).toBe(wanted);
});

test('pods that one mesh gives no proxy are in the mesh, where another one gives them one', () => {
  const { world, pod } = read('istio', { ofNamespace: { 'istio-injection': 'disabled' }, annotations: { 'linkerd.io/inject': 'enabled' } });
  const { world: other } = read('linkerd', {});

  expect(isInMesh([...world.readings, ...other.readings], pod)).toBe(true);
});

test.each(['NetworkPolicy', 'Cilium'] as const)('%s: a client on the network of its node may be none of the pods that are let in', by => {
  const client = (hostNetwork: boolean) => ({ kind: 'pod' as const, ...read(by, { hostNetwork }).pod, meshed: false });
  const { world, pod } = read(by, {});
  const to = { pod, port: 8080, protocol: 'HTTP' as const, entrances: [] };

  expect([false, true].map(hostNetwork => entering(world, to, client(hostNetwork)))).toEqual(['allowed', 'unknown']);
});
