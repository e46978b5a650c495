import { Duration } from 'cdk8s';
import { HttpMatch, MeshImplementation, MeshProtocol, MeshService, MeshTarget, ServiceRoute } from '../../src';
import { routedByKuma } from '../../src/evaluators/routes/kuma';
import { expectValid } from '../schema';
import { ofKind, portable, refused, shop, synth } from '../setup';

const KIND = { group: 'kuma.io', kind: 'MeshMultiZoneService' };
const store = MeshService.of('store', { port: 8080 });
const everywhere = MeshService.ofKind('store', { ...KIND, port: 8080, namespace: 'kuma-system' });
const reference = { kind: KIND.kind, labels: { 'kuma.io/display-name': 'store', 'k8s.kuma.io/namespace': 'kuma-system' }, port: 8080 };
const kuma = () => MeshTarget.kuma({ trustDomain: 'default.zone-1.mesh.local' });

portable('the Service of a zone and those of all zones share the requests', chart => {
  new ServiceRoute(chart, 'route', { service: store, rules: [{ backends: [{ service: store, weight: 90 }, { service: everywhere, weight: 10 }] }] });
}, {
  smi: refused('backends of other kinds'),
  gatewayApi: ([route]) => expect(route.spec.rules[0].backendRefs[1]).toEqual({ ...KIND, name: 'store', namespace: 'kuma-system', port: 8080, weight: 10 }),
  istio: refused('backends of other kinds', 'Istio answers with 500'),
  linkerd: refused('backends of other kinds', 'Linkerd sends requests to Services'),
});

function routed(props: object, target = kuma(), service = store): any[] {
  const chart = shop(target);
  new ServiceRoute(chart, 'route', { service, rules: [{ backends: [{ service: everywhere }] }], ...props });
  return synth(chart);
}

test('Kuma sends requests there, and copies of them', () => {
  const manifests = routed({
    mirrors: [{ service: everywhere, percent: 5 }],
    rules: [{ matches: [HttpMatch.of({ pathPrefix: '/api' })], backends: [{ service: everywhere }] }, { backends: [{ service: store }] }],
  });
  const [{ spec: { to: [{ rules: [rule] }] } }] = ofKind(manifests, 'MeshHTTPRoute');
  const asked = { client: { namespace: 'web' }, protocol: 'HTTP', host: 'store', method: 'GET', headers: {}, query: {}, response: {} } as const;
  const to = { service: 'store', namespace: 'shop', port: 8080 };

  expectValid(...manifests);
  expect(rule.default).toEqual({
    filters: [{ type: 'RequestMirror', requestMirror: { percentage: 5, backendRef: reference } }], backendRefs: [{ ...reference, weight: 1 }],
  });
  expect(routedByKuma(manifests, { ...asked, to, path: '/api' })).toMatchObject({
    arrivals: [{ service: 'MeshMultiZoneService.kuma.io kuma-system/store:8080' }],
  });
  expect(routedByKuma(manifests, { ...asked, to, path: '/' })).toMatchObject({ arrivals: [{ service: 'shop/store:8080' }] });
});

test('Kuma sends connections there', () => {
  const tcp = { port: 6379, protocol: MeshProtocol.TCP };
  const redis = MeshService.ofKind('redis', { ...KIND, ...tcp, namespace: 'kuma-global' });
  const [route] = routed({ rules: [{ backends: [{ service: redis }] }] }, kuma(), MeshService.of('redis', tcp));

  expectValid(route);
  expect([route.kind, route.spec.to[0].rules[0].default.backendRefs]).toEqual(['MeshTCPRoute', [
    { kind: KIND.kind, labels: { 'kuma.io/display-name': 'redis', 'k8s.kuma.io/namespace': 'kuma-global' }, port: 6379, weight: 1 },
  ]]);
});

test.each<[string, object, RegExp]>([
  ['its namespace', { rules: [{ backends: [{ service: MeshService.ofKind('store', { ...KIND, port: 8080 }) }] }] },
    /backends of other kinds \(rule 1 on port 8080\).*'store' by the namespace of the global control plane, which is unknown\. Give it to MeshService\.ofKind/],
  ['that of a mirror', { mirrors: [{ service: MeshService.ofKind('store', { ...KIND, port: 8080 }) }] }, /the namespace of the global control plane/],
  ['another kind', { rules: [{ backends: [{ service: MeshService.ofKind('bin', { group: 'acme.io', kind: 'Bucket', port: 8080 }) }] }] }, /'bin' is of another kind/],
  ['another group', { rules: [{ backends: [{ service: MeshService.ofKind('store', { ...KIND, group: 'acme.io', port: 8080 }) }] }] }, /'store' is of another kind/],
  ['pods that are watched', { circuitBreaking: { consecutiveErrors: 5 } }, /circuit breaking by errors in a row.*hold only for the clients there/],
  ['a cookie', { stickiness: { name: 'cart', absoluteTimeout: Duration.hours(1) } }, /session stickiness.*hold only for the clients there/],
])('to Kuma, %s is not left open, nor said of all zones', (_, props, error) => {
  expect(() => routed(props)).toThrow(error);
});

test('of the routes of Gateway API, Kuma sends nothing there', () => {
  const target = MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: 'default.zone-1.mesh.local' });

  expect(() => routed({}, target)).toThrow(/backends of other kinds.*none of anything else that a route names/);
});
