import { ApiObject, App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import type { MeshServicePort } from '../../src';
import {
  CanaryRelease, ConsulNamespaces, EgressDestination, EgressPolicy, ExternalAuthorization, Identity, MeshImplementation, MeshProtocol, MeshService,
  MeshTarget,
  MeshTargets, MutualTls, MutualTlsMode, ServiceAccessPolicy, SmiImplementation,
} from '../../src';

const gateway = (mesh: MeshImplementation, options = {}) => () => MeshTarget.gatewayApi({ mesh, ...options });

/** Whether policies are for ports of the pods, and mutual TLS is. */
const TARGETS: Readonly<Record<string, { readonly make: () => MeshTarget; readonly policies: boolean; readonly mutualTls?: boolean }>> = {
  'SMI': { make: () => MeshTarget.smi(), policies: true },
  'Open Service Mesh': { make: () => MeshTarget.smi({ implementation: SmiImplementation.OSM }), policies: true },
  'Istio': { make: gateway(MeshImplementation.ISTIO), policies: true, mutualTls: false },
  'Istio ambient': { make: gateway(MeshImplementation.ISTIO_AMBIENT), policies: true, mutualTls: false },
  'Linkerd': { make: gateway(MeshImplementation.LINKERD), policies: true, mutualTls: true },
  'Cilium': { make: gateway(MeshImplementation.CILIUM), policies: true },
  'Kuma': { make: () => MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' }), policies: true, mutualTls: false },
  'Consul': { make: () => MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED }), policies: false, mutualTls: false },
  'NetworkPolicy': { make: () => MeshTarget.networkPolicy(), policies: true },
};

interface Cluster {
  /** What the Service of the app says. */
  readonly targetPort?: number | string;
  readonly said: Pick<MeshServicePort, 'targetPort' | 'targetPortName'>;
  /** What the containers call their ports, where the app has them. */
  readonly names?: Readonly<Record<string, number>>;
  /** Of the port of the Service: HTTP, or datagrams. */
  readonly datagrams?: boolean;
}

const clusters: fc.Arbitrary<Cluster> = fc.record({
  targetPort: fc.constantFrom(undefined, 80, 8080, 'serving', 'admin'),
  said: fc.constantFrom<Cluster['said']>({}, { targetPort: 80 }, { targetPort: 8080 }, { targetPortName: 'serving', targetPort: 8080 }),
  names: fc.constantFrom<Cluster['names']>(undefined, { serving: 8080 }, { serving: 80, admin: 8080 }, { admin: 8080 }),
});

/** Whether a policy surely holds where the Service leads to; a name is surely that of the same port only. */
function isSame({ targetPort = 80, said, names = {} }: Cluster): boolean {
  const own = said.targetPortName ?? said.targetPort ?? 80;
  const numberOf = (port: number | string) => typeof port === 'number' ? port : names[port] ?? port;
  return numberOf(own) === numberOf(targetPort);
}

function errorsOf(make: () => MeshTarget, cluster: Cluster, say: (chart: Chart, cart: MeshService) => void): string[] {
  const app = new App();
  MeshTargets.of(app).add(make());
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const { targetPort, said, names, datagrams = false } = cluster;
  const [transport, protocol] = datagrams ? [{ protocol: 'UDP' }, MeshProtocol.UDP] : [{ appProtocol: 'http' }, MeshProtocol.HTTP];
  say(chart, MeshService.of('cart', { ports: [{ port: 80, protocol, ...said }], podSelector: { app: 'cart' }, serviceAccount: 'cart' }));
  const object = (kind: string, apiVersion: string, spec: object) => new ApiObject(chart, kind, { apiVersion, kind, metadata: { name: 'cart' }, spec } as any);
  object('Service', 'v1', { selector: { app: 'cart' }, ports: [{ port: 80, targetPort, ...transport }] });
  if (names !== undefined) {
    const ports = Object.entries(names).map(([name, containerPort]) => ({ name, containerPort, ...datagrams && { protocol: 'UDP' } }));
    object('Deployment', 'apps/v1', { template: { metadata: { labels: { app: 'cart' } }, spec: { serviceAccountName: 'cart', containers: [{ ports }] } } });
  }
  return app.node.findAll().flatMap(({ node }) => node.validate()).filter(error => error.includes('MESH1104: the Service'));
}

