import { ciliumAccess } from '../../../src/dialects/cilium/access';
import { allowedByCilium } from '../../../src/evaluators/access/cilium';
import type { AccessModel, AccessRule } from '../../../src/model/access';
import { ANY_REQUEST } from '../../../src/model/match';
import { Claims } from '../../../src/targets/claims';
import { inYaml } from '../../setup';
import { letsInBy, outside, pod, type Unusual } from '../requests';

const letsIn = letsInBy(allowedByCilium);

const http = { port: 8080, protocol: 'HTTP' as const };
const dns = { port: 53, protocol: 'UDP' as const };
const undeclared = { port: 9999 };

const web: AccessRule = {
  sources: [{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }],
  exceptSources: [],
  exceptRequests: [],
  endUsers: [],
  ports: [http],
  requests: [],
};

const policy = (rules: readonly AccessRule[], more: Partial<AccessModel> = {}): AccessModel => ({
  name: 'cart-access',
  namespace: 'shop',
  destination: { service: 'cart', podSelector: { app: 'cart' }, ports: [http, dns, undeclared] },
  rules,
  denials: [],
  leavesRest: false,
  healthProbes: [],
  audit: false,
  ...more,
});

function render(...rules: AccessRule[]): any {
  const [manifest, ...others] = ciliumAccess(true).render(policy(rules)).manifests;
  expect(others).toEqual([]);
  return manifest;
}

test('a policy is one CiliumNetworkPolicy', () => {
  expect(inYaml(render({ ...web, requests: [{ ...ANY_REQUEST, methods: ['GET'] }] }))).toMatchInlineSnapshot(`
"apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart-access
  namespace: shop
spec:
  endpointSelector:
    matchLabels:
      k8s:app: cart
  ingress:
    - fromEndpoints:
        - matchLabels:
            k8s:io.kubernetes.pod.namespace: shop
            k8s:io.cilium.k8s.policy.serviceaccount: web
      toPorts:
        - ports:
            - port: "8080"
              protocol: TCP
          rules:
            http:
              - method: GET
"
`);
});

test('selects the pods by labels that come from Kubernetes, in the namespace of the policy, and says nothing of their calls', () => {
  const { metadata, spec } = render(web);

  expect(metadata).toEqual({ name: 'cart-access', namespace: 'shop' });
  expect(spec.endpointSelector).toEqual({ matchLabels: { 'k8s:app': 'cart' } });
  expect(Object.keys(spec)).toEqual(['endpointSelector', 'ingress']);
});

describe('pods without a Service', () => {
  const ofPods = (destination: Partial<AccessModel['destination']>, more: Partial<AccessModel> = {}) =>
    policy([web], { destination: { ports: [http], ...destination }, ...more });
  const selectorOf = (model: AccessModel) => (ciliumAccess(true).render(model).manifests as readonly any[]).map(({ spec }) => spec.endpointSelector);

  test('are selected by their labels, or else by their ServiceAccount', () => {
    expect(selectorOf(ofPods({ podSelector: { app: 'job' }, serviceAccount: 'job' }))).toEqual([{ matchLabels: { 'k8s:app': 'job' } }]);
    expect(selectorOf(ofPods({ serviceAccount: 'job' }))).toEqual([{ matchLabels: { 'k8s:io.cilium.k8s.policy.serviceaccount': 'job' } }]);
  });

  test('a Service is not known by the ServiceAccount of its pods: others may run as it', () => {
    expect(ciliumAccess(true).render(ofPods({ service: 'job', serviceAccount: 'job' })).refusals.map(({ what }) => what)).toEqual(["a policy for 'job'"]);
  });

  test('a ServiceAccount is no longer than the value of a selector', () => {
    expect(ciliumAccess(true).render(ofPods({ serviceAccount: 'a'.repeat(64) })).refusals).toEqual([{
      what: `a policy for the pods of ServiceAccount '${'a'.repeat(64)}'`,
      reason: 'a selector of Cilium takes values of at most 63 characters',
      remedy: 'Use a ServiceAccount with a shorter name',
    }]);
    expect(ciliumAccess(true).render(ofPods({ serviceAccount: 'a'.repeat(63) })).refusals).toEqual([]);
  });

  test('a policy for all pods of a ServiceAccount is the only one for them', () => {
    const conflicts = (...models: AccessModel[]) => {
      const laid = new Claims<number>();
      return models.flatMap((model, i) => ciliumAccess(true).claims(model).flatMap(claim => laid.lay(claim, i))).length > 0;
    };
    const [all, one, other] = [{ serviceAccount: 'job' }, { serviceAccount: 'job', podSelector: { app: 'a' } }, { serviceAccount: 'job', podSelector: { app: 'b' } }];

    expect(conflicts(ofPods(all), ofPods(one))).toBe(true);
    expect(conflicts(ofPods(one), ofPods(all))).toBe(true);
    expect(conflicts(ofPods(all), ofPods(all))).toBe(true);
    expect(conflicts(ofPods(one), ofPods(other))).toBe(false);
    expect(conflicts(ofPods(all), ofPods(one, { namespace: 'ops' }))).toBe(false);
    expect(conflicts(ofPods(all), ofPods(one, { leavesRest: true }))).toBe(false);
    // Of a grant, the claims on labels say that it adds to a policy of another app.
    expect(ciliumAccess(true).claims(ofPods(one, { grant: 'elsewhere' })).filter(claim => claim.by === 'subject')).toEqual([]);
  });
});

