import { deployment, findingsOf, joined, worldOf } from '../../migrate/world/setup';

const WORKLOADS = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web, pod-template-hash: a1}}
  template:
    metadata:
      labels: {app: web, version: v1, rollouts-pod-template-hash: b2}
      annotations:
        prometheus.io/scrape: true
        prometheus.io/port: 9102
        openservicemesh.io/inbound-port-exclusion-list: "9102, 15000-15002,x"
    spec:
      serviceAccountName: web
      containers:
        - ports: [{containerPort: 8080, name: http}, {containerPort: 8080, name: http}]
      initContainers:
        - ports: [{containerPort: 5353, protocol: UDP}]
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: clean}, spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: clean}}, spec: {serviceAccount: old}}}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: lone, labels: {app: lone}}}
---
{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: shop}, spec: {template: {}, selector: {matchLabels: {app: a}, matchExpressions: [{}]}}}
---
{apiVersion: example.org/v1, kind: Deployment, metadata: {name: of-others}}
`;

test('workloads of every kind are their pods', () => {
  const world = worldOf(WORKLOADS, 'osm', 'jobs');

  expect(world.workloads.map(({ place, ...workload }) => workload)).toEqual([
    {
      kind: 'CronJob', name: 'clean', namespace: 'jobs', labels: { app: 'clean' }, annotations: {}, serviceAccount: 'old', ports: [], probes: [], pastTheMesh: [],
    },
    { kind: 'Pod', name: 'lone', namespace: 'jobs', labels: { app: 'lone' }, annotations: {}, serviceAccount: 'default', ports: [], probes: [], pastTheMesh: [] },
    { kind: 'Rollout', name: 'shop', namespace: 'jobs', labels: {}, annotations: {}, serviceAccount: 'default', ports: [], probes: [], pastTheMesh: [] },
    {
      kind: 'Deployment',
      name: 'web',
      namespace: 'shop',
      labels: { app: 'web', version: 'v1' },
      selector: { app: 'web' },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9102', 'openservicemesh.io/inbound-port-exclusion-list': '9102, 15000-15002,x' },
      serviceAccount: 'web',
      ports: [{ port: 8080, transport: 'TCP', name: 'http' }, { port: 5353, transport: 'UDP' }],
      probes: [],
      scrape: { port: 9102, path: '/metrics' },
      pastTheMesh: [{ first: 9102, last: 9102 }, { first: 15000, last: 15002 }],
    },
  ]);
  expect(findingsOf(world)).toEqual([]);
});

test('whatever has containers in a template makes pods, under a name that is only begun, too', () => {
  const spec = { template: { metadata: { labels: { app: 'a' } }, spec: { containers: [] } } };
  const world = worldOf(joined(
    JSON.stringify({ apiVersion: 'apps.kruise.io/v1alpha1', kind: 'CloneSet', metadata: { name: 'a' }, spec }),
    JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata: { generateName: 'clean-' }, spec }),
    JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata: {}, spec }),
    JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: {} }),
    JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'a' }, spec: { workloadRef: { name: 'a' } } }),
  ));

  expect(world.workloads.map(({ kind, name, labels }) => [kind, name, labels])).toEqual([['CloneSet', 'a', { app: 'a' }], ['Job', 'clean-', { app: 'a' }]]);
  expect(findingsOf(world)).toEqual(['a.yaml:5 : the object has no name', 'a.yaml:7 spec: there is no `template` of pods']);
});

test('what pods are chosen by must be known', () => {
  const world = worldOf(deployment('web', { serviceAccountName: ['web'], containers: [{ ports: [{ name: 'http' }] }] }, { labels: { app: true } }));

  expect(world.workloads[0]).toMatchObject({ labels: {}, serviceAccount: 'default', ports: [] });
  expect(findingsOf(world)).toEqual([
    'a.yaml:1 spec.template.metadata.labels.app: it must be a text',
    'a.yaml:1 spec.template.spec.containers[0].ports[0]: there is no `containerPort`',
    'a.yaml:1 spec.template.spec.serviceAccountName: it must be a text',
  ]);
});

test('what is not scraped has no path for it', () => {
  const scrape = (annotations: object) => worldOf(deployment('web', {}, { annotations })).workloads[0].scrape;

  expect(scrape({})).toBeUndefined();
  expect(scrape({ 'prometheus.io/scrape': 'false', 'prometheus.io/port': '1' })).toBeUndefined();
  expect(scrape({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': 'x', 'prometheus.io/path': '/m' })).toEqual({ path: '/m' });
  // The proxy of Open Service Mesh.
  expect(scrape({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '15010', 'prometheus.io/path': '/stats/prometheus' })).toBeUndefined();
});

test('a Service says how the pods behind it are scraped, too', () => {
  const service = (name: string, app: string, port: number) => JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop', annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': port } },
    spec: { selector: { app } },
  });
  const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '1' };
  const world = worldOf(joined(deployment('web', {}, { labels: { app: 'web' }, annotations }), service('a', 'web', 1), service('b', 'web', 2), service('c', 'cart', 3)));

  expect(world.scrapesOf(world.workloads[0])).toEqual([{ path: '/metrics', port: 1 }, { path: '/metrics', port: 2 }]);
});

const probes = (...containers: object[]) => {
  const world = worldOf(deployment('web', { containers }));
  return { probes: world.workloads[0].probes, findings: findingsOf(world) };
};

test('health checks are what the kubelet asks for, each once', () => {
  const ports = [{ containerPort: 8080, name: 'http' }];
  const http = { httpGet: { port: 'http', path: 'healthz?full=1' } };

  expect(probes(
    { ports, livenessProbe: http, readinessProbe: http, startupProbe: { httpGet: { port: '8443', scheme: 'https' } } },
    { livenessProbe: { grpc: { port: 9000 } }, readinessProbe: { tcpSocket: { port: 6379 } }, startupProbe: { exec: { command: ['true'] } } },
  )).toEqual({
    probes: [
      { kind: 'http', port: 8080, path: '/healthz' },
      { kind: 'https', port: 8443, path: '/' },
      { kind: 'grpc', port: 9000 },
      { kind: 'tcp', port: 6379 },
    ],
    findings: [],
  });
});

test('the name of a port is one of the same container', () => {
  expect(probes({ ports: [{ containerPort: 8080, name: 'http' }] }, { livenessProbe: { httpGet: { port: 'http' } } })).toEqual({
    probes: [], findings: ['a.yaml:1 spec.template.spec.containers[1].livenessProbe.httpGet: the port of the health check is not known'],
  });
});

test('health checks that the mesh has written are those before, where they tell, and not known else', () => {
  const httpHeaders = [{ name: 'Original-TCP-Port', value: '6379' }];

  expect(probes({
    livenessProbe: { httpGet: { port: 15901, path: '/osm-liveness-probe' } },
    readinessProbe: { httpGet: { port: 15904, path: '/osm-healthcheck', httpHeaders } },
    startupProbe: { httpGet: { port: 15904, path: '/fsm-healthcheck' } },
  })).toEqual({
    probes: [{ kind: 'tcp', port: 6379 }],
    findings: [
      'a.yaml:1 spec.template.spec.containers[0].livenessProbe.httpGet: '
        + 'the mesh has put this health check in the place of another one: give the workload as it was before',
      'a.yaml:1 spec.template.spec.containers[0].startupProbe.httpGet: the mesh has put this health check in the place of another one',
    ],
  });
});

test('what a workload here makes is that workload; what nobody here makes is itself', () => {
  const owned = (kind: string, name: string, owner: [string, string]) => JSON.stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'shop', ownerReferences: [{ kind: owner[0], name: owner[1] }], labels: { a: name } },
    spec: { template: {} },
  });
  const world = worldOf(joined(
    deployment('web', {}), owned('ReplicaSet', 'web-1', ['Deployment', 'web']), owned('Pod', 'web-1-a', ['ReplicaSet', 'web-1']),
    owned('Pod', 'other-1-a', ['ReplicaSet', 'other-1']), owned('Deployment', 'web-2', ['Deployment', 'web']),
  ));

  expect(world.workloads.map(({ name }) => name)).toEqual(['other-1-a', 'web', 'web-2']);
});
