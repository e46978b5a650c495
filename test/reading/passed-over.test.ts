import { reading } from './world';
import { SERVED_KINDS } from '../../imports/schemas';
import { documentsIn } from '../../src/manifests/documents';
import { compareWorlds } from '../../src/meaning/compare/worlds';
import { scopeOf } from '../../src/reading/changed';
import { halfOf, textsOf } from '../../src/reading/half';
import type { ReadMesh } from '../../src/reading/mesh';
import { worldOf } from '../../src/reading/world';

/** Whatever a field of a kind says: where it says something else, `diff` tells a difference, or that nobody knows of one. It never says that all is the same. */

const object = (apiVersion: string, kind: string, name: string, spec: object) => ({ apiVersion, kind, metadata: { name, namespace: 'shop' }, spec });
const consul = (kind: string, spec: object, name = 'cart') => object('consul.hashicorp.com/v1alpha1', kind, name, spec);
const linkerd = (kind: string, spec: object, name = 'cart', version = 'v1alpha1') => object(`policy.linkerd.io/${version}`, kind, name, spec);

const CLUSTER = ['cart', 'other', 'web'].flatMap(name => [
  object('v1', 'Service', name, { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
  object('apps/v1', 'Deployment', name, {
    template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: name, containers: [{ name, ports: [{ name: 'http', containerPort: 8080 }] }] } },
  }),
]);

interface Case {
  readonly mesh: ReadMesh;
  readonly manifest: any;
  readonly beside?: readonly object[];
  /** Fields that change nothing of who gets in, where requests go and what becomes of them; each with what it is then. */
  readonly meaningless?: Readonly<Record<string, string>>;
}

const HTTP = consul('ServiceDefaults', { protocol: 'http' });
const INTENTIONS = consul('ServiceIntentions', {
  destination: { name: 'cart' },
  sources: [{
    name: 'web',
    permissions: [{
      action: 'allow', http: { pathPrefix: '/a', header: [{ name: 'x-team', exact: '1' }] }, jwt: { providers: [{ name: 'login', verifyClaims: [{ path: ['sub'], value: 'ana' }] }] },
    }],
  }, { name: '*', action: 'deny' }],
});
const LOGIN = consul('JWTProvider', { issuer: 'https://login.example.com', audiences: ['shop'] }, 'login');
const KEYS = 'which tokens are genuine is not asked';
const SERVER = linkerd('Server', { podSelector: { matchLabels: { app: 'cart' } }, port: 8080, accessPolicy: 'deny', proxyProtocol: 'HTTP/1' }, 'cart', 'v1beta3');
const policy = (kind: string, name: string) => linkerd('AuthorizationPolicy', {
  targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'cart' }, requiredAuthenticationRefs: [{ group: kind === 'ServiceAccount' ? '' : 'policy.linkerd.io', kind, name }],
});
const rules = [{
  matches: [{ path: { type: 'Exact', value: '/a' }, headers: [{ name: 'x-team', value: '.1' }], queryParams: [{ name: 'q', value: '.1' }] }],
  backendRefs: [{ name: 'web', port: 80, weight: 1 }, { name: 'cart', port: 80, weight: 1 }],
}];

const CASES: readonly Case[] = [
  { mesh: 'consul', manifest: INTENTIONS, beside: [HTTP, LOGIN] },
  { mesh: 'consul', manifest: consul('ServiceDefaults', { protocol: 'http', mutualTLSMode: 'strict' }), beside: [INTENTIONS, LOGIN] },
  {
    mesh: 'consul',
    manifest: LOGIN,
    beside: [INTENTIONS, HTTP],
    meaningless: {
      cacheConfig: KEYS, clockSkewSeconds: KEYS, jsonWebKeySet: KEYS, locations: 'a token counts wherever it stands', forwarding: 'what becomes of a token is not asked',
    },
  },
  ...['ServiceRouter', 'ServiceSplitter', 'ServiceResolver'].map((kind): Case => ({ mesh: 'consul', manifest: consul(kind, {}) })),
  { mesh: 'linkerd', manifest: SERVER, beside: [policy('ServiceAccount', 'web')] },
  { mesh: 'linkerd', manifest: policy('ServiceAccount', 'web'), beside: [SERVER] },
  { mesh: 'linkerd', manifest: linkerd('MeshTLSAuthentication', { identities: ['web.shop.serviceaccount.identity.linkerd.cluster.local'] }, 'some'), beside: [SERVER, policy('MeshTLSAuthentication', 'some')] },
  { mesh: 'linkerd', manifest: linkerd('MeshTLSAuthentication', { identityRefs: [{ kind: 'ServiceAccount', name: 'web' }] }, 'some'), beside: [SERVER, policy('MeshTLSAuthentication', 'some')] },
  { mesh: 'linkerd', manifest: linkerd('NetworkAuthentication', { networks: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }] }, 'some'), beside: [SERVER, policy('NetworkAuthentication', 'some')] },
  {
    mesh: 'linkerd',
    manifest: linkerd('HTTPLocalRateLimitPolicy', {
      targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'cart' },
      total: { requestsPerSecond: 5 },
      overrides: [{ requestsPerSecond: 9, clientRefs: [{ kind: 'ServiceAccount', name: 'web' }] }],
    }),
    beside: [SERVER],
  },
  { mesh: 'linkerd', manifest: linkerd('EgressNetwork', { trafficPolicy: 'Deny' }) },
  {
    mesh: 'linkerd',
    manifest: linkerd('HTTPRoute', { parentRefs: [{ group: 'core', kind: 'Service', name: 'cart' }], rules }, 'cart', 'v1beta3'),
  },
  {
    mesh: 'linkerd',
    manifest: linkerd('HTTPRoute', { parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'cart' }], rules: rules.map(({ matches }) => ({ matches })) }, 'cart', 'v1beta3'),
    beside: [SERVER, policy('ServiceAccount', 'web')],
  },
];

