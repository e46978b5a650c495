import * as fc from 'fast-check';
import { CASES, clusterOf, POD } from './cases';
import { areMet, decided, moved, type Old, TARGETS } from './moved';
import type { Pod, Request } from '../../../src/evaluators/access/request';
import { print } from '../../../src/migrate/program';
import { JUDGES } from '../../../src/migrate/prove/judges';
import type { TargetName } from '../../../src/migrate/targets';
import { OF_TCP } from '../../dialects/consul/read/foreign';

/** Policies of whole namespaces, which hold for pods that no file names, too. */

type From = Extract<Old, 'istio' | 'kuma' | 'cilium' | 'network-policy' | 'consul'>;

const RUNS = Number(process.env.ORACLE_CASES ?? 8);

interface Rule {
  /** Either is named by its ServiceAccount, which is also its label, or is the whole namespace. */
  readonly who: readonly { readonly namespace: string; readonly name?: string }[];
  readonly port?: number;
}

interface Said {
  readonly allow: readonly Rule[];
  readonly deny: readonly Rule[];
}

type Writer = (name: string, said: Said, app: string | undefined) => object;

const id = ({ namespace, name }: Rule['who'][number]) => name === undefined
  ? { type: 'Prefix', value: `spiffe://cluster.local/ns/${namespace}/sa` } : { type: 'Exact', value: `spiffe://cluster.local/ns/${namespace}/sa/${name}` };
const spiffeIds = (rules: readonly Rule[]) => rules.flatMap(({ who: all }) => all.map(one => ({ spiffeID: id(one) })));
const labels = (app: string | undefined) => app === undefined ? {} : { matchLabels: { app } };
const object = (apiVersion: string, kind: string, name: string, spec: object, more: object = {}) => (
  { apiVersion, kind, metadata: { name, namespace: 'shop', ...more }, spec });

const principal = ({ namespace, name }: Rule['who'][number]) => name === undefined
  ? { namespaces: [namespace] } : { principals: [`cluster.local/ns/${namespace}/sa/${name}`] };
const policy = (name: string, spec: object) => object('security.istio.io/v1', 'AuthorizationPolicy', name, spec);

const authorization = (action: string): Writer => (name, { allow, deny }, app) => policy(`${name}-${action.toLowerCase()}`, {
  ...app !== undefined && { selector: labels(app) },
  action,
  rules: (action === 'ALLOW' ? allow : deny).map(({ who: all, port }) => ({
    from: all.map(one => ({ source: principal(one) })),
    ...port !== undefined && { to: [{ operation: { ports: [String(port)] } }] },
  })),
});

const endpoint = ({ namespace, name }: Rule['who'][number]) => ({
  matchLabels: { 'k8s:io.kubernetes.pod.namespace': namespace, ...name !== undefined && { app: name } },
});
const ciliumRule = ({ who: all, port }: Rule) => ({
  fromEndpoints: all.map(endpoint), ...port !== undefined && { toPorts: [{ ports: [{ port: String(port), protocol: 'ANY' }] }] },
});

const intentions = (rules: readonly Rule[], action: string) => rules.flatMap(({ who: all }) => all
  .map(({ namespace, name = '*' }) => [`${namespace}/${name}`, { name, namespace, action }] as const));

