import * as fc from 'fast-check';
import { allowedByCilium } from '../../../src/evaluators/access/cilium';
import { decidedByConsul } from '../../../src/evaluators/access/consul';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../../../src/evaluators/access/istio-ambient';
import { allowedByKuma } from '../../../src/evaluators/access/kuma';
import { allowedByLinkerd } from '../../../src/evaluators/access/linkerd';
import { allowedByNetworkPolicy } from '../../../src/evaluators/access/network-policy';
import type { Pod, Request } from '../../../src/evaluators/access/request';
import type { OldMesh } from '../../../src/migrate/policies/old-meshes';
import * as cilium from '../../dialects/cilium/read/foreign';
import * as consul from '../../dialects/consul/read/foreign';
import * as istio from '../../dialects/istio/read/foreign';
import * as kubernetes from '../../dialects/kubernetes/read/foreign';
import * as kuma from '../../dialects/kuma/read/foreign';
import * as linkerd from '../../dialects/linkerd/read/foreign';

/** Whether a request gets in, by some manifests. */
export type Judge = (manifests: readonly any[], request: Request) => boolean;

/** Policies of a mesh as people write them, and requests to the pods that they are for. */
export interface Case {
  readonly manifests: fc.Arbitrary<readonly any[]>;
  readonly requests: fc.Arbitrary<Request>;
  readonly judge: Judge;
  /** By which a namespace is in the mesh. */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
}

export const POD: Pod = {
  service: 'cart',
  namespace: 'shop',
  serviceAccount: 'cart',
  labels: { app: 'cart', tier: 'backend' },
  ports: [{ port: 8080, name: 'http', protocol: 'HTTP' }, { port: 9090, protocol: 'TCP' }],
};

const LABELS_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = { web: { app: 'web' }, job: { app: 'job', tier: 'front' } };

const pod = fc.record({
  namespace: fc.constantFrom('shop', 'ops'), serviceAccount: fc.constantFrom('web', 'job'), meshed: fc.constantFrom(true, true, true, false),
}).map(({ namespace, serviceAccount, meshed }) => ({
  kind: 'pod' as const, ip: '10.1.0.5', namespace, serviceAccount, meshed, labels: LABELS_OF[serviceAccount], namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
}));

const client: fc.Arbitrary<Request['client']> = fc.oneof({ weight: 6, arbitrary: pod }, {
  weight: 1, arbitrary: fc.constant({ kind: 'outside' as const, ip: '198.51.100.9', meshed: false }),
});

const requests: fc.Arbitrary<Request> = fc.record({
  client,
  pod: fc.constant(POD),
  port: fc.constantFrom(8080, 8080, 9090),
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  path: fc.constantFrom('/', '/cart', '/cart/items', '/carts', '/carts/7', '/carts/7/items', '/api', '/api/v1', '/api/7', '/items'),
  headers: fc.dictionary(fc.constantFrom('x-team', 'x-version'), fc.constantFrom('1', '12', '2', 'shop'), { maxKeys: 2 }),
  query: fc.constant({}),
  isByService: fc.constantFrom(true, true, true, false),
  token: fc.option(istio.claims, { nil: undefined }),
}).map(({ isByService, token, ...one }) => ({
  ...one,
  host: 'cart.shop',
  ...isByService && { entrance: { service: 'cart', port: one.port } },
  ...token !== undefined && { tokens: [{ genuine: true, claims: token }] },
}));

const plain = (all: readonly any[]): any[] => JSON.parse(JSON.stringify(all));

/** What stands beside the policies is that of the case. */
const only = (all: fc.Arbitrary<readonly any[]>, ...kinds: readonly string[]): fc.Arbitrary<readonly any[]> =>
  all.map(some => plain(some).filter(({ kind }) => !['Namespace', 'Deployment', ...kinds].includes(kind)));

export const CASES: { readonly [Mesh in OldMesh]: Case } = {
  'istio': { manifests: only(istio.manifests), requests, judge: allowedByIstio },
  'istio-ambient': { manifests: only(istio.manifests), requests, judge: allowedByIstioAmbient, namespaceLabels: { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' } },
  'linkerd': { manifests: only(linkerd.manifests), requests, judge: allowedByLinkerd },
  'consul': {
    manifests: only(consul.manifests(true)).filter(all => JSON.stringify(all).includes('"name":"*","namespace"')),
    requests,
    // What no intention says is denied.
    judge: (all, request) => decidedByConsul('mirrored')(all, request) === true,
  },
  'kuma': { manifests: only(kuma.manifests), requests, judge: allowedByKuma },
  'cilium': { manifests: only(cilium.manifests), requests, judge: allowedByCilium },
  'network-policy': { manifests: only(kubernetes.policies), requests, judge: allowedByNetworkPolicy('everyone') },
};

const deployment = (name: string, namespace: string, labels: object, ports: readonly object[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [{ name, ports }] } } },
});

/** The pods that are called, and those that call. */
export const clusterOf = ({ namespaceLabels }: Pick<Case, 'namespaceLabels'>): readonly object[] => [
  ...['shop', 'ops'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: namespaceLabels } })),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 8080 }, { name: 'tcp-admin', port: 9090 }] },
  },
  deployment('cart', 'shop', POD.labels, [{ containerPort: 8080, name: 'http' }, { containerPort: 9090 }]),
  ...['shop', 'ops'].flatMap(namespace => Object.entries(LABELS_OF).map(([name, labels]) => deployment(name, namespace, labels, [{ containerPort: 8080 }]))),
];
