import { readdirSync, readFileSync, statSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { reading } from './world';
import { READERS } from '../../src/reading/readers';
import { isReadBy } from '../../src/reading/unread';
import { VERSIONS } from '../../src/reading/versions';

const readers = READERS.map(load => load());
/** The reader of SMI knows the versions of its kinds, by which their fields differ. */
const isOfSmi = (group: string) => /^$|(?:smi-spec|openservicemesh)\.io$/.test(group);
const KINDS = [...new Set(readers.flatMap(({ kinds }) => Object.entries(kinds).flatMap(([group, own]) => own.map(kind => `${group} ${kind}`))))]
  .filter(one => !isOfSmi(one.split(' ')[0])).sort();

function filesIn(folder: string): string[] {
  return readdirSync(folder).map(name => join(folder, name)).flatMap(path => statSync(path).isDirectory() ? filesIn(path) : [path]);
}

/** What the pinned CRDs serve. */
const SERVED = filesIn(join(__dirname, '../../imports/crds')).flatMap(file => parseAllDocuments(readFileSync(file, 'utf8')).map(document => document.toJS()))
  .filter(crd => crd?.kind === 'CustomResourceDefinition')
  .flatMap(({ spec: { group, names: { kind }, versions } }) => versions
    .filter(({ served }: any) => served).map(({ name }: any) => ({ group, kind, name })))
  .filter(({ group, kind }) => readers.some(reader => isReadBy(reader, group, kind)) && !isOfSmi(group));

const versionsOf = (kind: string) => VERSIONS[kind] ?? VERSIONS[kind.split(' ')[0]];
const unreadIn = (kind: string, version: string) => {
  const [group, name] = kind.split(' ');
  return reading([{ apiVersion: `${group}/${version}`, kind: name, metadata: { name: 'x', namespace: 'shop' }, spec: {} }]).unread.map(({ why }) => why)
    .filter(why => why.endsWith('that is not read, so it may change anything'));
};

test('each kind that is read has versions, and each line of versions is for a kind that is read', () => {
  expect(KINDS.filter(kind => versionsOf(kind) === undefined)).toEqual([]);
  expect(Object.keys(VERSIONS).filter(line => !KINDS.some(kind => kind === line || kind.startsWith(`${line} `)))).toEqual([]);
});

test('each version of a kind that is read, and that a pinned CRD serves, is read', () => {
  expect(SERVED.length).toBeGreaterThan(40);
  expect(SERVED.filter(({ group, kind, name }) => !versionsOf(`${group} ${kind}`).includes(name))).toEqual([]);
});

test.each(KINDS)('%s: a version that is read leaves nothing out, and any other may change anything, with its place', kind => {
  versionsOf(kind).forEach(version => expect(unreadIn(kind, version)).toEqual([]));
  ['v1alpha9', 'v9'].forEach(version => expect(unreadIn(kind, version)).toEqual([expect.stringContaining(`is of a version (${version}) that is not read`)]));
});

const TO = { pod: { namespace: 'shop', labels: { app: 'cart' }, serviceAccount: 'cart', namespaceLabels: {} }, port: 8080, protocol: 'HTTP' as const, entrances: [] };
const GATES = {
  'security.istio.io AuthorizationPolicy': { action: 'DENY', rules: [{ to: [{ operation: { paths: ['/x'] } }] }] },
  'policy.linkerd.io Server': { podSelector: { matchLabels: { app: 'cart' } }, port: 8080, proxyProtocol: 'HTTP/2' },
  'networking.k8s.io NetworkPolicy': { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] },
  'cilium.io CiliumNetworkPolicy': { endpointSelector: {}, ingress: [{ fromEntities: ['cluster'] }] },
};

test.each(Object.entries(GATES))('%s: all versions are read the same', (kind, spec) => {
  const [group, name] = kind.split(' ');
  const gatesOf = (version: string) => JSON.stringify(reading([{ apiVersion: `${group}/${version}`, kind: name, metadata: { name: 'x', namespace: 'shop' }, spec }])
    .readings.flatMap(({ reading: { entering } }) => entering?.(TO) ?? []));
  const [first, ...others] = versionsOf(kind).map(gatesOf);

  expect(first).toContain('"branches"');
  others.forEach(other => expect(other).toBe(first));
});
