import { App, Chart } from 'cdk8s';
import { sentences } from './models';
import {
  EgressDestination, EgressPolicy, EgressPort, Exposure, ExposureGateway, GatewayAccessPolicy, HttpMatch, Identity, MeshImplementation, MeshService,
  MeshTarget, MeshTargets, NamespaceAccessDefault,
} from '../../../src';
import { istioEgress, istioEgressByGateway } from '../../../src/dialects/istio/egress';
import { type Destination, departure } from '../../../src/meaning/journey';
import type { EgressModel, EgressPort as Port } from '../../../src/model/egress';
import { ANY_REQUEST } from '../../../src/model/match';
import { compile } from '../../../src/targets/compile';
import { reading } from '../../reading/world';
import { expectValid } from '../../schema';
import { inYaml, synth } from '../../setup';

const TARGET = MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, networkPolicy: true });
const GATEWAY = { name: 'egress', namespace: 'infra' };
const CART = { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } };
const http: Port = { port: 80, protocol: 'HTTP' };

function model(more: Partial<EgressModel> = {}, ...ports: Port[]): EgressModel {
  const destinations: EgressModel['destinations'] = [{ kind: 'host', host: 'api.example.com', ports: ports.length === 0 ? [http] : ports }];
  return { name: 'cart-egress', namespace: 'shop', workload: CART, destinations, gateway: GATEWAY, ...more };
}

test('the pods may call the gateway alone, and there each may call its own hosts', () => {
  const { manifests, errors } = compile('egress', TARGET, model({}, { ...http, tls: { port: 443 }, requests: [{ ...ANY_REQUEST, methods: ['GET'] }] }));

  expect(errors).toEqual([]);
  expectValid(...manifests.map(({ shared, ...manifest }) => manifest));
  expect(inYaml(manifests)).toMatchInlineSnapshot(`
"apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: cart-egress
  namespace: shop
spec:
  workloadSelector:
    labels:
      app: cart
  egress:
    - hosts:
        - "*/*.svc.cluster.local"
        - ./api.example.com
  outboundTrafficPolicy:
    mode: REGISTRY_ONLY
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: egress-api.example.com
  namespace: shop
spec:
  hosts:
    - api.example.com
  ports:
    - number: 80
      name: http-80
      protocol: HTTP
  resolution: DNS
  location: MESH_EXTERNAL
  exportTo:
    - "."
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: egress-api.example.com
  namespace: shop
spec:
  hosts:
    - api.example.com
  exportTo:
    - "."
  http:
    - match:
        - port: 80
          method:
            exact: GET
      route:
        - destination:
            host: egress-istio.infra.svc.cluster.local
            port:
              number: 443
    - match:
        - port: 80
      directResponse:
        status: 403
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: infra
  annotations:
    networking.istio.io/service-type: ClusterIP
spec:
  gatewayClassName: istio
  listeners:
    - name: mesh
      port: 443
      protocol: HTTPS
      tls:
        mode: Terminate
        options:
          gateway.istio.io/tls-terminate-mode: ISTIO_MUTUAL
      allowedRoutes:
        namespaces:
          from: Same
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: egress-egress
  namespace: infra
spec:
  host: egress-istio.infra.svc.cluster.local
  trafficPolicy:
    portLevelSettings:
      - port:
          number: 443
        tls:
          mode: ISTIO_MUTUAL
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: egress-api.example.com
  namespace: infra
spec:
  hosts:
    - api.example.com
  ports:
    - number: 80
      name: http-80
      protocol: HTTP
      targetPort: 443
  resolution: DNS
  location: MESH_EXTERNAL
  exportTo:
    - "."
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: egress-api.example.com
  namespace: infra
spec:
  parentRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: egress
  hostnames:
    - api.example.com
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: /
      backendRefs:
        - group: networking.istio.io
          kind: Hostname
          name: api.example.com
          port: 80
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: egress-api.example.com
  namespace: infra
spec:
  host: api.example.com
  trafficPolicy:
    portLevelSettings:
      - port:
          number: 80
        tls:
          mode: SIMPLE
          caCertificates: system
          sni: api.example.com
          subjectAltNames:
            - api.example.com
  exportTo:
    - "."
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: cart-egress
  namespace: infra
spec:
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/shop/sa/cart
      to:
        - operation:
            hosts:
              - api.example.com
              - api.example.com:80
            methods:
              - GET
  targetRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: egress
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: cart-egress
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cart
  policyTypes:
    - Egress
  egress:
    - to:
        - namespaceSelector: {}
"
`);
});