test('lets in the ServiceAccount on the port, and nobody else', () => {
  const manifest = render(web);

  expect(letsIn(manifest, pod('shop', 'web'), 8080)).toBe(true);
  expect(letsIn(manifest, pod('shop', 'web'), 9999)).toBe(false);
  expect(letsIn(manifest, pod('shop', 'web'), 8080, { protocol: 'UDP' })).toBe(false);
  expect(letsIn(manifest, pod('shop', 'job'), 8080)).toBe(false);
  expect(letsIn(manifest, pod('ops', 'web'), 8080)).toBe(false);
  expect(letsIn(manifest, outside('203.0.113.7'), 8080)).toBe(false);
});

test('tells UDP from TCP, and takes a port without a protocol for TCP', () => {
  const manifest = render({ ...web, ports: [dns, undeclared] });

  expect(letsIn(manifest, pod('shop', 'web'), 53, { protocol: 'UDP' })).toBe(true);
  expect(letsIn(manifest, pod('shop', 'web'), 53)).toBe(false);
  expect(letsIn(manifest, pod('shop', 'web'), 9999)).toBe(true);
  expect(letsIn(manifest, pod('shop', 'web'), 9999, { protocol: 'UDP' })).toBe(false);
});

test('lets in requests that match any of several', () => {
  const manifest = render({
    ...web,
    requests: [
      { ...ANY_REQUEST, methods: ['GET', 'HEAD'], path: { type: 'prefix', value: '/cart' } },
      { ...ANY_REQUEST, path: { type: 'exact', value: '/Cart/Add', grpc: { service: 'Cart', method: 'Add' } } },
      { ...ANY_REQUEST, headers: [{ name: 'x-admin', type: 'exact', value: 'yes' }] },
    ],
  });
  const may = (call: Unusual) => letsIn(manifest, pod('shop', 'web'), 8080, { method: 'GET', path: '/', ...call });

  expect(may({ path: '/cart/items', query: { page: '2' } })).toBe(true);
  expect(may({ method: 'HEAD', path: '/cart' })).toBe(true);
  expect(may({ method: 'GETHEAD', path: '/cart' })).toBe(false);
  expect(may({ method: 'PUT', path: '/cart' })).toBe(false);
  expect(may({ path: '/carts' })).toBe(false);
  expect(may({ method: 'POST', path: '/Cart/Add' })).toBe(true);
  expect(may({ headers: { 'x-admin': 'yes' } })).toBe(true);
  expect(may({ headers: { 'x-admin': 'no' } })).toBe(false);
  expect(letsIn(manifest, pod('shop', 'job'), 8080, { method: 'GET', path: '/cart' })).toBe(false);
});

test('an empty policy has an empty rule, which lets nobody in: no rule would let everyone in', () => {
  const manifest = render();

  expect(manifest.spec.ingress).toEqual([{}]);
  expect(letsIn(manifest, pod('shop', 'cart'), 8080)).toBe(false);
});

test('a rule that excepts all of its sources is none', () => {
  const manifest = render({ ...web, sources: [{ kind: 'namespace', name: 'ops' }], exceptSources: [{ kind: 'namespace', name: 'ops' }] });

  expect(manifest.spec.ingress).toEqual([{}]);
});

