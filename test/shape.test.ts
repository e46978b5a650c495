import { App, Chart } from 'cdk8s';
import {
  AbTest, BlueGreen, BlueGreenRelease, CanaryRelease, ConsulNamespaces, GrpcMatch, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget,
  MeshTargets, ServiceAccessPolicy, ServiceRoute, StringMatch, TlsMatch,
} from '../src';

/** What plain JavaScript can give where something else is wanted. Nothing of it is right anywhere below. */
const WRONG: Record<string, any> = {
  'null': null,
  'not a number': NaN,
  'infinity': Infinity,
  'a symbol': Symbol('s'),
  'a bigint': 10n,
  'a function': () => 1,
  'a date': new Date(0),
  'a bare object': Object.create(null, { '': { value: Object.create(null), enumerable: true } }),
  'a list of nothing': [undefined],
  'a list with a hole': new Array(1),
  'a list of objects': [{ unknown: 1 }],
  'a number': -1.25,
  'a control character': 'a\u0000b',
  'an object': { 'Ünknown /': { unknown: 1 } },
};

const service = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } });
const [v1, v2] = ['cart-v1', 'cart-v2'].map(name => service.variant(name));
const match = HttpMatch.header('x', 'y');

function chart(): Chart {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.smi(), MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
  return new Chart(app, 'shop', { namespace: 'shop' });
}

/** Every argument and property of the public surface, given a value. */
const GIVEN: Record<string, (value: any) => unknown> = {};
const given = (name: string, give: (value: any) => unknown) => { GIVEN[name] = give; };

const INTENTS: Record<string, [new (scope: any, id: any, props: any) => unknown, Record<string, unknown>, string[]]> = {
  CanaryRelease: [CanaryRelease, { service, stable: v1, canary: v2, weight: 10 }, ['matches']],
  CanaryReleaseOfSeveral: [CanaryRelease, { service, stable: v1, variants: [{ service: v2, weight: 10 }] }, []],
  ServiceRoute: [ServiceRoute, { service, rules: [{ backends: [{ service: v1 }] }] }, []],
  AbTest: [AbTest, { service, a: v1, b: v2, audience: [match] }, []],
  BlueGreenRelease: [BlueGreenRelease, { service, blue: v1, green: v2, active: BlueGreen.BLUE }, ['preview']],
};
for (const [name, [Intent, props, optional]] of Object.entries(INTENTS)) {
  given(`scope of ${name}`, value => new Intent(value, 'x', props));
  given(`id of ${name}`, value => new Intent(chart(), typeof value === 'string' ? 1 : value, props));
  given(`props of ${name}`, value => new Intent(chart(), 'x', value));
  [...Object.keys(props), ...optional, 'ports', 'metadata'].forEach(prop =>
    given(`${name}.${prop}`, value => new Intent(chart(), 'x', { ...props, [prop]: prop === 'metadata' ? { labels: value } : value })));
}
const inRoute = (rule: object) => new ServiceRoute(chart(), 'x', { service, rules: [{ backends: [{ service: v1 }], ...rule }] });
given('rule', value => new ServiceRoute(chart(), 'x', { service, rules: [value] }));
['matches', 'backends', 'ports'].forEach(prop => given(`rule.${prop}`, value => inRoute({ [prop]: value })));
given('backend', value => inRoute({ backends: [value] }));
['service', 'weight', 'port'].forEach(prop => given(`backend.${prop}`, value => inRoute({ backends: [{ service: v1, [prop]: value }] })));
['service', 'weight', 'matches'].forEach(prop => given(`variant.${prop}`, value =>
  new CanaryRelease(chart(), 'x', { service, stable: v1, variants: [{ service: v2, weight: 10, [prop]: value }] })));

const access = (props: object) => new ServiceAccessPolicy(chart(), 'x', { destination: service, allow: [], ...props });
given('props of ServiceAccessPolicy', value => new ServiceAccessPolicy(chart(), 'x', value));
['destination', 'allow', 'healthProbes'].forEach(prop => given(`ServiceAccessPolicy.${prop}`, value => access({ [prop]: value })));
['sources', 'ports', 'requests'].forEach(prop => given(`allowance.${prop}`, value =>
  access({ allow: [{ sources: [Identity.serviceAccount('web')], [prop]: value }] })));
['path', 'port'].forEach(prop => given(`probe.${prop}`, value => access({ healthProbes: [{ path: '/', [prop]: value }] })));
['name', 'namespace', 'labels', 'annotations'].forEach(prop => given(`metadata.${prop}`, value => access({ metadata: { [prop]: value } })));
given('label in metadata', value => access({ metadata: { labels: { team: value } } }));

given('name of MeshService', value => MeshService.of(value, { port: 80 }));
given('options of MeshService', value => MeshService.of('a', value));
['port', 'protocol', 'namespace', 'serviceAccount', 'podSelector'].forEach(prop =>
  given(`MeshService.${prop}`, value => MeshService.of('a', { port: 80, [prop]: value })));