const WRITERS: { readonly [Mesh in From]: readonly Writer[] } = {
  'istio': [authorization('ALLOW'), authorization('DENY')],
  'kuma': [(name, { allow, deny }, app) => object('kuma.io/v1alpha1', 'MeshTrafficPermission', name, {
    targetRef: app === undefined ? { kind: 'Mesh' } : { kind: 'Dataplane', labels: { app } },
    rules: [{ default: { allow: spiffeIds(allow), deny: spiffeIds(deny) } }],
  }, { labels: { 'kuma.io/mesh': 'default' } })],
  'cilium': [(name, { allow, deny }, app) => object('cilium.io/v2', 'CiliumNetworkPolicy', name, {
    endpointSelector: labels(app),
    ingress: allow.length === 0 ? [{}] : allow.map(ciliumRule),
    ...deny.length > 0 && { ingressDeny: deny.map(ciliumRule) },
  })],
  'network-policy': [(name, { allow }, app) => object('networking.k8s.io/v1', 'NetworkPolicy', name, {
    podSelector: labels(app),
    policyTypes: ['Ingress'],
    ingress: allow.map(({ who: all, port }) => ({
      from: all.map(one => ({
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': one.namespace } }, ...one.name !== undefined && { podSelector: labels(one.name) },
      })),
      ...port !== undefined && { ports: [{ port, protocol: 'TCP' }, { port, protocol: 'UDP' }] },
    })),
  })],
  'consul': [(name, { allow, deny }, app) => object('consul.hashicorp.com/v1alpha1', 'ServiceIntentions', name, {
    destination: { name: app ?? '*', namespace: 'shop' },
    sources: [
      ...new Map([...intentions(allow, 'allow'), ...intentions(deny, 'deny')]).values(),
      ...app === undefined ? [{ name: '*', namespace: '*', action: 'deny' }] : [],
    ],
  })],
};

const who = fc.uniqueArray(fc.record({ namespace: fc.constantFrom('shop', 'ops'), name: fc.constantFrom('web', 'job', undefined) }),
  { minLength: 1, maxLength: 2, selector: one => JSON.stringify(one) });
const rule: fc.Arbitrary<Rule> = fc.record({ who, port: fc.constantFrom(undefined, undefined, 8080, 9090, 7070) });
const some = (maxLength: number) => fc.array(rule, { maxLength });
const ofPods: fc.Arbitrary<Said> = fc.record({ allow: some(1), deny: some(1) });
const said: fc.Arbitrary<{ readonly all: Said; readonly own?: Said }> = fc.record({
  all: fc.record({ allow: fc.array(rule, { minLength: 1, maxLength: 2 }), deny: fc.oneof(fc.constant([]), some(1)) }),
  own: fc.option(ofPods, { nil: undefined }),
});

function manifestsOf(from: From, { all, own }: { readonly all: Said; readonly own?: Said }): object[] {
  const mesh = from === 'consul' ? [OF_TCP] : [];
  return [...mesh, ...WRITERS[from].flatMap(write => [write('all', all, undefined), ...own === undefined ? [] : [write('cart', own, 'cart')]])]
    .filter(({ spec }: any) => spec.action !== 'DENY' || spec.rules.length > 0);
}

/** One of the files, and one that is in none of them. */
const PODS: readonly Pod[] = [POD, { ...POD, service: 'legacy', serviceAccount: 'legacy', labels: { app: 'legacy' } }].map(pod => ({
  ...pod, ports: [...pod.ports, { port: 7070, protocol: 'TCP' as const }],
}));

const requests: fc.Arbitrary<Request> = fc.record({
  one: CASES.istio.requests, pod: fc.constantFrom(...PODS), port: fc.constantFrom(8080, 9090, 7070),
}).map(({ one: { entrance: _, tokens: __, ...one }, pod, port }) => ({ ...one, pod, port }));

const SETTINGS = { consulNamespaces: 'MIRRORED', waypoint: 'waypoint', trustDomain: 'cluster.local' } as const;

describe.each<[From]>([['istio'], ['kuma'], ['cilium'], ['network-policy'], ['consul']])('policies of a namespace of %s', from => {
  test('let in nobody whom they kept out, not even to pods that are in no file', () => {
    let equal = 0;
    fc.assert(fc.property(said, fc.constantFrom(...TARGETS), fc.array(requests, { minLength: 60, maxLength: 60 }), (policies, to, asked) => {
      const old = manifestsOf(from, policies);
      const { all, written } = moved(from, to, clusterOf(CASES[from]), old);
      if (all.isWider) return;
      const { letsIn } = JUDGES[to](SETTINGS);
      for (const request of asked.filter(one => areMet(from, to, one))) {
        const isClosed = to !== 'linkerd' && to !== 'consul';
        if (request.pod !== PODS[0] && !isClosed) continue;
        const [before, after] = [decided(CASES[from].judge, old, request), decided(letsIn!, written, request)];
        if (after === true && before === false) {
          throw new Error(`wider: ${from} to ${to}\n${JSON.stringify(request)}\n${[...old, '→', ...written].map(one => JSON.stringify(one)).join('\n')}`);
        }
        if (before !== undefined && before === after) equal++;
      }
    }), { numRuns: RUNS, endOnFailure: true });
    expect(equal).toBeGreaterThan(0);
  });
});

