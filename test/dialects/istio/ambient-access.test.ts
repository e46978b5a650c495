import { ADMIN, ANYONE, asJob, asWeb, client, GET, HTTP, JOB, OPS, policy, REDIS, rule, sentences, WEB } from './models';
import { Identity, HttpMatch, MeshImplementation, MeshService, MeshTarget, ServiceAccessPolicy } from '../../../src';
import { istioAmbientAccess } from '../../../src/dialects/istio/ambient-access';
import { allowedByIstioAmbient } from '../../../src/evaluators/access/istio-ambient';
import type { AccessRule } from '../../../src/model/access';
import { inYaml, ofKind, shop, synth } from '../../setup';
import { letsInBy } from '../requests';

const ambient = istioAmbientAccess({ strictMutualTls: false });
const WAYPOINT = 'spiffe://cluster.local/ns/shop/sa/waypoint';

interface Arrival {
  /** The SPIFFE id, if there is one. */
  readonly client?: string;
  readonly ip?: string;
  readonly port: number;
  readonly method?: string;
}

/** The three ways to the pods: straight, by the Service `cart`, by another Service of the same pods. */
function ways(manifests: readonly any[]) {
  const letsIn = letsInBy(allowedByIstioAmbient);
  const by = (service: string) => ({ client: spiffeId, ip, port, method = 'GET' }: Arrival, podPort: number) =>
    letsIn(manifests, client(spiffeId, ip), podPort, { method, entrance: { service, port } });
  return {
    straight: ({ client: spiffeId, ip, port, method = 'GET' }: Arrival) => letsIn(manifests, client(spiffeId, ip), port, { method }),
    byService: by('cart'),
    byOtherService: by('legacy'),
  };
}

test('a client that may GET is let in by the policy of the Service, and its waypoint by that of the pods', () => {
  expect(inYaml(ambient.render(policy(rule([WEB], { requests: [GET] }))).manifests)).toMatchInlineSnapshot(`
"apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: cart-access
  namespace: shop
spec:
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/shop/sa/waypoint
      to:
        - operation:
            ports:
              - "8080"
  selector:
    matchLabels:
      app: cart
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: cart-access-waypoint
  namespace: shop
spec:
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/shop/sa/web
      to:
        - operation:
            ports:
              - "80"
            methods:
              - GET
  targetRefs:
    - group: ""
      kind: Service
      name: cart
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: waypoint-deny-by-default
  namespace: shop
spec:
  action: ALLOW
  targetRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: waypoint
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: cart-access
  namespace: shop
spec:
  mtls:
    mode: STRICT
  selector:
    matchLabels:
      app: cart
"
`);
});

test('who may send anything may come straight', () => {
  const { straight } = ways(ambient.render(policy(rule([OPS], { exceptSources: [JOB], ports: [REDIS, ADMIN] }), rule([ANYONE]))).manifests);

  expect(straight({ client: 'spiffe://cluster.local/ns/ops/sa/web', port: 6379 })).toBe(true);
  expect(straight({ client: asJob, port: 9090 })).toBe(false);
  expect(straight({ port: 8080 })).toBe(true);
  expect(straight({ client: WAYPOINT, port: 9090 })).toBe(false);
});

test('requests are told apart at the waypoint, and there is no other way in', () => {
  const { straight, byService, byOtherService } = ways(ambient.render(policy(rule([WEB], { requests: [GET] }))).manifests);
  const get = { client: asWeb, method: 'GET' };

  expect(byService({ ...get, port: 80 }, 8080)).toBe(true);
  expect(byService({ ...get, method: 'PUT', port: 80 }, 8080)).toBe(false);
  expect(byService({ ...get, client: asJob, port: 80 }, 8080)).toBe(false);
  expect(byService({ ...get, port: 8080 }, 8080)).toBe(false);
  expect(straight({ ...get, port: 8080 })).toBe(false);
  expect(byOtherService({ ...get, port: 80 }, 8080)).toBe(false);
});

test('and may come by the waypoint, too', () => {
  const { straight, byService } = ways(ambient.render(policy(rule([WEB], { ports: [REDIS, ADMIN] }))).manifests);

  expect(straight({ client: asWeb, port: 6379 })).toBe(true);
  expect(straight({ client: asWeb, port: 9090 })).toBe(true);
  expect(straight({ client: asJob, port: 6379 })).toBe(false);
  expect(byService({ client: asWeb, port: 6379 }, 6379)).toBe(true);
  expect(byService({ client: asJob, port: 6379 }, 6379)).toBe(false);
  expect(straight({ client: WAYPOINT, port: 9090 })).toBe(false);
});

test('a policy that allows nothing does not let in the waypoint', () => {
  const manifests = ambient.render(policy()).manifests;

  expect(manifests).toHaveLength(1);
  expect(ways(manifests).straight({ client: WAYPOINT, port: 8080 })).toBe(false);
});

test('addresses let in who comes straight; the waypoint does not see them', () => {
  const { straight, byService } = ways(ambient.render(policy(
    rule([{ kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] }, WEB]),
    rule([{ kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] }], { ports: [REDIS] }),
  )).manifests);

  expect(straight({ ip: '10.0.0.1', port: 8080 })).toBe(true);
  expect(straight({ ip: '192.0.2.1', port: 8080 })).toBe(false);
  expect(byService({ client: asWeb, ip: '192.0.2.1', port: 80 }, 8080)).toBe(true);
  expect(byService({ client: asJob, ip: '10.0.0.1', port: 80 }, 8080)).toBe(false);
  expect(straight({ client: WAYPOINT, ip: '192.0.2.1', port: 6379 })).toBe(false);
});