given('MeshService.ports', value => MeshService.of('a', { ports: value }));
['port', 'protocol', 'targetPort'].forEach(prop => given(`port.${prop}`, value => MeshService.of('a', { ports: [{ port: 80, [prop]: value }] })));
given('label in podSelector', value => MeshService.of('a', { port: 80, podSelector: { app: value } }));
given('name of variant', value => service.variant(value));
['port', 'namespace'].forEach(prop => given(`variant.${prop} of MeshService`, value => service.variant('a', { [prop]: value })));
given('fromKubeService', value => MeshService.fromKubeService(value));
given('fromKubeServiceAccount', value => Identity.fromKubeServiceAccount(value));
given('Identity.serviceAccount', value => Identity.serviceAccount(value));
given('namespace of Identity.serviceAccount', value => Identity.serviceAccount('a', value));
given('Identity.namespace', value => Identity.namespace(value));
given('options of HttpMatch', value => HttpMatch.of(value));
['methods', 'path', 'pathPrefix', 'pathRegex', 'headers', 'query', 'cookies', 'hosts'].forEach(prop =>
  given(`HttpMatch.${prop}`, value => HttpMatch.of({ methods: ['GET'], [prop]: value })));
['headers', 'query', 'cookies'].forEach(prop => given(`value in HttpMatch.${prop}`, value => HttpMatch.of({ [prop]: { a: value } })));
given('name of HttpMatch.header', value => HttpMatch.header(value, 'a'));
given('value of HttpMatch.header', value => HttpMatch.header('a', value));
given('name of HttpMatch.cookie', value => HttpMatch.cookie(value, 'a'));
given('value of HttpMatch.cookie', value => HttpMatch.cookie('a', value));
['service', 'method', 'headers'].forEach(prop => given(`GrpcMatch.${prop}`, value => GrpcMatch.of({ service: 'a', [prop]: value })));
given('TlsMatch.sni', value => TlsMatch.sni(value));
given('StringMatch.exact', value => StringMatch.exact(value));
given('StringMatch.regex', value => StringMatch.regex(value));
['id', 'implementation', 'unsupported'].forEach(prop => given(`MeshTarget.smi.${prop}`, value => MeshTarget.smi({ [prop]: value })));
['id', 'channel', 'mesh', 'trustDomain', 'strictMutualTls', 'unsupported'].forEach(prop => given(`MeshTarget.gatewayApi.${prop}`, value =>
  MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, [prop]: value })));
['id', 'namespaces', 'networkPolicy', 'unsupported'].forEach(prop => given(`MeshTarget.consul.${prop}`, value =>
  MeshTarget.consul({ namespaces: ConsulNamespaces.SINGLE, [prop]: value })));
['id', 'trustDomain', 'networkPolicy', 'unsupported'].forEach(prop => given(`MeshTarget.kuma.${prop}`, value =>
  MeshTarget.kuma({ trustDomain: 'a', [prop]: value })));
given('MeshTargets.of', value => MeshTargets.of(value));
given('MeshTargets.add', value => MeshTargets.of(new App()).add(value));

describe.each(Object.entries(GIVEN))('%s', (_, give) => {
  test.each(Object.entries(WRONG))('refuses %s in a sentence', (__, value) => {
    expect(() => give(value)).toThrow(/^\[[^\]]+\] MESH1\d{3}: .+\. .+\.$/);
  });
});

test('says which property of which construct, what is there, and what to give', () => {
  expect(() => access({ allow: [{ sources: ['web'] }] }))
    .toThrow("[shop/x] MESH1001: `allow[0].sources[0]` is 'web'. Give an Identity, such as `Identity.serviceAccount('web')`.");
});

test('refuses a property that nobody reads, where leaving it out would say something else', () => {
  const sources = [Identity.serviceAccount('web')];
  expect(() => access({ allow: [{ sources, request: [match] }] })).toThrow('[shop/x] MESH1003: `allow[0].request` is unknown. Use `sources`, `exceptSources`, `ports`, `portNames`, `requests`.');
  expect(() => HttpMatch.of({ path: '/', method: ['GET'] } as any)).toThrow('`method` is unknown');
});

test('refuses headers that a literal put into the prototype', () => {
  const headers = JSON.parse('{"a": 1}', (key, value) => key === 'a' ? value : Object.setPrototypeOf({}, { x: StringMatch.exact('y') }));
  expect(() => HttpMatch.of({ path: '/', headers })).toThrow('`headers` is an object');
});

test('takes props that carry more, as those of a class that passes its own on', () => {
  const target = chart();
  const props = { service, stable: v1, canary: v2, replicas: 3 };

  expect(new CanaryRelease(target, 'x', props).apiObjects).toHaveLength(2);
});

test('takes what another copy of the library made', () => {
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const copy = require('../src') as typeof import('../src');
    expect(copy.Identity).not.toBe(Identity);
    access({ allow: [{ sources: [copy.Identity.serviceAccount('web')] }] });
  });
});

test('an intent outside of any chart says so', () => {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.smi());
  expect(() => new CanaryRelease(app, 'x', { service, stable: v1, canary: v2 })).toThrow('[x] MESH1209: it stands in no chart. Make it in one');
});