function defaultOf(from: From, to: TargetName, policies: { readonly all: Said; readonly own?: Said }): string | undefined {
  const { all } = moved(from, to, clusterOf(CASES[from]), manifestsOf(from, policies));
  expect(all.isWider).toBe(false);
  return /new NamespaceAccessDefault\(this, 'default', [^;]*;/.exec(print(all.program).slice(print(all.program).indexOf("namespace: 'shop'")))?.[0].replace(/\s+/g, ' ');
}

const WEB = { namespace: 'ops', name: 'web' };
const OPEN = { allow: [{ who: [{ namespace: 'ops' }, { namespace: 'shop', name: 'job' }] }], deny: [] };

test.each<[From, TargetName]>([
  ['istio', 'istio'], ['istio', 'kuma'], ['istio', 'cilium'], ['kuma', 'istio'], ['kuma', 'kuma'], ['kuma', 'cilium'], ['consul', 'istio'], ['consul', 'kuma'],
  ['cilium', 'istio'], ['cilium', 'kuma'], ['network-policy', 'istio'],
])('who may call all pods may call those that are in no file: %s to %s', (from, to) => {
  expect(defaultOf(from, to, { all: OPEN })).toMatch(/\{ allow: \[\{ sources: \[(?:Identity\.namespace\('ops'\), )?(?:job|Identity\.serviceAccount\('job'\))(?:, Identity\.namespace\('ops'\))?\] \}\] \}\);$/);
});

test.each<[From, TargetName, string]>([
  ['cilium', 'cilium', "{ allow: [{ sources: [Identity.namespace('ops'), Identity.pods({ app: 'job' })] }] });"],
  ['network-policy', 'cilium', "{ allow: [{ sources: [Identity.namespace('ops'), Identity.pods({ app: 'job' })] }] });"],
  ['network-policy', 'network-policy', "{ allow: [{ sources: [Identity.namespace('ops'), Identity.pods({ app: 'job' })] }] });"],
])('labels stay labels where both know them: %s to %s', (from, to, props) => {
  expect(defaultOf(from, to, { all: OPEN })).toContain(props);
});

test('a port stays one', () => {
  expect(defaultOf('istio', 'istio', { all: { allow: [{ who: [{ namespace: 'ops' }], port: 9090 }], deny: [] } }))
    .toContain("{ allow: [{ sources: [Identity.namespace('ops')], ports: [9090] }] });");
});

test('who is denied in all of a namespace is excepted', () => {
  expect(defaultOf('istio', 'istio', { all: { ...OPEN, deny: [{ who: [WEB] }] } }))
    .toContain("{ sources: [Identity.namespace('ops')], exceptSources: [web] }");
});

test.each<[From, TargetName]>([['cilium', 'network-policy'], ['istio', 'istio'], ['kuma', 'istio']])('where some pods let in fewer, each policy says who gets in: %s to %s', (from, to) => {
  const own = [{ who: [{ namespace: 'shop', name: 'job' }] }];
  expect(defaultOf(from, to, { all: OPEN, own: { allow: [], deny: own } })).toContain("new NamespaceAccessDefault(this, 'default', {});");
  expect(defaultOf(from, to, { all: OPEN, own: { allow: own, deny: [] } })).toContain('allow: [');
});

test('where a policy is for pods that are in no file, others may be so, too', () => {
  const policies = manifestsOf('istio', { all: OPEN, own: { allow: [], deny: [{ who: [WEB] }] } })
    .map(one => JSON.parse(JSON.stringify(one).replaceAll('"app":"cart"', '"app":"legacy"')));
  const { all } = moved('istio', 'istio', clusterOf(CASES.istio), policies);
  expect(print(all.program)).toContain("new NamespaceAccessDefault(this, 'default', {});");
});
