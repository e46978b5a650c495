import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import type { MeshTarget } from '../../src';
import {
  EgressDestination, EgressPolicy, Exposure, ExternalAuthorization, HttpMatch, Identity, JwtAuthentication, MeshService, MeshTargets, MutualTls,
  MutualTlsMode,
  ServiceAccessDenial, ServiceAccessPolicy, ServiceRoute,
} from '../../src';
import type { Pod, Request } from '../../src/evaluators/access/request';
import { LINKERD, PLAIN } from '../oracle/access/targets';

type Labels = Readonly<Record<string, string>>;

/** Targets in which the Service itself is known to those who ask policies. */
const BY_SERVICE = ['Istio, in ambient mode', 'Consul, with the namespaces of Kubernetes', 'Consul, with one namespace', 'Consul, which denies by default'];
/** Each policy lets in the clients of one namespace, or those of one ServiceAccount where namespaces are not known. */
const CLIENTS = ['web', 'job', 'ops'];

interface Part {
  /** What they have beside those of all pods of the Service. */
  readonly labels: Labels;
  readonly requests: readonly HttpMatch[];
}

const reviews = MeshService.of('reviews', { port: 9080, podSelector: { app: 'reviews' } });

/** A policy for each of the parts of one Service, whose pods run as ServiceAccounts of their own. */
function manifestsOf(target: MeshTarget, parts: readonly Part[]): readonly any[] | string {
  const app = new App();
  MeshTargets.of(app).add(target);
  const chart = new Chart(app, 'bookinfo', { namespace: 'bookinfo' });
  const byAccount = target._dialects.access.supports.NamespaceSource.level === 'none';
  parts.forEach(({ labels, requests }, i) => new ServiceAccessPolicy(chart, `reviews-${i}`, {
    destination: reviews.subset(labels, { serviceAccount: `reviews-${i}` }),
    allow: [{
      sources: [byAccount ? Identity.serviceAccount('client', CLIENTS[i]) : Identity.namespace(CLIENTS[i])],
      ...(requests.length > 0 && target._dialects.access.supports.PathMatching.level !== 'none' && { requests: [...requests] }),
    }],
  }));
  try {
    return Testing.synth(chart);
  } catch (error) {
    return String(error);
  }
}

function request(namespace: string, labels: Labels, part: number): Request {
  const pod: Pod = { service: 'reviews', namespace: 'bookinfo', serviceAccount: `reviews-${part}`, labels, ports: [{ port: 9080, protocol: 'HTTP' }] };
  return {
    client: {
      kind: 'pod',
      ip: '10.1.0.5',
      namespace,
      serviceAccount: 'client',
      labels: {},
      meshed: true,
      namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
    },
    pod,
    port: 9080,
    entrance: { service: 'reviews', port: 9080 },
    method: 'GET',
    path: '/reviews/7',
    headers: {},
    query: {},
  };
}

const VERSIONS = ['v1', 'v2', 'v3'];
const selector = fc.record({ version: fc.constantFrom(...VERSIONS), tier: fc.constantFrom('a', 'b') }, { requiredKeys: [] })
  .filter(labels => Object.keys(labels).length > 0) as fc.Arbitrary<Labels>;
const parts = fc.array(fc.record<Part>({
  labels: selector, requests: fc.constantFrom([], [HttpMatch.of({ pathPrefix: '/reviews' })]),
}), { minLength: 2, maxLength: 3 });

const isIn = (labels: Labels, chosen: Labels) => Object.entries(chosen).every(([key, value]) => labels[key] === value);
const areApart = (a: Labels, b: Labels) => Object.keys(a).some(key => key in b && a[key] !== b[key]);

describe.each(Object.entries(PLAIN))('%s', (title, [target, allows]) => {
  test('policies for pods that no two of them select stand side by side, and hold for their own', () => {
    let rendered = 0;
    fc.assert(fc.property(parts, fc.constantFrom(...CLIENTS), (all, client) => {
      const manifests = manifestsOf(target, all);
      const apart = all.every((one, i) => all.slice(0, i).every(other => areApart(one.labels, other.labels)));
      expect([all, typeof manifests !== 'string']).toEqual([all, apart && !BY_SERVICE.includes(title)]);
      if (typeof manifests === 'string') {
        expect(manifests).toMatch(BY_SERVICE.includes(title) ? /MESH2002: .*cannot express policies for some of the pods of a Service/ : /MESH3001/);
        return;
      }
      rendered++;
      all.forEach(({ labels }, i) => {
        const pod = { app: 'reviews', version: 'v1', tier: 'a', ...labels };
        const own = all.findIndex(other => isIn(pod, other.labels));
        fc.pre(own === i);
        expect([all, client, allows(manifests, request(client, pod, i))]).toEqual([all, client, client === CLIENTS[i]]);
      });
    }), { numRuns: 60 });
    expect(rendered > 5).toBe(!BY_SERVICE.includes(title));
  });
});

