import { NEWER, RELEASES } from '../../imports/schemas/releases';
import { withDefaults } from '../../src/validation/defaults';
import { releasesOf, tooNew } from '../../src/validation/releases';

const route = (rule: object, kind = 'HTTPRoute') => ({
  apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name: 'cart' }, spec: { rules: [{ name: 'first' }, rule] },
});
const found = (manifest: any, api: string, release: string, channel: 'standard' | 'experimental' = 'standard') =>
  tooNew(manifest, { [api]: release }, channel).map(({ path, since }) => `${path} ${since}`.trim());

test.each<[string, any, string, string, string[]]>([
  ['a field', route({ retry: { attempts: 2 } }), 'Gateway API', '1.6', ['spec.rules[1].retry 1.7']],
  ['a field that the release has', route({ retry: { attempts: 2 } }), 'Gateway API', '1.7', []],
  ['a field below one that is older', route({ filters: [{ requestMirror: { fraction: { numerator: 1 } } }] }), 'Gateway API', '1.2', [
    'spec.rules[1].filters[0].requestMirror.fraction 1.3', 'spec.rules[0].name 1.4',
  ]],
  ['a value', route({ filters: [{ requestRedirect: { statusCode: 308 } }] }), 'Gateway API', '1.4', ['spec.rules[1].filters[0].requestRedirect.statusCode 1.5']],
  ['a value that was always there', route({ filters: [{ requestRedirect: { statusCode: 301 } }] }), 'Gateway API', '1.4', []],
  ['a list that is too long', route({ matches: Array(9).fill({}) }), 'Gateway API', '1.1', ['spec.rules[1].matches 1.2', 'spec.rules[0].name 1.4']],
  ['a kind', route({}, 'TCPRoute'), 'Gateway API', '1.5', ['1.6']],
  ['a field of a mesh', { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', spec: { targetRefs: [{}] } }, 'Istio', '1.21', ['spec.targetRefs 1.22']],
  ['a value that an older release reads otherwise', {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    spec: { rules: [{ to: [{ operation: { paths: ['/a', '/a/{*}'] } }] }] },
  }, 'Istio', '1.21', ['spec.rules[0].to[0].operation.paths[1] 1.22']],
  ['an annotation that an older release ignores', { ...route({}), metadata: { annotations: { 'a': 'b', 'retry.linkerd.io/limit': '2' } } }, 'Linkerd', '2.15',
    ['metadata.annotations 2.16']],
  ['an annotation of others', { ...route({}), metadata: { annotations: { a: 'b' } } }, 'Linkerd', '2.15', []],
  ['a kind that is written down by hand', { apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server', spec: {} }, 'Linkerd', '2.15', ['2.16']],
  ['a release of two digits after one', { apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server', spec: {} }, 'Linkerd', '2.20', []],
])('%s', (_, manifest, api, release, expected) => {
  expect(found(manifest, api, release).sort()).toEqual([...expected].sort());
});

test('a channel has its own', () => {
  expect(found(route({ retry: { attempts: 2 } }), 'Gateway API', '1.4', 'experimental')).toEqual([]);
});

test('other APIs, and those of which no release is said, are left alone', () => {
  expect(found(route({ retry: { attempts: 2 } }), 'Istio', '1.22')).toEqual([]);
  expect(found({ apiVersion: 'v1', kind: 'Service', metadata: {} }, 'Gateway API', '1.0')).toEqual([]);
});

test.each(Object.entries(RELEASES))('what came with a release of %s came with one that is known', (api, releases) => {
  expect(releasesOf(api)).toEqual(releases);
  const kinds = NEWER.filter(newer => newer.api === api);
  expect(kinds).not.toEqual([]);
  const named = kinds.flatMap(({ since, fields }) => [since ?? releases[0], ...fields.map(field => field.since)]);
  expect(named.filter(since => !releases.includes(since))).toEqual([]);
});

test.each(NEWER.filter(({ since }) => since !== undefined).map(newer => [`${newer.kind} ${newer.channel ?? ''}`, newer] as const))(
  'no default of %s is newer than what it stands in', (_, { api, since, kind: key, channel = 'standard' }) => {
    const [apiVersion, kind] = key.split(' ');
    const spec = { parentRefs: [{}], rules: [{ matches: [{}], backendRefs: [{}], filters: [{}] }], listeners: [{}] };

    expect(tooNew(withDefaults({ apiVersion, kind, spec }), { [api]: since! }, channel).map(({ path }) => path)).toEqual([]);
  });