test.each(CASES.map(one => [`${one.manifest.kind} ${JSON.stringify(one.manifest.spec).slice(0, 40)}`, one] as const))('of %s, no field is passed over', (_, one) => {
  const { mesh, manifest, beside = [], meaningless = {} } = one;
  const schema = SERVED_KINDS.find(({ apiVersion, kind }) => apiVersion === manifest.apiVersion && kind === manifest.kind)?.load();
  const isMeaningless = (path: string) => Object.keys(meaningless).some(field => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
  const fields = [...fieldsOf(schema.properties.spec, [])];
  const silent = fields.filter(({ way, values }) => {
    const changed = values.map(value => ({ ...manifest, spec: put(manifest.spec, way, value) }))
      .filter(now => JSON.stringify(now) !== JSON.stringify(manifest));
    return changed.length > 0 && changed.every(now => isSilent([...CLUSTER, ...beside, manifest], [...CLUSTER, ...beside, now], mesh));
  }).map(({ way }) => way.join('.').replace(/\.\[\]/g, '[]'));

  expect(fields.length).toBeGreaterThan(1);
  expect(silent.filter(path => !isMeaningless(path))).toEqual([]);
  expect(Object.keys(meaningless).filter(field => !silent.some(path => path.startsWith(field)))).toEqual([]);
});

test.each<[string, object]>([
  ['ServiceProfile', object('linkerd.io/v1alpha2', 'ServiceProfile', 'cart.shop.svc.cluster.local', { routes: [] })],
  ['ServiceRouter', consul('ServiceRouter', {})],
  ['ServiceSplitter', consul('ServiceSplitter', {})],
  ['ServiceResolver', consul('ServiceResolver', {})],
])('a %s is of a kind that is not read, which is said', (kind, manifest) => {
  expect(reading([manifest]).unread.map(({ why }) => why)).toEqual([expect.stringContaining(`${kind} `)]);
});

test('what is not understood, and said otherwise, is not the same', () => {
  const exposing = (path: string) => [...CLUSTER, INTENTIONS, LOGIN, consul('ServiceDefaults', { protocol: 'http', expose: { paths: [{ path }] } })];
  expect(isSilent(exposing('/a'), exposing('/b'), 'consul')).toBe(false);
  expect(isSilent(exposing('/a'), exposing('/a'), 'consul')).toBe(true);
});

interface Field {
  readonly way: readonly string[];
  readonly values: readonly unknown[];
}

/** The fields that have no others in them; `[]` is an item of a list. */
function* fieldsOf(schema: any, way: readonly string[]): Generator<Field> {
  if (schema.properties !== undefined) for (const [name, below] of Object.entries(schema.properties)) yield* fieldsOf(below, [...way, name]);
  else if (schema.items !== undefined) yield* fieldsOf(schema.items, [...way, '[]']);
  else yield { way, values: schema.enum ?? VALUES[schema.type as string] ?? [{ app: 'other' }, 7] };
}

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  boolean: [true, false], integer: [7], string: ['other', '/other', '7s', '10.2.0.0/16'], object: [{ app: 'other' }],
};

function put(value: any, [step, ...way]: readonly string[], last: unknown): unknown {
  if (step === undefined) return last;
  return step === '[]' ? [put(value?.[0], way, last), ...(value ?? []).slice(1)] : { ...value, [step]: put(value?.[step], way, last) };
}

function isSilent(before: readonly object[], after: readonly object[], mesh: ReadMesh): boolean {
  const documents = [before, after].map((manifests, i) => [...documentsIn(`${i}.json`, manifests.map(one => JSON.stringify(one)).join('\n---\n'))]);
  const [[old, now], textAt] = [documents.map(some => worldOf(some, 'default', mesh)), textsOf(documents.flat())];
  const { differences, unsure } = compareWorlds(halfOf(old), halfOf(now), textAt, undefined, scopeOf(old, now, true));
  const unread = [old, now].map(world => JSON.stringify(world.unread.map(({ manifest }) => manifest)));
  return differences.length === 0 && unsure.length === 0 && unread[0] === unread[1];
}
