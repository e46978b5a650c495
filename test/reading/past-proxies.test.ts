import { type Answer, entering, reading } from './world';
import { compareWorlds } from '../../src/meaning/compare/worlds';
import { isUndecided } from '../../src/meaning/decision';
import { journey } from '../../src/meaning/journey';
import type { Labels } from '../../src/meaning/selector';
import { scopeOf } from '../../src/reading/changed';
import { halfOf } from '../../src/reading/half';
import { isInMesh } from '../../src/reading/in-mesh';
import { landOf } from '../../src/reading/land';
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
  ['linkerd', { ofNamespace: { 'linkerd.io/inject': 'enabled' }, annotations: { 'linkerd.io/inject': 'true' } }, 'allowed'],
  ['linkerd', { ofNamespace: { 'linkerd.io/inject': 'true' }, annotations: { 'linkerd.io/inject': 'enabled' } }, 'allowed'],
  ['linkerd', { annotations: { 'linkerd.io/inject': 'ingress' } }, 'denied'],
  ['linkerd', { annotations: { 'linkerd.io/inject': '' }, ofNamespace: { 'linkerd.io/inject': 'disabled' } }, 'allowed'],
  ['linkerd', { ofNamespace: { 'linkerd.io/inject': 'disabled' }, annotations: { 'linkerd.io/inject': 'enabled' } }, 'denied'],
  ['linkerd', { annotations: { 'config.linkerd.io/skip-subnets': '192.0.2.0/24' } }, 'unknown'],
  ['kuma', { hostNetwork: true }, 'unknown'],
  ['kuma', { labels: { 'kuma.io/sidecar-injection': 'disabled' } }, 'allowed'],
  ['kuma', { ofNamespace: { 'kuma.io/sidecar-injection': 'false' } }, 'allowed'],
  ['kuma', { labels: { 'kuma.io/sidecar-injection': 'no' } }, 'allowed'],
  ['kuma', { annotations: { 'kuma.io/gateway': 'yes' } }, 'allowed'],
  ['kuma', { ofNamespace: { 'kuma.io/sidecar-injection': 'disabled' }, labels: { 'kuma.io/sidecar-injection': 'enabled' } }, 'denied'],
  ['kuma', { annotations: { 'traffic.kuma.io/exclude-inbound-ports': '8080' } }, 'allowed'],
  ['consul', { hostNetwork: true }, 'unknown'],
  ['consul', { annotations: { 'consul.hashicorp.com/transparent-proxy': 'false' } }, 'unknown'],
  ['consul', { ofNamespace: { 'consul.hashicorp.com/transparent-proxy': 'false' } }, 'unknown'],
  ['consul', { annotations: { 'consul.hashicorp.com/transparent-proxy': 'F' } }, 'unknown'],
  ['consul', { annotations: { 'consul.hashicorp.com/connect-inject': 'False' } }, 'allowed'],
  ['consul', { annotations: { 'consul.hashicorp.com/connect-inject': '1' } }, 'denied'],
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

/** What lets in the client by its certificate, and nobody else. */
const LETTING_IN: { readonly [B in 'istio' | 'linkerd' | 'kuma' | 'consul']: readonly object[] } = {
  istio: [
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', spec: { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }] } },
  ],
  linkerd: [
    POLICIES.linkerd,
    { apiVersion: 'policy.linkerd.io/v1alpha1', kind: 'MeshTLSAuthentication', spec: { identityRefs: [{ kind: 'ServiceAccount', name: 'web' }] } },
    {
      apiVersion: 'policy.linkerd.io/v1alpha1',
      kind: 'AuthorizationPolicy',
      spec: {
        targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'cart' },
        requiredAuthenticationRefs: [{ group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'cart' }],
      },
    },
  ],
  kuma: [
    {
      apiVersion: 'kuma.io/v1alpha1',
      kind: 'MeshTrafficPermission',
      spec: { targetRef: { kind: 'Dataplane' }, rules: [{ default: { allow: [{ spiffeID: { type: 'Exact', value: 'spiffe://cluster.local/ns/shop/sa/web' } }] } }] },
    },
    { apiVersion: 'kuma.io/v1alpha1', kind: 'MeshTLS', spec: { targetRef: { kind: 'Dataplane' }, rules: [{ default: { mode: 'Strict' } }] } },
  ],
  consul: [
    { apiVersion: 'consul.hashicorp.com/v1alpha1', kind: 'ServiceIntentions', spec: { destination: { name: 'cart' }, sources: [{ name: 'web', action: 'allow' }, { name: '*', action: 'deny' }] } },
  ],
};

type ByClients = keyof typeof LETTING_IN;

