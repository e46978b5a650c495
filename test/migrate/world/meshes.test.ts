import { joined, worldOf } from './setup';
import type { SmiMesh } from '../../../src/dialects/smi/read/meshes';
import type { Membership } from '../../../src/migrate/world';

/** Whether a pod is in the mesh, with these marks of its own and these of its namespace. */
function membership(mesh: SmiMesh, pod: object, namespace?: object): Membership {
  const world = worldOf(joined(
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', ...pod } }),
    ...namespace === undefined ? [] : [JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'a', ...namespace } })],
  ), mesh);
  return world.isMeshed(world.workloads[0]);
}

const labels = (name: string, value: string) => ({ labels: { [name]: value } });
const annotations = (name: string, value: string) => ({ annotations: { [name]: value } });

test('OSM injects what pod or namespace ask for, the pod first, in namespaces that it monitors', () => {
  const inject = (value: string) => annotations('openservicemesh.io/sidecar-injection', value);
  const monitored = labels('openservicemesh.io/monitored-by', 'osm');

  expect(membership('osm', inject('enabled'))).toBeUndefined();
  expect(membership('osm', inject('enabled'), inject('enabled'))).toBe(false);
  expect(membership('osm', {}, monitored)).toBe(false);
  expect(membership('osm', {}, { ...monitored, ...inject('Enabled') })).toBe(true);
  expect(membership('osm', inject('no'), { ...monitored, ...inject('enabled') })).toBe(false);
  expect(membership('osm', inject('yes'), monitored)).toBe(true);
});

test.each<[SmiMesh, (value: string) => object, string, string]>([
  ['linkerd', value => annotations('linkerd.io/inject', value), 'enabled', 'disabled'],
  ['linkerd', value => annotations('linkerd.io/inject', value), 'ingress', 'disabled'],
  ['nginx', value => labels('injector.nsm.nginx.com/auto-inject', value), 'enabled', 'disabled'],
])('%s goes by the pod, then by the namespace', (mesh, mark, on, off) => {
  expect(membership(mesh, mark(on))).toBe(true);
  expect(membership(mesh, mark(off), mark(on))).toBe(false);
  expect(membership(mesh, {}, mark(on))).toBe(true);
  expect(membership(mesh, {}, mark(off))).toBe(false);
  expect(membership(mesh, {})).toBeUndefined();
});

test('Linkerd injects nothing that nobody asks for; NGINX Service Mesh does, or not, by its installation', () => {
  expect([membership('linkerd', {}, {}), membership('nginx', {}, {})]).toEqual([false, undefined]);
  expect(membership('nginx', annotations('injector.nsm.nginx.com/auto-inject', 'true'))).toBe(true);
});

test('Consul goes by the pod, and else by its installation', () => {
  expect(membership('consul', annotations('consul.hashicorp.com/connect-inject', 'true'))).toBe(true);
  expect(membership('consul', annotations('consul.hashicorp.com/mesh-inject', 'false'))).toBe(false);
  expect(membership('consul', {}, labels('consul.hashicorp.com/connect-inject', 'true'))).toBeUndefined();
});

test('Istio goes by the pod, then by the namespace', () => {
  expect(membership('istio-adapter', labels('sidecar.istio.io/inject', 'true'))).toBe(true);
  expect(membership('istio-adapter', annotations('sidecar.istio.io/inject', 'false'), labels('istio-injection', 'enabled'))).toBe(false);
  expect(membership('istio-adapter', {}, labels('istio-injection', 'enabled'))).toBe(true);
  expect(membership('istio-adapter', {}, labels('istio.io/rev', 'canary'))).toBe(true);
  expect(membership('istio-adapter', {}, labels('istio.io/dataplane-mode', 'ambient'))).toBe(true);
  expect(membership('istio-adapter', {}, {})).toBe(false);
  expect(membership('istio-adapter', {})).toBeUndefined();
});

test.each<SmiMesh>(['osm', 'linkerd', 'istio-adapter'])('a Namespace without a mark tells nothing to %s, unless it is read from a cluster: commands of meshes write marks there', mesh => {
  expect(membership(mesh, {}, {})).toBe(false);
  expect(membership(mesh, {}, { uid: undefined })).toBeUndefined();
});

test('nothing tells for Traefik Mesh and the specification', () => {
  expect([membership('traefik', {}, {}), membership('spec', {}, {})]).toEqual([undefined, undefined]);
});

test('a namespace is in the mesh with any pod of it, and out of it if nothing can be', () => {
  const namespace = (name: string, annotation?: string) => JSON.stringify({
    apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: name, ...annotation !== undefined && annotations('linkerd.io/inject', annotation) },
  });
  const pod = (name: string, annotation?: string) => JSON.stringify({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: name, ...annotation !== undefined && annotations('linkerd.io/inject', annotation) },
  });
  const account = JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a', namespace: 'accounts' } });
  const world = worldOf(joined(
    namespace('on', 'enabled'), pod('on', 'disabled'), namespace('off'), pod('off'), namespace('some'), pod('some', 'enabled'), pod('nobody-says'), account,
    // What is said of it in several places holds together, and nothing where they differ.
    namespace('parts'), namespace('parts', 'enabled'), namespace('both', 'disabled'), namespace('both', 'enabled'),
  ), 'linkerd');

  expect(Object.fromEntries(world.namespaces())).toEqual({
    'accounts': undefined, 'both': undefined, 'nobody-says': undefined, 'off': false, 'on': true, 'parts': true, 'some': true,
  });
});