const OF_VERSIONS = VERSIONS.map((version): Part => ({ labels: { version }, requests: [] }));
const serverNames = (all: readonly Part[]) => (manifestsOf(LINKERD, all) as any[])
  .filter(({ kind }) => kind === 'Server').map(({ metadata: { name } }) => name);

test('the name of a Server follows from the pods that it selects: one of all pods of a Service needs no more than the Service', () => {
  const [v1, v2, v3] = OF_VERSIONS;

  expect(serverNames([v1, v2, v3])).toEqual(['reviews-9080-4d54c346', 'reviews-9080-b4dcf1fc', 'reviews-9080-40f2c36e']);
  expect(serverNames([v3, v2, v1])).toEqual(['reviews-9080-40f2c36e', 'reviews-9080-b4dcf1fc', 'reviews-9080-4d54c346']);
  expect(serverNames([v2])).toEqual(['reviews-9080-b4dcf1fc']);
  expect(serverNames([{ ...v2, labels: { version: 'v2', app: 'reviews' } }])).toEqual(['reviews-9080-b4dcf1fc']);
});

test.each(
  Object.entries(PLAIN).filter(([title]) => !BY_SERVICE.includes(title)),
)('%s: the app has the Service and its pods, and nothing is amiss', (_, [target]) => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const app = new App();
  MeshTargets.of(app).add(target);
  const chart = new Chart(app, 'bookinfo', { namespace: 'bookinfo' });
  const service = new ApiObject(chart, 'service', {
    apiVersion: 'v1', kind: 'Service', metadata: { name: 'reviews' }, spec: { selector: { app: 'reviews' }, ports: [{ port: 9080 }] },
  });
  const byAccount = target._dialects.access.supports.NamespaceSource.level === 'none';
  OF_VERSIONS.map(({ labels }) => ({ app: 'reviews', ...labels })).forEach((labels, i) => {
    new ApiObject(chart, `pods-${i}`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `reviews-${i}` },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { serviceAccountName: `reviews-${i}`, containers: [{ name: 'main', image: 'x' }] } },
      },
    });
    new ServiceAccessPolicy(chart, `reviews-${i}`, {
      destination: MeshService.fromKubeService(service).subset(labels, { serviceAccount: `reviews-${i}` }),
      allow: [{ sources: [byAccount ? Identity.serviceAccount('client', 'web') : Identity.namespace('web')] }],
    });
  });

  expect(service.name).toBe('reviews');
  expect(Testing.synth(chart).length).toBeGreaterThan(6);
  expect(warn.mock.calls).toEqual([]);
});

test.each([true, false])('a rate limit of Linkerd is for one Server, and so for no Service that has several (route first: %s)', first => {
  const app = new App();
  MeshTargets.of(app).add(LINKERD);
  const chart = new Chart(app, 'bookinfo', { namespace: 'bookinfo' });
  const limit = () => new ServiceRoute(chart, 'route', { service: reviews, rules: [{ backends: [{ service: reviews }] }], rateLimit: { requests: 5 } });
  if (first) limit();
  OF_VERSIONS.forEach(({ labels }, i) => new ServiceAccessPolicy(chart, `reviews-${i}`, { destination: reviews.subset(labels), allow: [] }));
  if (!first) limit();

  expect(() => Testing.synth(chart)).toThrow(/rate limits of the pods of 'reviews': .*Write a ServiceAccessPolicy for 'reviews' with the same targets, for all of its pods/);
});