test('keeps to the 40 ports that one entry may hold', () => {
  const ports = Array.from({ length: 85 }, (_, i) => ({ port: 1000 + i, protocol: 'HTTP' as const }));
  const manifest = render({ ...web, ports, requests: [{ ...ANY_REQUEST, methods: ['GET'] }] });

  expect(manifest.spec.ingress[0].toPorts.map((entry: any) => entry.ports.length)).toEqual([40, 40, 5]);
  expect(ports.every(({ port }) => letsIn(manifest, pod('shop', 'web'), port, { method: 'GET', path: '/' }))).toBe(true);
  expect(ports.some(({ port }) => letsIn(manifest, pod('shop', 'web'), port, { method: 'PUT', path: '/' }))).toBe(false);
});

test('health probes need no rule', () => {
  expect(ciliumAccess(true).render(policy([web], { healthProbes: [{ path: '/healthz', port: 8080 }] })).manifests)
    .toEqual(ciliumAccess(true).render(policy([web])).manifests);
});

describe('denials', () => {
  const anyone: AccessRule = { ...web, sources: [{ kind: 'anyone' }] };
  const rendered = (denials: readonly AccessRule[], rules: readonly AccessRule[] = [], more: Partial<AccessModel> = {}): any =>
    ciliumAccess(true).render(policy(rules, { denials, ...more })).manifests[0];
  const node = { kind: 'kubelet' as const, ip: '10.9.0.1', meshed: false };
  const otherNode = { kind: 'node' as const, ip: '10.9.0.2', meshed: false };

  test('go before what is allowed, for their clients and ports', () => {
    const manifest = rendered([web], [{ ...anyone, ports: [http, undeclared] }]);

    expect(manifest.spec.ingressDeny).toEqual([{
      fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'shop', 'k8s:io.cilium.k8s.policy.serviceaccount': 'web' } }],
      toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }] }],
    }]);
    expect(manifest.spec.enableDefaultDeny).toBeUndefined();
    expect(letsIn(manifest, pod('shop', 'web'), 8080)).toBe(false);
    expect(letsIn(manifest, pod('shop', 'web'), 9999)).toBe(true);
    expect(letsIn(manifest, pod('shop', 'job'), 8080)).toBe(true);
  });

  test('beside no allowance close the rest', () => {
    const manifest = rendered([web]);

    expect(manifest.spec.ingress).toEqual([{}]);
    expect(letsIn(manifest, pod('shop', 'job'), 8080)).toBe(false);
  });

  test('alone leave the rest as it is', () => {
    const manifest = rendered([web], [], { leavesRest: true });

    expect(manifest.spec).toEqual(expect.objectContaining({ enableDefaultDeny: { ingress: false } }));
    expect(manifest.spec.ingress).toBeUndefined();
    expect(letsIn(manifest, pod('shop', 'web'), 8080)).toBe(false);
    expect(letsIn(manifest, pod('shop', 'job'), 8080)).toBe(true);
    expect(letsIn(manifest, outside('203.0.113.7'), 9999)).toBe(true);
  });

  test('that except all of their clients deny nobody, and close nothing', () => {
    const ops = { kind: 'namespace' as const, name: 'ops' };
    const manifest = rendered([{ ...web, sources: [ops], exceptSources: [ops] }], [], { leavesRest: true });

    expect(manifest.spec.ingressDeny).toBeUndefined();
    expect(letsIn(manifest, pod('ops', 'job'), 8080)).toBe(true);
  });

  test('except clients', () => {
    const manifest = rendered([{
      ...web, sources: [{ kind: 'anyAuthenticated' }], exceptSources: [{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }],
    }], [], { leavesRest: true });

    expect(letsIn(manifest, pod('shop', 'web'), 8080)).toBe(true);
    expect(letsIn(manifest, pod('shop', 'job'), 8080)).toBe(false);
    expect(letsIn(manifest, pod('ops', 'web'), 8080)).toBe(false);
    expect(letsIn(manifest, outside('203.0.113.7'), 8080)).toBe(true);
  });

  test('of anyone spare the node of the pod, for its probes; of the nodes they do not', () => {
    const all = rendered([anyone], [anyone]);
    const named = rendered([{ ...anyone, sources: [{ kind: 'anyone' }, { kind: 'nodes' }] }], [anyone]);

    for (const client of [pod('shop', 'web'), pod('ops', 'job'), outside('203.0.113.7'), otherNode]) {
      expect(letsIn(all, client, 8080)).toBe(false);
      expect(letsIn(named, client, 8080)).toBe(false);
    }
    expect(letsIn(all, node, 8080)).toBe(true);
    expect(letsIn(named, node, 8080)).toBe(false);
  });

  test('keep to the 40 ports that one entry may hold', () => {
    const ports = Array.from({ length: 85 }, (_, i) => ({ port: 1000 + i, protocol: 'HTTP' as const }));

    expect(rendered([{ ...web, ports }]).spec.ingressDeny[0].toPorts.map((entry: any) => entry.ports.length)).toEqual([40, 40, 5]);
  });

  test.each<[string, Partial<AccessRule>, Partial<AccessModel>, string]>([
    ['some requests', { requests: [{ ...ANY_REQUEST, methods: ['GET'] }] }, {}, 'a denial of some requests'],
    ['addresses', { sources: [{ kind: 'ipBlock', cidr: '192.0.2.0/24', except: [] }] }, {}, "a denial of addresses '192.0.2.0/24'"],
    ['nodes on the port of a probe', { sources: [{ kind: 'nodes' }] }, { healthProbes: [{ path: '/', port: 8080 }] },
      'a denial of the nodes on the port 8080 of a health probe'],
    ['the API server on the port of a probe', { sources: [{ kind: 'apiServer' }] }, { healthProbes: [{ path: '/', port: 8080 }] },
      'a denial of the API server on the port 8080 of a health probe'],
    ['nodes by their labels, of which the node of the pod may be one', { sources: [{ kind: 'nodeLabels', labels: { pool: 'edge' } }] }, {},
      "a denial of nodes with the labels 'pool=edge'"],
    ['a long ServiceAccount', { sources: [{ kind: 'serviceAccount', name: 'a'.repeat(64), namespace: 'shop' }] }, {},
      `ServiceAccount 'shop/${'a'.repeat(64)}'`],
    ['pods by labels of no identity', { sources: [{ kind: 'pods', labels: { 'pod-template-hash': 'x' }, namespace: 'shop' }] }, {},
      "pods with the label 'pod-template-hash' as a source"],
  ])('of %s are refused', (_, denial, more, what) => {
    expect(ciliumAccess(true).render(policy([anyone], { denials: [{ ...web, ...denial }], ...more })).refusals)
      .toEqual([expect.objectContaining({ what })]);
  });

  test('of nodes are for ports without a probe, and of anyone for all', () => {
    const healthProbes = [{ path: '/', port: 8080 }];
    const nodes = { ...web, sources: [{ kind: 'nodes' as const }], ports: [undeclared] };

    expect(ciliumAccess(true).render(policy([anyone], { denials: [nodes, anyone], healthProbes })).refusals).toEqual([]);
  });
});