const policy = (chart: Chart, destination: MeshService) =>
  new ServiceAccessPolicy(chart, 'policy', { destination, allow: [{ sources: [Identity.serviceAccount('web')] }] });

beforeEach(() => void jest.spyOn(console, 'warn').mockImplementation(() => undefined));

test.each(Object.entries(TARGETS))('%s: a policy is held against where the Service of the app leads', (_, { make, policies }) => {
  fc.assert(fc.property(clusters, cluster => {
    expect(errorsOf(make, cluster, policy).length > 0).toBe(policies && !isSame(cluster));
  }), { numRuns: 60 });
});

test.each(Object.entries(TARGETS).filter(([, { mutualTls }]) => mutualTls !== undefined))('%s: mutual TLS, where it is for ports', (_, { make, mutualTls }) => {
  const say = (chart: Chart, workload: MeshService) => new MutualTls(chart, 'mtls', { workload, mode: MutualTlsMode.STRICT });
  fc.assert(fc.property(clusters, cluster => {
    expect(errorsOf(make, cluster, say).length > 0).toBe(mutualTls! && !isSame(cluster));
  }), { numRuns: 20 });
});

test('Istio: nobody is asked about requests to another port of the pods', () => {
  const say = (chart: Chart, workload: MeshService) => new ExternalAuthorization(chart, 'opa', { workload, authorizer: 'opa' });
  fc.assert(fc.property(clusters, cluster => {
    expect(errorsOf(TARGETS.Istio.make, cluster, say).length > 0).toBe(!isSame(cluster));
  }), { numRuns: 60 });
});

/** Those that close the cluster. */
const CLOSING = Object.entries(TARGETS).filter(([, { make }]) => make()._dialects.egress.supports.ClosedCluster.level !== 'none');

test('some targets close the cluster', () => expect(CLOSING.map(([title]) => title)).toEqual(expect.arrayContaining(['Cilium', 'NetworkPolicy'])));

test.each(CLOSING)('%s: calls that a closed cluster still has are held against where the Service leads to', (_, { make }) => {
  const say = (chart: Chart, service: MeshService) =>
    new EgressPolicy(chart, 'egress', { allow: [EgressDestination.service(service)], closeCluster: true });
  fc.assert(fc.property(clusters, fc.boolean(), (one, datagrams) => {
    const cluster = { ...one, datagrams };
    expect(errorsOf(make, cluster, say).length > 0).toBe(!isSame(cluster));
    expect(errorsOf(make, cluster, policy).length > 0).toBe(!isSame(cluster));
  }), { numRuns: 60 });
});

test('a release needs no port of the pods, until these have a policy', () => {
  const release = (chart: Chart, service: MeshService) =>
    new CanaryRelease(chart, 'release', { service, stable: service, canary: MeshService.of('cart-v2', { port: 80 }), weight: 10 });
  const { make } = TARGETS.Linkerd;
  const cluster = { targetPort: 8080, said: {} };
  const elsewhere = MeshService.of('cart', { ports: [{ port: 80, targetPort: 8080 }], podSelector: { app: 'cart' } });

  expect(errorsOf(make, cluster, release)).toEqual([]);
  expect(errorsOf(make, cluster, (chart, cart) => { release(chart, cart); policy(chart, elsewhere); })[0])
    .toContain("MESH1104: the Service 'shop/cart' of the app leads port 80 to port 8080 of its pods, and the MeshService says 80. "
      + 'Write `targetPort: 8080` on that port of the MeshService, or make it with `MeshService.fromKubeService`.');
});