const POLICIES_OF: Readonly<Record<string, (chart: Chart, id: string, service: MeshService) => unknown>> = {
  ServiceAccessPolicy: (chart, id, destination) => new ServiceAccessPolicy(chart, id, { destination, allow: [] }),
  MutualTls: (chart, id, workload) => new MutualTls(chart, id, { workload, mode: MutualTlsMode.STRICT }),
  ServiceAccessDenial: (chart, id, destination) => new ServiceAccessDenial(chart, id, { destination, deny: [{ sources: [Identity.anyone()] }] }),
  JwtAuthentication: (chart, id, workload) => new JwtAuthentication(chart, id, { workload, issuers: [{ issuer: 'https://login.example.com' }] }),
  ExternalAuthorization: (chart, id, workload) => new ExternalAuthorization(chart, id, { workload, authorizer: 'opa' }),
  EgressPolicy: (chart, id, workload) => new EgressPolicy(chart, id, { workload, allow: [] }),
  EgressDestination: (chart, id, service) => new EgressPolicy(chart, id, { allow: [EgressDestination.service(service)], closeCluster: true }),
  ServiceRoute: (chart, id, service) => new ServiceRoute(chart, id, { service, rules: [{ backends: [{ service }] }] }),
  backend: (chart, id, service) => new ServiceRoute(chart, id, {
    service: MeshService.of('other', { port: 9080 }), rules: [{ backends: [{ service }] }],
  }),
  Exposure: (chart, id, service) => new Exposure(chart, id, { service, hostnames: ['a.example.com'] }),
};
const KINDS = Object.keys(POLICIES_OF);

describe.each(KINDS)('%s', kind => {
  const errorsOf = (...made: readonly (readonly [string, MeshService])[]) => {
    const app = new App();
    MeshTargets.of(app).add(LINKERD);
    const chart = new Chart(app, 'bookinfo', { namespace: 'bookinfo' });
    made.forEach(([one, service], i) => POLICIES_OF[one](chart, `construct-${i}`, service));
    return app.node.findAll().flatMap(({ node }) => node.validate()).join('\n');
  };
  const all = reviews;
  const tiered = MeshService.of('reviews', { port: 9080, podSelector: { app: 'reviews', tier: 'a' } });
  const unknown = MeshService.of('reviews', { port: 9080 });

  test.each(KINDS)('one Service has one podSelector, in a %s too', other => {
    expect(errorsOf([kind, all], [other, tiered])).toMatch(/MESH3009: in target 'linkerd', Service 'bookinfo\/reviews' has the `podSelector` app=reviews,tier=a here, and another one in 'bookinfo\/construct-0'/);
    expect(errorsOf([kind, tiered], [other, all])).toContain('MESH3009');
    expect(errorsOf([kind, all], [other, all])).not.toContain('MESH3009');
    expect(errorsOf([kind, all], [other, unknown])).not.toContain('MESH3009');
    expect(errorsOf([kind, all], [other, all.variant('reviews-v2', { podSelector: { app: 'reviews', version: 'v2' } })])).not.toContain('MESH3009');
    expect(errorsOf([kind, all], [other, MeshService.of('reviews', { port: 9080, namespace: 'next', podSelector: { app: 'reviews', tier: 'a' } })])).not.toContain('MESH3009');
  });

  test('a subset is for policies and among backends, and clients call no subset', () => {
    const isPolicy = !['ServiceRoute', 'Exposure'].includes(kind);
    const one = all.subset({ version: 'v1' });

    if (isPolicy) {
      expect(errorsOf([kind, one], ['ServiceRoute', all])).not.toContain('MESH3009');
      expect(errorsOf([kind, one], ['ServiceRoute', tiered])).toContain('MESH3009');
    } else {
      expect(() => errorsOf([kind, one])).toThrow(/MESH1320: `\S*service` is a subset of the pods of 'reviews'/);
    }
  });
});

test('the other pods of a Service are nothing that a policy for a subset leaves out', () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const app = new App();
  MeshTargets.of(app).add(LINKERD);
  const chart = new Chart(app, 'bookinfo', { namespace: 'bookinfo' });
  VERSIONS.forEach(version => new ApiObject(chart, version, { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { app: 'reviews', version } } }));
  new ServiceAccessPolicy(chart, 'access', { destination: reviews.subset({ version: 'v1' }), allow: [{ sources: [Identity.namespace('web')] }] });

  expect(Testing.synth(chart).length).toBeGreaterThan(3);
  expect(warn.mock.calls).toEqual([]);
});