test('refuses what a gateway does not know, or does not hold to', () => {
  const told = (...of: Parameters<typeof model>) => sentences(istioEgressByGateway({}).render(model(...of)).refusals);

  expect([
    ...told({ workload: undefined }),
    ...told({ workload: { ...CART, serviceAccount: undefined } }),
    ...told({ workload: { ...CART, subset: { app: 'cart' } } }),
    ...told({ namespace: 'infra' }),
    ...told({ gateway: { name: 'egress', namespace: 'istio-system' } }),
    ...told({}, http, { port: 8080, protocol: 'HTTP' }),
    ...told({}, { port: 443, protocol: 'TLS' }),
    ...told({}, { ...http, retries: { attempts: 1, statusCodes: [], grpcStatuses: [], connectionFailures: true } }),
    ...told({}, { ...http, tls: { port: 443, caConfigMap: 'corp' } }),
    ...told({}, { ...http, requests: [{ ...ANY_REQUEST, path: { type: 'prefix', value: '/v1' } }] }),
    ...told({}, { ...http, requests: [{ ...ANY_REQUEST, headers: [{ name: 'x-key', type: 'exact', value: '7' }] }] }),
    ...told({}, { ...http, requests: [{ ...ANY_REQUEST, path: { type: 'exact', value: '/v1*' } }] }),
  ],
  ).toMatchInlineSnapshot(`
[
  "calls by a gateway for a whole namespace: a gateway knows clients by their ServiceAccount, and a workload with a policy of its own has one of that namespace. Write a policy for each workload",
  "calls by a gateway from 'cart': a gateway knows clients by their ServiceAccount, which is unknown. Give the MeshService its \`serviceAccount\`",
  "calls by a gateway from some of the pods of 'cart': a gateway knows clients by their ServiceAccount, which the others may have too. Write the policy for all pods of the Service",
  "calls from namespace 'infra' by its own gateway 'egress': a host is called in one way from all pods of a namespace, and the gateway has to call it itself. Give the gateway a namespace of its own",
  "a gateway in namespace 'istio-system': it is the root namespace of Istio, where what is said of a host holds for the whole mesh. Give the gateway a namespace of its own",
  "several ports of 'api.example.com' by a gateway: the gateway tells requests apart by their host, and leads each host to one port. Name one of them",
  "TLS of 'api.example.com' on port 443 by a gateway: inside its own TLS it does not see which server a client names (istio/istio#48955). Have the gateway begin it: EgressPort.http(80, { tls: { port: 443 } })",
  "retries of 'api.example.com' on port 80 by a gateway: the gateway tries again by itself, and the tries multiply. Leave them out",
  "certificates of 'api.example.com' on port 80 by a gateway: they belong to the namespace of the policy, and the gateway has another one. Leave them out: the CAs of the system are trusted then",
  "requests of 'api.example.com' on port 80 by a gateway: a policy there tells them apart by methods and whole paths alone. Name methods, and paths with \`path\`",
  "requests of 'api.example.com' on port 80 by a gateway: a policy there tells them apart by methods and whole paths alone. Name methods, and paths with \`path\`",
  "the path '/v1*': an AuthorizationPolicy reads '*' at either end as a wildcard, and cannot match the character itself. Leave the match out for this target",
]
`);
  expect(istioEgressByGateway({ rootNamespace: 'mesh' }).render(model({ gateway: { name: 'egress', namespace: 'istio-system' } })).refusals).toEqual([]);
});

test('without a NetworkPolicy, nothing keeps pods from going past the gateway', () => {
  expect(istioEgress.supports.EgressGateway).toMatchObject({ level: 'none', remedy: 'Say `networkPolicy: true` for the target' });
  expect(compile('egress', MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }), model()).errors).toHaveLength(1);
});

test('with a second layer, a policy without a gateway is the same as ever', () => {
  const own = model({ gateway: undefined });
  expect(compile('egress', TARGET, own).manifests).toEqual(istioEgress.render(own).manifests);
});

test('who reads it back never takes a call for one that leaves past the gateway, nor for denied where the gateway takes it', () => {
  const addresses: EgressModel['destinations'][0] = { kind: 'cidr', cidr: '198.51.100.0/24', ports: [{ port: 5432, protocol: 'TCP' }] };
  const { manifests } = compile('egress', TARGET, model({ destinations: [...model().destinations, addresses] }));
  const { readings } = reading(manifests.map(({ shared, ...manifest }) => manifest));
  const pods = { kind: 'pod' as const, namespace: 'shop', labels: { app: 'cart' }, serviceAccount: 'cart', meshed: true };
  const outcome = (to: Destination, path?: string) => departure({ readings, portsBehind: () => [] }, pods, to,
    path === undefined ? undefined : { method: 'GET', path, host: to.host, headers: {}, query: {} }).outcome;

  expect(outcome({ host: 'api.example.com', address: '203.0.113.10', port: 80, protocol: 'HTTP' }, '/')).toBe('unknown');
  expect(outcome({ host: 'pay.example.org', address: '203.0.113.20', port: 80, protocol: 'HTTP' }, '/')).toBe('denied');
  expect(outcome({ host: 'api.example.com', address: '203.0.113.10', port: 443, protocol: 'TLS' })).toBe('denied');
  expect(outcome({ address: '198.51.100.7', port: 5432, protocol: 'TCP' })).toBe('allowed');
});

