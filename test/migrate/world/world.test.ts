import * as fc from 'fast-check';
import { deployment, findingsOf, joined, worldOf } from './setup';
import { documentsIn } from '../../../src/manifests/documents';
import { World } from '../../../src/migrate/world';

const pods = (name: string, serviceAccountName: string, labels: object, containers: object[] = []) =>
  deployment(name, { serviceAccountName, containers }, { labels });
const service = (name: string, selector: object, targetPort: number | string = 80) => JSON.stringify({
  apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector, ports: [{ port: 80, targetPort }] },
});

/** One Service with three ServiceAccounts behind it, one of which has two workloads; two share their labels. */
const REVIEWS = joined(
  service('reviews', { app: 'reviews' }, 'http'), service('reviews-v1', { 'app': 'reviews', 'version': 'v1', 'rollouts-pod-template-hash': 'x' }),
  JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'outside', namespace: 'shop' }, spec: { type: 'ExternalName', externalName: 'example.org' } }),
  pods('reviews-v1', 'v1', { app: 'reviews', version: 'v1' }, [{ ports: [{ name: 'http', containerPort: 8080 }] }]),
  pods('reviews-v1b', 'v1', { app: 'reviews', version: 'v1' }, [{ ports: [{ name: 'http', containerPort: 9080 }, { name: 'http', containerPort: 8080 }] }]),
  pods('reviews-v2', 'v2', { app: 'reviews', version: 'v2' }),
  pods('reviews-v3', 'v3', { app: 'reviews', version: 'v2' }),
  JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'other', labels: { app: 'reviews', version: 'v1' } } }),
);

test('workloads, Services and ServiceAccounts lead to each other', () => {
  const world = worldOf(REVIEWS);
  const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
  const reviews = world.service('shop', 'reviews')!;

  expect(names(world.servicesIn('shop'))).toEqual(['outside', 'reviews', 'reviews-v1']);
  expect(names(world.workloadsOf({ namespace: 'shop', name: 'v1' }))).toEqual(['reviews-v1', 'reviews-v1b']);
  expect(world.workloadsOf({ namespace: 'other', name: 'v1' })).toEqual([]);
  expect(names(world.podsBehind(reviews))).toEqual(['reviews-v1', 'reviews-v1b', 'reviews-v2', 'reviews-v3']);
  // What a controller adds to a selector is not known of pods that are not there yet.
  expect(names(world.podsBehind(world.service('shop', 'reviews-v1')!))).toEqual(['reviews-v1', 'reviews-v1b']);
  expect(world.podsBehind(world.service('shop', 'outside')!)).toEqual([]);
  expect(names(world.servicesInFrontOf(world.workloadsOf({ namespace: 'shop', name: 'v2' })[0]))).toEqual(['reviews']);
  expect(world.accountsBehind(reviews)).toEqual(['v1', 'v2', 'v3']);
  expect(world.numbersOf(reviews, reviews.ports[0])).toEqual([8080, 9080]);
  const v1 = world.service('shop', 'reviews-v1')!;
  expect(world.numbersOf(v1, v1.ports[0])).toEqual([80]);
});

test('labels tell a ServiceAccount apart if no other has pods with them, and it has some', () => {
  const world = worldOf(REVIEWS);
  const v1 = { namespace: 'shop', name: 'v1' };
  const v2 = { namespace: 'shop', name: 'v2' };

  expect(world.isSeparable({ app: 'reviews', version: 'v1' }, v1)).toBe(true);
  expect(world.isSeparable({ app: 'reviews' }, v1)).toBe(false);
  expect(world.isSeparable({}, v1)).toBe(false);
  expect(world.isSeparable({ app: 'reviews', version: 'v2' }, v2)).toBe(false);
  expect(world.strangersWith({ app: 'reviews', version: 'v2' }, v2).map(({ name }) => name)).toEqual(['reviews-v3']);
  expect(world.isSeparable({ app: 'unknown' }, v1)).toBe(false);
});

const config = (traffic: string, version = 'config.openservicemesh.io/v1alpha2') =>
  `{apiVersion: ${version}, kind: MeshConfig, metadata: {name: osm-mesh-config, namespace: osm-system}, spec: {traffic: {${traffic}}}}`;

