import { MIGRATED, optionsFor } from './fixtures';
import { group, manifestsOf, planOf, printed, service, split, target, verdictsOf } from './setup';

const services = ['cart', 'cart-v1', 'cart-v2', 'cart-v3'].map(name => service(name));
const matches = (...names: string[]) => ({ matches: names.map(name => ({ kind: 'HTTPRouteGroup', name })) });
const beta = group('beta', { name: 'beta', headers: { 'x-beta': 'yes' } });
/** The construct alone. */
const said = (...all: Parameters<typeof planOf>) => printed(planOf(...all)).split('\n\n').at(-1);

test('shares in tenths of a percent are a release', () => {
  const made = planOf('linkerd', [...services, split('cart', 'cart', { 'cart-v1': '900m', 'cart-v2': '100m' })]);

  expect(printed(made)).toMatchInlineSnapshot(`
"// Service cart, a.yaml:1
const cart = MeshService.of('cart', { ports: [{ port: 80, name: 'http', appProtocol: 'http' }], podSelector: { app: 'cart' } });

// Service cart-v1, a.yaml:3
const cartV1 = MeshService.of('cart-v1', { ports: [{ port: 80, name: 'http', appProtocol: 'http' }], podSelector: { app: 'cart-v1' } });

// Service cart-v2, a.yaml:5
const cartV2 = MeshService.of('cart-v2', { ports: [{ port: 80, name: 'http', appProtocol: 'http' }], podSelector: { app: 'cart-v2' } });

// TrafficSplit cart, a.yaml:9
new CanaryRelease(this, 'cart', { service: cart, stable: cartV1, canary: cartV2, weight: 10 });"
`);
  expect(verdictsOf(made)).toEqual({ 'TrafficSplit cart': 'same' });
});

test('the Service itself among its backends is the stable version', () => {
  expect(said('linkerd', [...services, split('cart', 'cart', { 'cart-v2': 1, 'cart': 3 })])).toMatchInlineSnapshot(`
"// TrafficSplit cart, a.yaml:9
new CanaryRelease(this, 'cart', { service: cart, stable: cart, canary: cartV2, weight: 25 });"
`);
});

test('three versions are variants, and other shares a route by weights', () => {
  expect(said('linkerd', [...services, split('cart', 'cart', { 'cart-v1': 80, 'cart-v2': 15, 'cart-v3': 5 })])).toMatchInlineSnapshot(`
"// TrafficSplit cart, a.yaml:9
new CanaryRelease(this, 'cart', {
  service: cart,
  stable: cartV1,
  variants: [{ service: cartV2, weight: 15 }, { service: cartV3, weight: 5 }],
});"
`);
  expect(said('linkerd', [...services, split('cart', 'cart', { 'cart-v1': 2, 'cart-v2': 1 })])).toMatchInlineSnapshot(`
"// TrafficSplit cart, a.yaml:9
new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [{ backends: [{ service: cartV1, weight: 2 }, { service: cartV2, weight: 1 }] }],
});"
`);
  expect(said('linkerd', [...services, split('cart', 'cart', { 'cart-v1': 1 })])).toMatchInlineSnapshot(`
"// TrafficSplit cart, a.yaml:9
new ServiceRoute(this, 'cart', { service: cart, rules: [{ backends: [{ service: cartV1 }] }] });"
`);
});

test('what matches go to is the canary of the Service, or a rule before the Service', () => {
  expect(said('osm', [...services, beta, split('cart', 'cart', { 'cart-v2': 1 }, matches('beta'))])).toMatchInlineSnapshot(`
"// TrafficSplit cart, a.yaml:11
new CanaryRelease(this, 'cart', {
  service: cart,
  stable: cart,
  canary: cartV2,
  matches: [HttpMatch.of({ headers: { 'x-beta': StringMatch.exact('yes') } })],
});"
`);
  expect(said('osm', [...services, beta, split('cart', 'cart', { 'cart-v1': 2, 'cart-v2': 1 }, matches('beta'))])).toMatchInlineSnapshot(`
"// TrafficSplit cart, a.yaml:11
new ServiceRoute(this, 'cart', {
  service: cart,
  rules: [
    {
      matches: [HttpMatch.of({ headers: { 'x-beta': StringMatch.exact('yes') } })],
      backends: [{ service: cartV1, weight: 2 }, { service: cartV2, weight: 1 }],
    },
    { backends: [{ service: cart }] },
  ],
});"
`);
});