/** A route that answers whatever it sees. */
const ROUTES: { readonly [B in ByClients]: object } = {
  istio: {
    apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', spec: { hosts: ['cart'], http: [{ directResponse: { status: 503 } }] },
  },
  linkerd: httpRoute(),
  kuma: httpRoute(),
  consul: {
    apiVersion: 'consul.hashicorp.com/v1alpha1', kind: 'ServiceRouter', spec: { routes: [{ destination: { service: 'elsewhere' } }] },
  },
};

function httpRoute(): object {
  const parent = { group: '', kind: 'Service', name: 'cart', port: 80 };
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', spec: { parentRefs: [parent], rules: [{ backendRefs: [{ name: 'elsewhere', port: 80 }] }] } };
}

function worldFor(by: ByClients, { labels, annotations, ofNamespace, hostNetwork }: Marks, more: readonly object[]) {
  const workload = (name: string, marks: Marks = {}) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      template: {
        metadata: { labels: { app: name, ...marks.labels }, annotations: marks.annotations },
        spec: { serviceAccountName: name, hostNetwork: marks.hostNetwork, containers: [{ name, ports: [{ containerPort: 8080 }] }] },
      },
    },
  });
  const world = reading([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: ofNamespace, annotations: ofNamespace } },
    workload('web', { labels, annotations, hostNetwork }),
    workload('cart', { annotations: { 'linkerd.io/inject': 'enabled', 'consul.hashicorp.com/transparent-proxy': 'true' } }),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080, appProtocol: 'http' }] } },
    ...by !== 'consul' ? [] : ['cart', 'elsewhere'].map(name =>
      ({ apiVersion: 'consul.hashicorp.com/v1alpha1', kind: 'ServiceDefaults', metadata: { name, namespace: 'shop' }, spec: { protocol: 'http' } })),
    ...more.map(one => ({ ...one, metadata: { name: 'cart', namespace: 'shop' } })),
  ], 'default', by);
  const [pod] = world.cluster.workloads.filter(({ name }) => name === 'web').map(one => world.cluster.podOf(one));
  const client = { kind: 'pod', ...pod, meshed: isInMesh(world.readings, pod) } as const;
  return { world, client };
}

/** Whether a call of the client passes its proxy, by whether the policy that asks for its certificate lets it in, and by whether it takes a route. */
function passesItsProxy(by: ByClients, marks: Marks, port = 80): readonly [isLetIn: Answer, takesRoute: boolean | 'unknown'] {
  const ask = (more: readonly object[]) => {
    const { world, client } = worldFor(by, marks, more);
    return journey(landOf(world), { client, to: { namespace: 'shop', service: 'cart', port }, protocol: 'HTTP', request: { method: 'GET', path: '/', headers: {}, query: {} } });
  };
  const { route: { way } } = ask([ROUTES[by]]);
  const isToPods = !isUndecided(way) && way.backends.some(({ service }) => service === 'cart');
  return [ask(LETTING_IN[by]).outcome, isUndecided(way) ? 'unknown' : !isToPods];
}

const PASSES = ['allowed', true] as const;
const PAST = ['denied', false] as const;
const PERHAPS = ['unknown', 'unknown'] as const;
const ISTIO = 'traffic.sidecar.istio.io/';
const CONSUL = 'consul.hashicorp.com/transparent-proxy';