test('whether OSM enforced TrafficTargets is said by its configuration, and by nothing else', () => {
  const enforced = (text: string) => worldOf(text).enforcement?.isEnforced;

  expect(enforced('')).toBeUndefined();
  expect(enforced(config('enablePermissiveTrafficPolicyMode: true'))).toBe(false);
  expect(enforced(config('enablePermissiveTrafficPolicyMode: false'))).toBe(true);
  expect(enforced(config(''))).toBe(true);
  expect(enforced(config('enablePermissiveTrafficPolicyMode: true', 'config.flomesh.io/v1alpha3'))).toBe(false);
  expect(enforced(config('enablePermissiveTrafficPolicyMode: true', 'example.org/v1'))).toBeUndefined();

  const wrong = worldOf(config('enablePermissiveTrafficPolicyMode: "true"'));
  expect([wrong.enforcement, findingsOf(wrong)]).toEqual([undefined, ['a.yaml:1 spec.traffic.enablePermissiveTrafficPolicyMode: it must be true or false']]);
  expect(worldOf(config('enablePermissiveTrafficPolicyMode: true'), 'nginx').enforcement).toBeUndefined();
  const both = worldOf(joined(config('enablePermissiveTrafficPolicyMode: true'), config('')));
  expect([both.enforcement, findingsOf(both)]).toEqual([undefined, [
    'a.yaml:3 spec.traffic.enablePermissiveTrafficPolicyMode: there is another MeshConfig, which says something else',
  ]]);
});

test('what else that configuration did is named', () => {
  const world = worldOf(config('inboundExternalAuthorization: {enable: true}, inboundPortExclusionList: [6379, 7]'));

  expect(world.notMigrated.map(({ did }) => did)).toEqual(['an external service authorized requests', 'requests to ports 6379, 7 went past the mesh']);
});

test('an IngressBackend is read whole, and what is not known of it is a finding', () => {
  const world = worldOf(`
apiVersion: policy.openservicemesh.io/v1alpha1
kind: IngressBackend
metadata: {name: web, namespace: shop}
spec:
  backends:
    - {name: web, port: {number: 80, protocol: https}, tls: {skipClientCertValidation: true}}
    - {port: {number: 81}}
  sources: [{kind: Service, namespace: ingress, name: nginx}, {kind: IPRange, name: 10.0.0.0/8}, {kind: IPRange}]
  matches: [{kind: HTTPRouteGroup, name: a}]
  unknown: 1
`);

  expect(world.ingressBackends.map(({ place, ...rest }) => rest)).toEqual([{
    kind: 'IngressBackend',
    name: 'web',
    namespace: 'shop',
    backends: [{ service: 'web', port: 80, protocol: 'https', skipsCertificates: true }],
    sources: [{ kind: 'Service', namespace: 'ingress', name: 'nginx' }, { kind: 'IPRange', name: '10.0.0.0/8' }],
    hasMatches: true,
  }]);
  expect(findingsOf(world)).toEqual([
    'a.yaml:8 spec.backends[1]: there is no `name`',
    'a.yaml:9 spec.sources[2]: there is no `kind` and `name`',
    'a.yaml:11 spec.unknown: it is not known here',
  ]);
});

test.each([
  ['policy.openservicemesh.io/v1alpha1', 'Egress'],
  ['policy.flomesh.io/v1alpha1', 'Egress'],
  ['policy.openservicemesh.io/v1alpha1', 'UpstreamTrafficSetting'],
  ['policy.openservicemesh.io/v1alpha1', 'Retry'],
  ['config.openservicemesh.io/v1alpha2', 'MeshRootCertificate'],
  ['specs.smi.nginx.com/v1alpha2', 'RateLimit'],
  ['specs.smi.nginx.com/v1alpha1', 'CircuitBreaker'],
  ['metrics.smi-spec.io/v1alpha2', 'TrafficMetrics'],
  ['linkerd.io/v1alpha2', 'ServiceProfile'],
])('%s %s is named as not migrated', (apiVersion, kind) => {
  expect(worldOf(JSON.stringify({ apiVersion, kind, metadata: { name: 'a' } })).notMigrated).toMatchObject([{ kind, name: 'a', did: expect.stringMatching(/^it /) }]);
});

