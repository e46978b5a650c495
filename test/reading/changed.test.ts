import * as fc from 'fast-check';
import { reading } from './world';
import { EVERYWHERE } from '../../src/meaning/compare/half';
import { compareWorlds } from '../../src/meaning/compare/worlds';
import { scopeOf } from '../../src/reading/changed';
import { halfOf } from '../../src/reading/half';

const NAMESPACES = ['shop', 'ops'] as const;
const APPS = ['web', 'cart'] as const;
const namespace = fc.constantFrom(...NAMESPACES);
const app = fc.constantFrom(...APPS);

const workload = (at: string, name: string, labels: object, port: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: at },
  spec: { template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [{ ports: [{ containerPort: port }] }] } } },
});
const service = (at: string, name: string, appProtocol: string) => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: at }, spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080, appProtocol }] },
});

/** One of everything that may change, with what it says of others. */
const object: fc.Arbitrary<any> = fc.oneof(
  fc.tuple(namespace, app, fc.constantFrom('a', 'b'), fc.constantFrom(8080, 9090))
    .map(([at, name, tier, port]) => workload(at, name, { app: name, tier }, port)),
  fc.tuple(namespace, app, fc.constantFrom('http', 'tcp')).map(([at, name, protocol]) => service(at, name, protocol)),
  fc.tuple(namespace, fc.constantFrom('a', 'b')).map(([name, team]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team } } })),
  fc.tuple(namespace, app, fc.constantFrom<object>({ podSelector: { matchLabels: { tier: 'a' } } }, { namespaceSelector: { matchLabels: { team: 'a' } } }), fc.constantFrom(8080, 9090))
    .map(([at, name, peer, port]) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace: at },
      spec: { podSelector: { matchLabels: { app: name } }, ingress: [{ from: [peer], ports: [{ port }] }] },
    })),
  fc.tuple(namespace, fc.constantFrom('10.0.0.0/8', '192.0.2.0/24')).map(([at, cidr]) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'out', namespace: at },
    spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr } }, { podSelector: { matchLabels: { app: 'cart' } } }] }] },
  })),
  fc.tuple(fc.constantFrom(...NAMESPACES, 'istio-system'), fc.constantFrom<object>({}, { selector: { matchLabels: { app: 'cart' } } }), namespace, app).map(([at, selector, of, by]) => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'allow', namespace: at },
    spec: { ...selector, rules: [{ from: [{ source: { principals: [`cluster.local/ns/${of}/sa/${by}`] } }] }] },
  })),
  fc.tuple(namespace, fc.constantFrom('STRICT', 'PERMISSIVE')).map(([at, mode]) => ({
    apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: at }, spec: { mtls: { mode } },
  })),
  fc.tuple(namespace, app, namespace, fc.constantFrom(1, 2)).map(([at, name, of, seconds]) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: at },
    spec: { hosts: [`${name}.${of}.svc.cluster.local`], http: [{ timeout: `${seconds}s`, route: [{ destination: { host: `cart.${of}.svc.cluster.local` } }] }] },
  })),
  fc.tuple(namespace, namespace, app).map(([at, of, name]) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name, namespace: at },
    spec: {
      strategy: { canary: { trafficRouting: { istio: { virtualService: { name: `${name}.${of}` } } } } }, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    },
  })),
  fc.tuple(fc.constantFrom(...NAMESPACES, undefined), app).map(([at, name]) => ({
    apiVersion: 'cilium.io/v2',
    kind: at === undefined ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy',
    metadata: { name, ...(at && { namespace: at }) },
    spec: { endpointSelector: { matchLabels: { app: name } }, ingress: [{ fromEndpoints: [{ matchLabels: { tier: 'a' } }] }] },
  })),
  fc.tuple(namespace, app, fc.constantFrom(8080, 9090)).map(([at, name, port]) => ({
    apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server', metadata: { name, namespace: at }, spec: { podSelector: { matchLabels: { app: name } }, port },
  })),
  fc.tuple(namespace, app, namespace, app).map(([at, name, of, by]) => ({
    apiVersion: 'policy.linkerd.io/v1alpha1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace: at },
    spec: { targetRef: { group: 'policy.linkerd.io', kind: 'Server', name }, requiredAuthenticationRefs: [{ kind: 'ServiceAccount', name: by, namespace: of }] },
  })),
);

const key = ({ kind, metadata: { namespace: at = '', name } }: any) => `${kind} ${at}/${name}`;
const worldOf = (objects: readonly any[]) => [...new Map(objects.map(one => [key(one), one])).values()];

test('what is left out as it is the same on both sides changes nothing', () => {
  let different = 0;
  const everything = NAMESPACES.flatMap(at => APPS.flatMap(name => [workload(at, name, { app: name }, 8080), service(at, name, 'http')]));
  fc.assert(fc.property(fc.array(object, { maxLength: 8 }), fc.array(object, { minLength: 1, maxLength: 2 }), (common, changed) => {
    const [old, now] = [[...everything, ...common], [...everything, ...common, ...changed]].map(objects => reading(worldOf(objects), 'default', 'istio'));
    const scope = scopeOf(old, now, true);
    const found = (where: typeof EVERYWHERE) => {
      const { differences, unsure } = compareWorlds(halfOf(old), halfOf(now), ({ path }) => path, undefined, where);
      return { differences: differences.map(({ kind, to, crowd, contrast: { call } }) => ({ kind, to, crowd, call })), unsure };
    };

    const some = found(scope);
    different += some.differences.length > 0 ? 1 : 0;
    expect(some).toEqual(found({ ...EVERYWHERE, unseen: scope.unseen, called: scope.called }));
  }), { numRuns: Number(process.env.ORACLE_CASES ?? 150) });
  expect(different).toBeGreaterThan(20);
});