const OF_CLIENTS: readonly (readonly [ByClients, Marks, readonly [Answer, boolean | 'unknown']])[] = [
  ['istio', {}, PASSES],
  ['istio', { annotations: { [`${ISTIO}excludeOutboundPorts`]: '5432, 80' } }, PAST],
  ['istio', { annotations: { [`${ISTIO}excludeOutboundPorts`]: '5432,8080' } }, PASSES],
  ['istio', { annotations: { [`${ISTIO}excludeOutboundIPRanges`]: '10.96.0.0/12' } }, PERHAPS],
  ['istio', { annotations: { [`${ISTIO}includeOutboundIPRanges`]: '10.96.0.0/12' } }, PERHAPS],
  ['istio', { annotations: { [`${ISTIO}includeOutboundIPRanges`]: '*' } }, PASSES],
  ['istio', { annotations: { [`${ISTIO}includeOutboundIPRanges`]: '' } }, PAST],
  ['istio', { annotations: { [`${ISTIO}includeOutboundIPRanges`]: '', [`${ISTIO}includeOutboundPorts`]: '80' } }, PERHAPS],
  ['istio', { annotations: { 'sidecar.istio.io/interceptionMode': 'NONE' } }, PAST],
  ['istio', { labels: { 'sidecar.istio.io/inject': 'false' } }, PAST],
  ['istio', { hostNetwork: true }, PAST],
  ['linkerd', {}, PASSES],
  ['linkerd', { annotations: { 'config.linkerd.io/skip-outbound-ports': '79-81' } }, PAST],
  ['linkerd', { ofNamespace: { 'config.linkerd.io/skip-outbound-ports': '80' } }, PAST],
  ['linkerd', { ofNamespace: { 'config.linkerd.io/skip-outbound-ports': '80' }, annotations: { 'config.linkerd.io/skip-outbound-ports': '443' } }, PASSES],
  ['linkerd', { annotations: { 'config.linkerd.io/skip-outbound-ports': '8080' } }, PASSES],
  ['linkerd', { annotations: { 'config.linkerd.io/skip-subnets': '10.0.0.0/8' } }, PERHAPS],
  ['linkerd', { annotations: { 'linkerd.io/inject': 'disabled' } }, PAST],
  ['kuma', {}, PASSES],
  ['kuma', { annotations: { 'traffic.kuma.io/exclude-outbound-ports': '80' } }, PAST],
  ['kuma', { annotations: { 'traffic.kuma.io/exclude-outbound-ports': '8080' } }, PASSES],
  ['kuma', { annotations: { 'traffic.kuma.io/exclude-outbound-ips': '10.0.0.0/8' } }, PERHAPS],
  ['kuma', { annotations: { 'traffic.kuma.io/exclude-outbound-ports-for-uids': 'tcp:80:1234' } }, PERHAPS],
  ['kuma', { annotations: { 'traffic.kuma.io/transparent-proxy-configmap-name': 'own' } }, PERHAPS],
  ['kuma', { labels: { 'kuma.io/sidecar-injection': 'disabled' } }, PAST],
  ['consul', {}, PASSES],
  ['consul', { annotations: { [`${CONSUL}-exclude-outbound-ports`]: '80' } }, PAST],
  ['consul', { annotations: { [`${CONSUL}-exclude-inbound-ports`]: '80' } }, PASSES],
  ['consul', { annotations: { [`${CONSUL}-exclude-outbound-cidrs`]: '10.0.0.0/8' } }, PERHAPS],
  ['consul', { annotations: { [`${CONSUL}-exclude-uids`]: '1000' } }, PERHAPS],
  ['consul', { annotations: { [CONSUL]: 'false' } }, PAST],
  ['consul', { ofNamespace: { [CONSUL]: 'false' } }, PAST],
  ['consul', { annotations: { 'consul.hashicorp.com/connect-inject': 'false' } }, PAST],
];

test.each(OF_CLIENTS)('%s, with %j on the client: whether it is let in by its certificate, and takes a route', (by, marks, wanted) => {
  expect(passesItsProxy(by, marks)).toEqual(wanted);
});

// Pods are also called at their own port, by their address.
test.each(OF_CLIENTS.filter(([, { annotations }]) => !JSON.stringify(annotations ?? {}).includes('8080')))('%s, with %j on the client, and without: a diff tells of its calls where they change', (by, marks, wanted) => {
  const told = (manifests: readonly object[]) => {
    const [old, now] = [{}, marks].map(one => worldFor(by, one, manifests).world);
    const { differences, unsure } = compareWorlds(halfOf(old), halfOf(now), ({ path }) => path, undefined, scopeOf(old, now, true));
    return [...differences, ...unsure].some(({ to, crowd }) => crowd?.clients.some(client => client.kind === 'pod' && client.serviceAccount === 'web') === true
      && (to?.type === 'service' ? to.port.service === 'cart' : to?.type === 'pods' && to.port.pod.serviceAccount === 'cart'));
  };

  expect([told(LETTING_IN[by]), told([ROUTES[by]])]).toEqual(wanted === PASSES ? [false, false] : [true, true]);
});

const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
const SIDECAR = { 'istio-injection': 'enabled' };

test.each<[ReadMesh, Marks, boolean | 'unknown']>([
  ['istio', { ofNamespace: SIDECAR }, true],
  ['istio', { ofNamespace: AMBIENT }, 'unknown'],
  ['istio', { ofNamespace: AMBIENT, labels: { 'sidecar.istio.io/inject': 'true' } }, true],
  ['istio-ambient', { ofNamespace: AMBIENT }, true],
  ['istio-ambient', { ofNamespace: SIDECAR }, 'unknown'],
])('%s, with %j on a client: whether it takes a route of the mesh', (mesh, { ofNamespace, labels }, wanted) => {
  const world = reading([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops', labels: ofNamespace } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop', labels: { 'istio.io/use-waypoint': 'waypoint' } }, spec: { ports: [{ name: 'http', port: 80 }] } },
    { ...httpRoute(), metadata: { name: 'cart', namespace: 'shop' } },
  ], 'default', mesh);
  const client = { kind: 'pod', namespace: 'ops', labels: labels as Labels | undefined ?? {}, namespaceLabels: world.cluster.namespaceLabels('ops'), meshed: true } as const;
  const { route: { way } } = journey(landOf(world), {
    client, to: { namespace: 'shop', service: 'cart', port: 80 }, protocol: 'HTTP', request: { method: 'GET', path: '/', headers: {}, query: {} },
  });

  expect(isUndecided(way) ? 'unknown' : way.backends[0].service === 'elsewhere').toBe(wanted);
});