test('nobody passes the waypoint where the pods would take it for a client', () => {
  const byAddress = ways(ambient.render(policy(rule([{ kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] }]))).manifests);
  const asOneOfMany = ways(ambient.render(policy(rule([{ kind: 'namespace', name: 'shop' }], { ports: [ADMIN] }))).manifests);

  expect(byAddress.straight({ client: WAYPOINT, ip: '10.9.9.9', port: 8080 })).toBe(true);
  expect(byAddress.byService({ client: asJob, ip: '192.0.2.1', port: 80 }, 8080)).toBe(false);
  expect(asOneOfMany.straight({ client: WAYPOINT, port: 9090 })).toBe(true);
  expect(asOneOfMany.byOtherService({ client: asJob, port: 9090 }, 9090)).toBe(false);
});

test.each([
  ANYONE, { kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] } as const,
])('refuses requests of clients that do not pass the waypoint: $kind', source => {
  expect(sentences(ambient.render(policy(rule([source, WEB], { requests: [GET] }))).refusals)).toEqual([
    'requests of clients without an identity: clients outside the mesh do not pass the waypoint, and only the waypoint sees requests. '
    + 'Name identities, like Identity.anyAuthenticated(), or leave out `requests` and `endUsers`',
  ]);
  expect(ambient.render(policy(rule([source]))).refusals).toEqual([]);
});

test('refuses requests on ports that the waypoint does not have', () => {
  expect(sentences(ambient.render(policy(rule([WEB], { ports: [HTTP, ADMIN], requests: [GET] }))).refusals)).toEqual([
    'requests on port 9090: the Service does not declare the port, so calls to it do not pass the waypoint, and only the waypoint sees requests. '
    + 'Declare the port, or leave out `requests` and `endUsers`',
  ]);
});

test('two policies behind one waypoint share its default', () => {
  const chart = shop(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT, waypoint: 'gate' }));
  for (const name of ['cart', 'till']) {
    new ServiceAccessPolicy(chart, name, {
      destination: MeshService.of(name, { ports: [{ port: 80, targetPort: 8080 }, { port: 81, targetPort: 8080 }], podSelector: { app: name } }),
      allow: [{ sources: [Identity.serviceAccount('web')], requests: [HttpMatch.get('/')] }],
    });
  }
  const policies = ofKind(synth(chart), 'AuthorizationPolicy');

  expect(policies.map(({ spec }) => spec.targetRefs?.map((ref: any) => `${ref.kind}/${ref.name}`))).toEqual([
    undefined, ['Service/cart'], ['Gateway/gate'], undefined, ['Service/till'],
  ]);
  expect(policies[2].metadata.name).toBe('gate-deny-by-default');
  expect(policies[1].spec.rules[0].to[0].operation.ports).toEqual(['80', '81']);
  expect(ways([policies[0]]).straight({ client: 'spiffe://cluster.local/ns/shop/sa/gate', port: 8080 })).toBe(true);
});

describe('pods without a Service', () => {
  const { service, ...pods } = policy().destination;
  const ofPods = (...rules: AccessRule[]) => ({ ...policy(...rules), destination: pods });

  test('let in nobody by way of a waypoint', () => {
    const { manifests } = ambient.render(ofPods(rule([{ kind: 'namespace', name: 'shop' }]), rule([ANYONE], { ports: [ADMIN] })));
    const { straight, byOtherService } = ways(manifests);

    expect(manifests.map(({ kind, metadata: { name } }) => [kind, name])).toEqual([['AuthorizationPolicy', 'cart-access'], ['PeerAuthentication', 'cart-access']]);
    expect(straight({ client: asWeb, port: 8080 })).toBe(true);
    expect(straight({ client: asJob, port: 8080 })).toBe(false);
    expect(straight({ port: 9090 })).toBe(true);
    expect(straight({ client: WAYPOINT, port: 8080 })).toBe(false);
    expect(byOtherService({ client: asJob, port: 80 }, 8080)).toBe(false);
    expect(ambient.closes?.(ofPods(rule([WEB])))).toBeUndefined();
  });

  test('deny addresses and identities, and tell no requests apart', () => {
    const denying = { ...ofPods(rule([OPS])), denials: [rule([JOB]), rule([{ kind: 'ipBlock', cidr: '10.0.0.0/24', except: [] }])] };
    const { straight } = ways(ambient.render(denying).manifests);

    expect(straight({ client: 'spiffe://cluster.local/ns/ops/sa/web', ip: '10.0.1.1', port: 8080 })).toBe(true);
    expect(straight({ client: 'spiffe://cluster.local/ns/ops/sa/web', ip: '10.0.0.1', port: 8080 })).toBe(false);
    expect(straight({ client: asJob, ip: '10.0.1.1', port: 8080 })).toBe(false);
    expect(sentences(ambient.render(ofPods(rule([WEB], { requests: [GET] }))).refusals)).toEqual([
      'requests to pods without a Service: calls to them pass no waypoint of a Service, and only a waypoint sees requests. '
      + 'Give the pods a Service, and use its MeshService, or leave out what the policy says of requests',
    ]);
  });
});
