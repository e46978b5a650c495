import { CLUSTER, isSilent, object } from './passed-over/fields';
import { reading } from './world';
import { DROPPED } from '../../imports/schemas/dropped';

const SERVICE = { group: 'core', kind: 'Service', name: 'cart' };
const SPECS: Readonly<Record<string, object>> = {
  HTTPRoute: { parentRefs: [SERVICE], rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/a' } }] }, { backendRefs: [{ name: 'cart', port: 80 }, { name: 'other', port: 80 }] }] },
  Server: { podSelector: { matchLabels: { app: 'cart' } }, port: 8080, proxyProtocol: 'HTTP/1' },
};
const VALUES: Readonly<Record<string, unknown>> = {
  timeouts: { request: '5s' }, weight: 3, accessPolicy: 'all-unauthenticated', externalWorkloadSelector: { matchLabels: { app: 'vm' } }, group: 'example.com', kind: 'Other',
};

const CASES = Object.entries(DROPPED).flatMap(([key, fields]) => fields.map(field => {
  const [group, kind, version] = key.split(' ');
  return { group, kind, version, field };
}));

function having(value: any, [step, ...steps]: readonly string[], said: unknown): any {
  if (step === '[]') return [...value.slice(0, -1), having(value[value.length - 1], steps, said)];
  return { ...value, [step]: steps.length === 0 ? said : having(value[step], steps, said) };
}

test.each(CASES)('$kind $version has no $field: an API server drops it, and so does who reads it', ({ group, kind, version, field }) => {
  const steps = field.replaceAll('[]', '.[]').split('.').slice(1);
  const name = steps[steps.length - 1];
  const plain = (of: string) => object(`${group}/${of}`, kind, 'cart', SPECS[kind]);
  const said = (of: string) => ({ ...plain(of), spec: having(SPECS[kind], steps, VALUES[name]) });
  const tells = (of: string) => !isSilent([...CLUSTER, plain(of)], [...CLUSTER, said(of)], 'linkerd');
  const findings = reading([...CLUSTER, said(version)], 'default', 'linkerd').findings.filter(({ message }) => message.includes('API server'));

  expect(tells(version)).toBe(false);
  expect(tells('v1beta3')).toBe(true);
  expect(findings.map(({ place: { path }, message, isUnknown }) => [path.endsWith(`.${name}`), message, isUnknown]))
    .toEqual([[true, `it is dropped by the API server, as ${kind} ${version} has no such field`, false]]);
});

test('what no version has, is not understood, and said as before', () => {
  const route = object('policy.linkerd.io/v1beta2', 'HTTPRoute', 'cart', { ...SPECS.HTTPRoute, timeouts: {} });

  expect(reading([...CLUSTER, route], 'default', 'linkerd').findings.filter(({ isUnknown }) => isUnknown).map(({ place: { path } }) => path)).toEqual(['spec.timeouts']);
});

test('what is dropped says nothing of what depends on it, and other manifests stay as they are', () => {
  const manifest = object('policy.linkerd.io/v1beta1', 'Server', 'cart', { ...SPECS.Server, accessPolicy: 'all-unauthenticated' });
  const world = reading([manifest, object('policy.linkerd.io/v1beta3', 'Server', 'other', { ...SPECS.Server, accessPolicy: 'deny' })]);

  expect(world.objects.map(one => one.manifest.spec.accessPolicy)).toEqual([undefined, 'deny']);
  expect(manifest.spec).toHaveProperty('accessPolicy');
});