test('who writes TrafficSplits by itself is known by these', () => {
  const object = (apiVersion: string, kind: string, spec: object) => JSON.stringify({ apiVersion, kind, metadata: { name: 'web', namespace: 'shop' }, spec });
  const deliverer = (apiVersion: string, kind: string, spec: object, split: string) =>
    worldOf(object(apiVersion, kind, spec)).delivererOf('shop', split)?.kind;
  const rollout = (smi?: object) => ({ strategy: { canary: { trafficRouting: { ...smi && { smi } } } } });

  expect(deliverer('argoproj.io/v1alpha1', 'Rollout', rollout({ trafficSplitName: 'split' }), 'split')).toBe('Rollout');
  expect(deliverer('argoproj.io/v1alpha1', 'Rollout', rollout({}), 'web')).toBe('Rollout');
  expect(deliverer('argoproj.io/v1alpha1', 'Rollout', rollout(), 'web')).toBeUndefined();
  expect(deliverer('flagger.app/v1beta1', 'Canary', { provider: 'smi:v1alpha2', targetRef: { name: 'cart' } }, 'cart')).toBe('Canary');
  expect(deliverer('flagger.app/v1beta1', 'Canary', { targetRef: { name: 'cart' }, service: { name: 'cart-svc' } }, 'cart-svc')).toBe('Canary');
  expect(deliverer('flagger.app/v1beta1', 'Canary', { provider: 'gatewayapi:v1', targetRef: { name: 'cart' } }, 'cart')).toBeUndefined();
  expect(worldOf(object('argoproj.io/v1alpha1', 'Rollout', rollout({}))).notMigrated).toMatchObject([
    { kind: 'Rollout', did: "it writes TrafficSplit 'web' by itself: have it write routes of the new mesh instead" },
  ]);
});

test('the same object twice is one; a Service that is two things is none, and workloads are all', () => {
  const world = worldOf(joined(service('a', { app: 'a' }), service('b', { app: 'b' }), service('a', { app: 'a' }), service('b', { app: 'c' }),
    pods('w', 'one', { app: 'w' }), pods('w', 'one', { app: 'w' }), pods('w', 'two', { app: 'w' })));

  expect(world.services.map(({ name }) => name)).toEqual(['a']);
  expect(world.service('shop', 'b')).toBeUndefined();
  expect(world.workloads.map(({ serviceAccount }) => serviceAccount)).toEqual(['one', 'two']);
  expect(findingsOf(world)).toEqual([expect.stringMatching(/^a.yaml:\d+ : there is another Service 'b', which says something else$/)]);
});

test('the order of documents says nothing', () => {
  const documents = [...documentsIn('a.yaml', joined(REVIEWS, config('enablePermissiveTrafficPolicyMode: true'), config('enablePermissiveTrafficPolicyMode: true'),
    service('reviews', { app: 'other' }), service('twice', { a: 'b' }), service('twice', { a: 'b' }), pods('reviews-v1', 'v9', { app: true })))];
  const said = (world: World) => JSON.stringify([
    world.services, world.workloads, world.enforcement, [...world.namespaces()], findingsOf(world).sort(), world.servicesIn('shop').map(one => world.podsBehind(one)),
  ]);
  const expected = said(new World(documents, { mesh: 'osm' }));

  fc.assert(fc.property(fc.shuffledSubarray(documents, { minLength: documents.length }), shuffled => {
    expect(said(new World(shuffled, { mesh: 'osm' }))).toBe(expected);
  }), { numRuns: 20 });
});

test('whatever stands in a document, it is read without an error', () => {
  const kinds = fc.constantFrom(
    ['v1', 'Service'], ['v1', 'Pod'], ['v1', 'Namespace'], ['apps/v1', 'Deployment'], ['config.openservicemesh.io/v1alpha2', 'MeshConfig'],
    ['policy.openservicemesh.io/v1alpha1', 'IngressBackend'], ['flagger.app/v1beta1', 'Canary'], ['argoproj.io/v1alpha1', 'Rollout'], ['v1', '__proto__'],
  );
  const names = fc.constantFrom(
    'metadata', 'name', 'namespace', 'labels', 'annotations', 'spec', 'template', 'containers', 'ports', 'port', 'targetPort', 'selector', 'traffic', 'backends',
    'livenessProbe', 'httpGet', 'strategy', 'ownerReferences', '__proto__', 'constructor',
  );
  const { any } = fc.letrec(tie => ({
    any: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, 1, 1.5, 'a', '', true), fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(names, tie('any'), { maxKeys: 5 })),
  }));
  fc.assert(fc.property(fc.array(fc.tuple(kinds, fc.dictionary(names, any)), { maxLength: 3 }), objects => {
    const text = joined(...objects.map(([[apiVersion, kind], rest]) => JSON.stringify({ ...rest, apiVersion, kind })));
    const world = worldOf(text);
    world.services.forEach(one => one.ports.forEach(port => world.numbersOf(one, port)));
    world.namespaces();
    findingsOf(world);
  }), { numRuns: 300 });
});