test('matches beside shares for the rest are one release', () => {
  const [one, other] = [split('a', 'cart', { 'cart-v2': 1 }, matches('beta')), split('b', 'cart', { 'cart-v1': 9, 'cart-v2': 1 })];

  expect(said('traefik', [...services, beta, one, other])).toMatchInlineSnapshot(`
"// TrafficSplit a, a.yaml:11
// TrafficSplit b, a.yaml:13
new CanaryRelease(this, 'a', {
  service: cart,
  stable: cartV1,
  canary: cartV2,
  weight: 10,
  matches: [HttpMatch.of({ headers: { 'x-beta': StringMatch.regex('.*yes.*') } })],
});"
`);
});

test('ports come from the Services, or are stated', () => {
  const ports = [{ port: 80, targetPort: 'web', name: 'http' }, { port: 9000, targetPort: 9001, appProtocol: 'grpc' }, { port: 53, protocol: 'UDP' }];
  const both = ['cart', 'cart-v2'].map(name => service(name, ports));

  expect(printed(planOf('osm', [...both, split('cart', 'cart', { 'cart-v2': 1, 'cart': 1 })], { targets: [target('ISTIO')] }))).toMatchInlineSnapshot(`
"// Service cart, a.yaml:1
const cart = MeshService.of('cart', {
  ports: [
    { port: 80, name: 'http', targetPortName: 'web' },
    { port: 9000, protocol: MeshProtocol.GRPC, appProtocol: 'grpc', targetPort: 9001 },
    { port: 53, protocol: MeshProtocol.UDP },
  ],
  podSelector: { app: 'cart' },
});

// Service cart-v2, a.yaml:3
const cartV2 = MeshService.of('cart-v2', {
  ports: [
    { port: 80, name: 'http', targetPortName: 'web' },
    { port: 9000, protocol: MeshProtocol.GRPC, appProtocol: 'grpc', targetPort: 9001 },
    { port: 53, protocol: MeshProtocol.UDP },
  ],
  podSelector: { app: 'cart-v2' },
});

// TrafficSplit cart, a.yaml:5
new CanaryRelease(this, 'cart', { service: cart, ports: [80, 9000], stable: cart, canary: cartV2, weight: 50 });"
`);
  expect(printed(planOf('osm', [split('cart', 'cart', { 'cart-v2': 1, 'cart': 1 })], { ports: new Map([['*', [{ port: 8080 }]]]) }))).toMatchInlineSnapshot(`
"// Service cart, its ports are stated
const cart = MeshService.of('cart', { port: 8080 });

// Service cart-v2, its ports are stated
const cartV2 = MeshService.of('cart-v2', { port: 8080 });

// TrafficSplit cart, a.yaml:1
new CanaryRelease(this, 'cart', { service: cart, stable: cart, canary: cartV2, weight: 50 });"
`);
  const bare = ['cart', 'cart-v2'].map(name => service(name, [{ port: 80 }]));
  expect(verdictsOf(planOf('linkerd', [...bare, split('cart', 'cart', { 'cart-v2': 1, 'cart': 1 })]))).toMatchInlineSnapshot(`
{
  "TrafficSplit cart": "assumed: port 80 of Service 'cart' is taken to speak HTTP: port 80 of Service 'cart-v2' is taken to speak HTTP",
}
`);
});