describe('refuses', () => {
  const reasons = (model: AccessModel) => ciliumAccess(true).render(model).refusals.map(({ what, reason }) => `${what}: ${reason}`);

  test('nothing that it can say', () => {
    expect(reasons(policy([web]))).toEqual([]);
  });

  test('pods whose labels are unknown', () => {
    expect(reasons(policy([web], { destination: { service: 'cart', ports: [http] } }))).toEqual([
      "a policy for 'cart': a CiliumNetworkPolicy selects the pods by their labels, which are unknown",
    ]);
  });

  test('ServiceAccounts with names that no selector can hold', () => {
    const name = 'a'.repeat(64);
    const long = { kind: 'serviceAccount' as const, name, namespace: 'shop' };

    expect(reasons(policy([{ ...web, sources: [long] }]))).toEqual([
      `ServiceAccount 'shop/${name}': a selector of Cilium takes values of at most 63 characters`,
    ]);
    expect(reasons(policy([{ ...web, sources: [{ kind: 'namespace', name: 'shop' }], exceptSources: [long] }]))).toHaveLength(1);
    expect(reasons(policy([{ ...web, sources: [{ ...long, name: name.slice(1) }] }]))).toEqual([]);
  });

  test('SPIFFE ids as exceptions', () => {
    expect(reasons(policy([{
      ...web, sources: [{ kind: 'anyAuthenticated' }], exceptSources: [{ kind: 'spiffeId', id: 'spiffe://example.org/web' }],
    }]))).toEqual([
      "the exception SPIFFE id 'spiffe://example.org/web': Cilium knows clients by their ServiceAccount, their namespace or their address, not by SPIFFE ids",
    ]);
  });

  test('requests that it cannot tell', () => {
    expect(reasons(policy([{ ...web, requests: [{ ...ANY_REQUEST, path: { type: 'exact', value: `/${'a'.repeat(200)}` } }] }]))).toHaveLength(1);
  });
});