type Make = (chart: Chart) => unknown;

interface More { readonly account?: string; readonly gateway?: typeof GATEWAY | null }

const policyOf = (name: string, hosts: readonly string[], port = EgressPort.http(), more: More = {}): Make => chart => {
  const { account = name, gateway = GATEWAY } = more;
  const workload = MeshService.of(name, { port: 8080, podSelector: { app: name }, serviceAccount: account });
  return new EgressPolicy(chart, `${name}-egress`, { workload, allow: hosts.map(host => EgressDestination.host(host, port)), ...(gateway && { gateway }) });
};

function app(...all: Make[]): () => any[] {
  return () => {
    const root = new App();
    MeshTargets.of(root).add(TARGET);
    const chart = new Chart(root, 'shop', { namespace: 'shop' });
    all.forEach(make => make(chart));
    root.charts.forEach(one => synth(one));
    return synth(chart);
  };
}

test('policies of several workloads add up at a gateway, in any order', () => {
  const cart = policyOf('cart', ['api.example.com', 'pay.example.org']);
  const checkout = policyOf('checkout', ['pay.example.org']);
  const key = (manifests: readonly any[]) => manifests.map(one => JSON.stringify(one)).sort();

  expect(key(app(cart, checkout)())).toEqual(key(app(checkout, cart)()));
  const there = app(cart, checkout)().filter(({ metadata: { namespace } }) => namespace === 'infra');
  expect(there.map(({ kind, metadata: { name } }) => `${kind} ${name}`).sort()).toEqual([
    'AuthorizationPolicy shop-cart-egress-c8186c27', 'AuthorizationPolicy shop-checkout-egress-c845b3c2', 'DestinationRule egress-egress', 'Gateway egress',
    'HTTPRoute egress-api.example.com', 'HTTPRoute egress-pay.example.org', 'ServiceEntry egress-api.example.com', 'ServiceEntry egress-pay.example.org',
  ]);
});

test('nothing else lets anybody in at the gateway, or says something else of a host there', () => {
  const cart = policyOf('cart', ['api.example.com']);
  const shared = ExposureGateway.shared('egress', 'infra', { className: 'istio' });
  const infra = (chart: Chart) => new Chart(chart.node.root, 'infra', { namespace: 'infra' });
  const both = (other: Make) => [app(cart, other), app(other, cart)];
  const anyone = { sources: [Identity.anyone()] };

  for (const make of [
    ...both(policyOf('checkout', ['pay.example.org'], EgressPort.http(), { account: 'cart' })),
    ...both(policyOf('checkout', ['pay.example.org'], EgressPort.http(), { account: 'cart', gateway: null })),
    ...both(policyOf('checkout', ['api.example.com'], EgressPort.http(), { gateway: null })),
    ...both(policyOf('checkout', ['api.example.com'], EgressPort.http(8080))),
    ...both(policyOf('checkout', ['api.example.com'], EgressPort.http(80, { tls: { port: 443 } }))),
    ...both(policyOf('checkout', ['api.example.com'], EgressPort.http(80, { requests: [HttpMatch.of({ methods: ['GET'] })] }))),
    ...both(policyOf('checkout', ['api.example.com'], EgressPort.http(), { gateway: { name: 'other', namespace: 'infra' } })),
    ...both(chart => new GatewayAccessPolicy(chart, 'edge', { gateway: shared, allow: [anyone] })),
    ...both(chart => new NamespaceAccessDefault(infra(chart), 'default', { allow: [{ sources: [Identity.anyAuthenticated()] }] })),
    ...both(chart => new Exposure(chart, 'outside', { service: MeshService.of('a', { port: 80 }), gateway: shared, hostnames: ['api.example.com'] })),
  ]) {
    expect(make).toThrow(/MESH300[0-9]/);
  }
  expect(app(cart, chart => new GatewayAccessPolicy(chart, 'edge', { gateway: shared, deny: [anyone] }))).not.toThrow();
});

test('a gateway that no host is called by, and names that no cluster takes, are mistakes', () => {
  expect(app(policyOf('cart', []))).toThrow(/MESH1006: no host is called by the gateway 'egress'/);
  expect(app(policyOf('cart', ['api.example.com'], EgressPort.http(), { gateway: { name: 'egress', namespace: 'Infra' } }))).toThrow(/MESH1007/);
});