test('what is not carried over says why', () => {
  const flagger = { ownerReferences: [{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'cart', uid: 'a' }] };
  const all = (...more: object[]) => verdictsOf(planOf('osm', [...services, beta, ...more]));

  expect(all(split('cart', 'cart', { 'cart-v2': 1 }, {}, flagger))).toMatchInlineSnapshot(`
{
  "HTTPRouteGroup beta": "inert: nothing in force refers to it",
  "TrafficSplit cart": "owned: Canary 'cart' writes it: have it write routes of the new mesh",
}
`);
  expect(all(split('cart', 'cart', { 'cart-v2': 1 }, {}, { labels: { 'failover.linkerd.io/controlled-by': 'linkerd-failover' } }))).toMatchInlineSnapshot(`
{
  "HTTPRouteGroup beta": "inert: nothing in force refers to it",
  "TrafficSplit cart": "owned: linkerd-failover writes its weights, and Linkerd's federated Services take its place",
}
`);
  expect(all(split('cart', 'cart', { 'cart-v2': 0, 'cart': 0 }))).toMatchInlineSnapshot(`
{
  "HTTPRouteGroup beta": "inert: nothing in force refers to it",
  "TrafficSplit cart": "notSaid: all its weights are 0, and SMI does not say who gets the requests then",
}
`);
  expect(all(split('cart', 'cart', { absent: 1 }))).toMatchInlineSnapshot(`
{
  "HTTPRouteGroup beta": "inert: nothing in force refers to it",
  "TrafficSplit cart": "notSaid: the ports of Service 'absent' are not known: give the Service, or state its port",
}
`);
  expect(all(split('cart', 'shop/cart', { 'cart-v2': 1 }))).toMatchInlineSnapshot(`
{
  "HTTPRouteGroup beta": "inert: nothing in force refers to it",
  "TrafficSplit cart": "inert: Open Service Mesh does not read 'shop/cart' as the name of a Service",
}
`);
  expect(all(split('a', 'cart', { 'cart-v2': 1 }), split('b', 'cart', { 'cart-v1': 1 }, matches('beta')))).toMatchInlineSnapshot(`
{
  "HTTPRouteGroup beta": "notSaid: TrafficSplit 'b' is not carried over",
  "TrafficSplit a": "notSaid: which of 'a' and 'b' holds is not known",
  "TrafficSplit b": "notSaid: which of 'a' and 'b' holds is not known",
}
`);
  expect(all({ ...split('cart', 'cart', { 'cart-v2': 1 }, { strange: 1 }) })).toMatchInlineSnapshot(`
{
  "HTTPRouteGroup beta": "inert: nothing in force refers to it",
  "TrafficSplit cart": "unreadable: TrafficSplit 'cart' has something that is not known: spec.strange: it is not known here",
}
`);
  expect(all({ apiVersion: 'metrics.smi-spec.io/v1alpha1', kind: 'TrafficMetrics', metadata: { name: 'a' } },
    { apiVersion: 'split.smi-spec.io/v1alpha1', kind: 'Other', metadata: { name: 'a' } })).toMatchInlineSnapshot(`
{
  "? a": "noPart: SMI has no such kind in split.smi-spec.io",
  "HTTPRouteGroup beta": "inert: nothing in force refers to it",
}
`);
});

test('to a target that follows the routes of backends, none is carried over that sends requests to a Service with another', () => {
  const all = [...services, service('web'), split('cart', 'cart', { 'cart-v1': 1, 'cart-v2': 1 }), split('web', 'web', { cart: 1, web: 1 }), split('none', 'cart-v3', { 'cart': 0, 'cart-v1': 1 })];
  const verdicts = (to: keyof typeof MIGRATED) => verdictsOf(planOf('osm', all, optionsFor(MIGRATED[to])));

  expect(verdicts('istio')).toMatchObject({ 'TrafficSplit cart': 'same', 'TrafficSplit web': 'same', 'TrafficSplit none': 'same' });
  expect(verdicts('consul, mirrored')).toMatchObject({
    'TrafficSplit cart': 'same',
    'TrafficSplit web': expect.stringContaining("notSaid: it sends requests to Service 'cart', which has a TrafficSplit of its own"),
    'TrafficSplit none': 'same',
  });
});

test('what a target refuses stands in the program as a comment', () => {
  const kafka = ['kafka', 'kafka-v2'].map(name => service(name, [{ port: 9092, appProtocol: 'tcp' }]));
  const made = planOf('osm', [...kafka, split('kafka', 'kafka', { 'kafka': 1, 'kafka-v2': 1 })], { targets: [target('ISTIO'), target('LINKERD')] });

  expect(printed(made)).toMatchInlineSnapshot(`
"// TrafficSplit kafka, a.yaml:5
// TODO a.yaml:5: MESH2001: target 'linkerd' cannot express routing of TCP ports, and of TLS ports whatever the server name (port 9092):
// Linkerd reads this kind of route in v1alpha2, which needs \`channel: GatewayApiChannel.EXPERIMENTAL\`.
// new CanaryRelease(this, 'kafka', {
//   service: MeshService.of('kafka', {
//     ports: [{ port: 9092, protocol: MeshProtocol.TCP, appProtocol: 'tcp' }],
//     podSelector: { app: 'kafka' },
//   }),
//   stable: MeshService.of('kafka', {
//     ports: [{ port: 9092, protocol: MeshProtocol.TCP, appProtocol: 'tcp' }],
//     podSelector: { app: 'kafka' },
//   }),
//   canary: MeshService.of('kafka-v2', {
//     ports: [{ port: 9092, protocol: MeshProtocol.TCP, appProtocol: 'tcp' }],
//     podSelector: { app: 'kafka-v2' },
//   }),
//   weight: 50,
// });"
`);
  expect(verdictsOf(made)).toMatchInlineSnapshot(`
{
  "TrafficSplit kafka": "notSaid: MESH2001: target 'linkerd' cannot express routing of TCP ports, and of TLS ports whatever the server name (port 9092): Linkerd reads this kind of route in v1alpha2, which needs \`channel: GatewayApiChannel.EXPERIMENTAL\`.",
}
`);
  expect(manifestsOf(made)).toEqual([]);
});
