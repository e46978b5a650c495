import { readSmi } from '../../../../src/dialects/smi/read';
import { documentsIn } from '../../../../src/manifests/documents';

function read(text: string): any {
  const [{ file, content }] = documentsIn('a.yaml', text);
  return 'broken' in content ? content.broken : readSmi(file, content);
}

const findings = (text: string) => read(text).findings.map(({ place: { line, path }, message, isUnknown }: any) => `${line} ${path}: ${message}${isUnknown ? '' : ' (assumed)'}`);

const SPLIT = 'apiVersion: split.smi-spec.io/v1alpha4\nkind: TrafficSplit\nmetadata: {name: cart, namespace: shop}\n';
const TARGET = 'apiVersion: access.smi-spec.io/v1alpha3\nkind: TrafficTarget\nmetadata: {name: cart, namespace: shop}\n';
const GROUP = 'apiVersion: specs.smi-spec.io/v1alpha4\nkind: HTTPRouteGroup\nmetadata: {name: cart, namespace: shop}\n';
const SUBJECTS = 'destination: {kind: ServiceAccount, name: cart, namespace: shop}, sources: [{kind: ServiceAccount, name: web, namespace: shop}]';

test('what is none of SMI is none', () => {
  expect(read('apiVersion: v1\nkind: Service\nmetadata: {name: cart}\n')).toBeUndefined();
  expect(read('apiVersion: metrics.smi-spec.io/v1alpha1\nkind: TrafficMetrics\n')).toBeUndefined();
  expect(read('just text\n')).toBeUndefined();
});

test('who wrote it, and would again, is kept; what the server added says nothing', () => {
  const split = read(`${SPLIT.replace('shop}', `shop, uid: a, generation: 2, labels: {a: b}, annotations: {c: d},
  ownerReferences: [{apiVersion: flagger.app/v1beta1, kind: Canary, name: cart, uid: b, controller: true}]}`)}spec: {service: cart, backends: [{service: a, weight: 1}]}\nstatus: {}\n`);

  expect(split).toMatchObject({ owner: { kind: 'Canary', name: 'cart' }, labels: { a: 'b' }, annotations: { c: 'd' }, version: 'v1alpha4', findings: [] });
});

test('shares are exact, whole numbers', () => {
  const weights = (...all: string[]) => read(`${SPLIT}spec: {service: cart, backends: [${all.map((weight, i) => `{service: b${i}, weight: ${weight}}`).join(', ')}]}\n`)
    .backends.map(({ weight }: any) => weight);

  expect(weights('900m', '100m')).toEqual([9, 1]);
  expect(weights('1', '500m')).toEqual([2, 1]);
  expect(weights('"50"', '50')).toEqual([1, 1]);
  expect(weights('0', '0')).toEqual([0, 0]);
  expect(weights('1k', '1Ki', '.5', '"2e3"')).toEqual([2000, 2048, 1, 4000]);
  expect(weights('33.3', '66.7')).toEqual([333, 667]);
});

test.each<[string, string, string[]]>([
  ['a field that SMI does not have', `${SPLIT}spec: {service: cart, backends: [{service: a, weight: 1, port: 80}]}`, ['4 spec.backends[0].port: it is not known here']],
  ['no backend', `${SPLIT}spec: {service: cart}`, ['4 spec: there are no `backends`']],
  ['no spec', SPLIT, ['1 : there are no `backends`', '1 service: there is no name of a Service']],
  ['a weight that is none', `${SPLIT}spec: {service: cart, backends: [{service: a, weight: -1}, {service: b}, {service: c, weight: many}]}`, [
    '4 spec.backends[0].weight: it is not a weight', '4 spec.backends[1]: there is no `weight`', '4 spec.backends[2].weight: it is not a weight',
  ]],
  ['a weight without measure', `${SPLIT}spec: {service: cart, backends: [{service: a, weight: 1n}, {service: b, weight: 900000T}]}`, [
    '4 spec.backends: the weights are in no ratio that numbers express',
  ]],
  ['names of Services that are none', `${SPLIT}spec: {service: a.b.c, backends: [{service: a//b, weight: 1}, {service: "", weight: 1}]}`, [
    '4 spec.backends[0].service: it is not a name of a Service', '4 spec.backends[1].service: there is no name of a Service', '4 spec.service: it is not a name of a Service',
  ]],
  ['a match of a split that is no group', `${SPLIT}spec: {service: cart, backends: [{service: a, weight: 1}], matches: [{name: a}, {kind: HTTPRouteGroup, apiGroup: x, name: a}, b]}`, [
    '4 spec.matches[0]: it is not an HTTPRouteGroup', '4 spec.matches[1].apiGroup: it has no HTTPRouteGroups', '4 spec.matches[2]: it must be an object', '4 spec.matches[2]: it is not an HTTPRouteGroup',
  ]],
  ['a rule of another kind', `${TARGET}spec: {${SUBJECTS}, rules: [{kind: GRPCRoute, name: a}, {kind: TCPRoute}]}`, [
    '4 spec.rules[0]: it is not an HTTPRouteGroup, TCPRoute or UDPRoute', '4 spec.rules[1]: there is no `name`',
  ]],
  ['a subject of another kind', `${TARGET}spec: {destination: {kind: Group, name: a}, sources: [{kind: ServiceAccount}], rules: []}`, [
    '4 spec.destination.kind: it is not a ServiceAccount', '4 spec.sources[0]: there is no `name`',
  ]],
  ['no destination', `${TARGET}spec: {sources: [], rules: []}`, ['4 spec: there is no `destination`']],
  ['rules twice', `${TARGET}spec: {${SUBJECTS}, specs: [], rules: [{kind: TCPRoute, name: a}]}`, [
    '4 spec.specs: TrafficTarget v1alpha3 has no `specs`: it is read as in other versions (assumed)', '4 spec.rules[0]: it is not known here',
  ]],
  ['a port that is none', `${TARGET}spec: {${SUBJECTS.replace('}', ', port: 99999}')}, rules: []}`, [
    '4 spec.destination.port: TrafficTarget v1alpha3 has no `port`: it is read as in other versions (assumed)', '4 spec.destination.port: it is not a port',
  ]],
  ['a header without an expression', `${GROUP}spec: {matches: [{name: a, headers: {x-a: , x-b: [1]}}]}`, [
    '4 spec.matches[0].headers.x-a: the header has no expression', '4 spec.matches[0].headers.x-b: it must be a text',
  ]],
  ['two matches of one name', `${GROUP}spec: {matches: [{name: a}, {name: a, pathRegex: /b}]}`, ["4 spec: two matches are named 'a'"]],
  ['a version that SMI does not have', `${GROUP.replace('v1alpha4', 'v1beta1')}spec: {matches: []}`, ['1 apiVersion: SMI has no such version']],
  ['a kind that no group has', GROUP.replace('HTTPRouteGroup', 'GRPCRouteGroup'), ['2 kind: SMI has no such kind in specs.smi-spec.io']],
  ['a kind in another group', `${GROUP.replace('specs', 'split')}spec: {matches: []}`, ['1 apiVersion: SMI has HTTPRouteGroup in specs.smi-spec.io']],
  ['a kind without a group', `${GROUP.replace('specs.smi-spec.io/v1alpha4', 'v1beta1')}spec: {matches: []}`, ['1 apiVersion: SMI has HTTPRouteGroup in specs.smi-spec.io']],
  ['a name that no cluster takes', `${GROUP.replace('name: cart', 'name: Cart')}spec: {matches: []}`, ['3 metadata.name: no cluster takes it as a name']],
  ['a namespace that no cluster has', `${GROUP.replace('shop', 'a.b')}spec: {matches: []}`,
    ['3 metadata.namespace: no cluster takes it as the name of a namespace']],
  ['no name', `${GROUP.replace('name: cart, ', '')}spec: {matches: []}`, ['3 metadata: the object has no name']],
  ['a port of a route that is none', `${GROUP.replace('HTTPRouteGroup', 'UDPRoute')}spec: {matches: {ports: [80, http, 0]}, foo: bar}`, [
    '4 spec.matches.ports[1]: it must be a whole number', '4 spec.matches.ports[2]: it is not a port', '4 spec.foo: it is not known here',
  ]],
  ['an IdentityBinding that binds nobody', 'apiVersion: access.smi-spec.io/v1alpha4\nkind: IdentityBinding\nmetadata: {name: a}\nspec: {schemes: {}}\n', ['4 spec: it binds nobody']],
])('%s is a finding', (_, text, expected) => {
  expect(findings(text)).toEqual(expected);
});

test('forms of other versions are read, and that is said', () => {
  expect(findings(`${GROUP}matches: [{name: a}]\n`)).toEqual(['1 : HTTPRouteGroup v1alpha4 has no fields beside its metadata: it is read as in other versions (assumed)']);
  expect(findings(`${SPLIT.replace('v1alpha4', 'v1alpha2')}spec: {service: cart, backends: [{service: a, weight: 1}], matches: [{kind: HTTPRouteGroup, name: a}]}`))
    .toEqual(['4 spec.matches: TrafficSplit v1alpha2 has no `matches`: it is read as in other versions (assumed)']);
});

test('IdentityBindings are read', () => {
  const binding = read(`apiVersion: access.smi-spec.io/v1alpha4
kind: IdentityBinding
metadata: {name: a}
spec:
  schemes:
    podLabelSelector: {matchLabels: {app: a}}
    spiffeIdentities: [cluster.local/ns/shop/sa/a]
    serviceAccount: a
`);

  expect(binding).toMatchObject({ serviceAccount: 'a', spiffeIds: ['cluster.local/ns/shop/sa/a'], hasLabels: true, findings: [] });
});
