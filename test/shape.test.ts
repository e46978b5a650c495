import { ApiObject, App, Chart, Duration, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import * as library from '../src';
import type { Call, Type } from './surface';
import { Surface } from './surface';
import { nearest } from '../src/input/nearest';

const {
  AbTest, CanaryRelease, CertificateIssuer, ClusterPeer, ClusterPort, ClusterSubject, Delivery, EgressDestination, EgressPolicy, EgressPort,
  Exposure, ExposureGateway, ExposureTls,
  GatewayAddress, GatewayListener, GatewayNamespaces, HashKey, LoadBalancing,
  HttpMatch, Identity, MeshImplementation, MeshPods, MeshService, MeshTarget, MeshTargets, ReleaseCheck, ServiceAccessPolicy, SharedGateway,
  SharedListenerSet,
  StringMatch, SubjectAltName, Workload,
  WorkloadAutoscaler,
} = library;

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

const TARGETS = [MeshTarget.smi(), MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO })];

function chart(): Chart {
  const app = new App();
  MeshTargets.of(app).add(...TARGETS);
  return new Chart(app, 'shop', { namespace: 'shop' });
}

const surface = new Surface();

function kubeObject(kind: string) {
  const spec = kind === 'Service' ? { ports: [{ port: 80 }], selector: { app: 'a' } } : undefined;
  return new ApiObject(chart(), 'a', { apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, ...(spec && { spec }) });
}

/** An instance of each class that the surface takes, or has methods of. */
const INSTANCES: Readonly<Record<string, (call: Call) => any>> = {
  Construct: chart,
  IConstruct: ({ name }) => name.includes('fromKube') ? kubeObject(name.slice(name.indexOf('fromKube') + 'fromKube'.length).replace('Workload', 'Deployment')) : chart(),
  Duration: () => Duration.seconds(2),
  MeshService: () => service,
  MeshWorkload: () => service,
  MeshPods: () => MeshPods.of({ podSelector: { app: 'agent' } }),
  Identity: () => Identity.serviceAccount('web'),
  RequestMatch: () => match,
  StringMatch: () => StringMatch.exact('y'),
  MeshIntent: () => release(),
  ServiceRouting: () => release(),
  ExposureGateway: () => ExposureGateway.shared('public'),
  ExposureTls: () => ExposureTls.secret('a'),
  GatewayListener: () => GatewayListener.http('http'),
  HashKey: () => HashKey.header('x-user'),
  LoadBalancing: () => LoadBalancing.random(),
  GatewayNamespaces: () => GatewayNamespaces.same(),
  GatewayAddress: () => GatewayAddress.ip(),
  SubjectAltName: () => SubjectAltName.hostname('a.example.com'),
  SharedListenerSet: () => new SharedListenerSet(chart(), 'team', { gateway: ExposureGateway.shared('public'), listeners: [GatewayListener.http('http')] }),
  SharedListeners: () => new SharedGateway(chart(), 'public', { className: 'istio', listeners: [GatewayListener.http('http')] }),
  SharedGateway: () => new SharedGateway(chart(), 'public', { className: 'istio', listeners: [GatewayListener.http('http')] }),
  CertificateIssuer: () => CertificateIssuer.ofCluster('a'),
  EgressDestination: () => EgressDestination.host('api.example.com', EgressPort.tls()),
  EgressPort: () => EgressPort.tls(),
  ClusterSubject: () => ClusterSubject.anyPod(),
  ClusterPeer: () => ClusterPeer.anyone(),
  ClusterPort: () => ClusterPort.tcp(80),
  Workload: () => Workload.deployment('cart'),
  WorkloadAutoscaler: () => WorkloadAutoscaler.horizontal('cart'),
  ReleaseCheck: () => ReleaseCheck.promql('errors', { query: 'sum(errors)', atMost: 1 }),
  ReleaseIntent: () => release(),
  CanaryRelease: () => release(),
  BlueGreenRelease: () => release(),
  AbTest: () => release(),
  Delivery: () => Delivery.byCommit(),
  MeshTarget: () => MeshTarget.smi(),
  MeshTargets: () => MeshTargets.of(new App()),
};

function release() {
  return new CanaryRelease(chart(), 'release', { service, stable: v1, canary: v2 });
}

/** The least that has the type. */
function least(call: Call, type: Type): any {
  switch (type.kind) {
    case 'text': return 'a';
    case 'number': return 80;
    case 'boolean': return true;
    case 'enum': return Object.values((library as any)[type.name])[0];
    case 'class': return INSTANCES[type.name](call);
    case 'struct': return Object.fromEntries(
      surface.fieldsOf(type.name).filter(({ optional }) => !optional).map(field => [field.name, least(call, field.type)]),
    );
    case 'list': return [least(call, type.of)];
    case 'map': return { a: least(call, type.of) };
  }
}

/** Somewhere in what a call is given. */
interface Place {
  readonly path: string;
  readonly type: Type;
  readonly call: Call;
  /** Calls with this value there. */
  readonly give: (value: unknown) => unknown;
}

function placesBelow(call: Call, type: Type, path: string, give: Place['give']): Place[] {
  return [{ path, type, call, give }, ...below()];

  function below(): Place[] {
    switch (type.kind) {
      case 'struct': return surface.fieldsOf(type.name).flatMap(field =>
        placesBelow(call, field.type, `${path}.${field.name}`, value => give({ ...least(call, type), [field.name]: value })));
      case 'list': return placesBelow(call, type.of, `${path}[0]`, value => give([value]));
      case 'map': return placesBelow(call, type.of, `${path}['a']`, value => give({ a: value }));
      default: return [];
    }
  }
}

function placesOf(call: Call): Place[] {
  return call.parameters.flatMap((parameter, i) => {
    const places = placesBelow(call, parameter.type, `${call.name} ${parameter.name}`, value =>
      run(call, call.parameters.map((other, k) => k === i ? value : least(call, other.type))));
    // A list that JavaScript makes of the arguments is one.
    return parameter.rest ? places.slice(1) : places;
  });
}

function run({ of, kind, name, parameters }: Call, given: readonly unknown[]): unknown {
  const args = given.flatMap((value, i): readonly unknown[] => parameters[i].rest ? value as unknown[] : [value]);
  const method = name.slice(name.indexOf('.') + 1);
  const type = (library as any)[of];
  switch (kind) {
    case 'constructor': return new type(...args);
    case 'static': return type[method](...args);
    case 'method': return INSTANCES[of](surface.calls[0])[method](...args);
  }
}

const PLACES = surface.calls.flatMap(placesOf);
const STRUCTS = PLACES.filter(({ type }) => type.kind === 'struct');

/** What a call throws. */
function errorOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

test('the surface is read as it is', () => {
  expect(surface.calls.length).toBeGreaterThan(50);
  expect(STRUCTS.map(({ path }) => path)).toEqual(expect.arrayContaining([
    'new ServiceAccessPolicy props', 'new ServiceAccessPolicy props.allow[0]', 'new ServiceAccessPolicy props.metadata',
    'new Exposure props.rules[0].backends[0].requestHeaders', 'MeshService.of options.ports[0]', 'MeshTarget.kuma options',
  ]));
});

describe('every argument and property', () => {
  test.each(PLACES.map(place => [place.path, place] as const))('%s: is refused in a sentence, if it is nothing that can be there', (path, { type, give }) => {
    for (const [what, value] of Object.entries(WRONG)) {
      if (isOfType(type, value) || (ANY_NUMBER.includes(path) && Number.isFinite(value))) continue;
      expect(`${what}: ${errorOf(() => give(value))}`).toMatch(/^[^:]+: \[[^\]]+\] MESH1\d{3}: .+\. .+/);
    }
  });
});

/** Where every number means something. */
const ANY_NUMBER = ['ReleaseCheck.promql options.atLeast', 'ReleaseCheck.promql options.atMost'];

/** A value that the declaration takes, of which only its meaning can be wrong. */
function isOfType(type: Type, value: unknown): boolean {
  return type.kind === 'text' && typeof value === 'string';
}

const HIDDEN: Readonly<Record<string, (given: object) => object>> = {
  'a property that cannot be seen': given => Object.defineProperty({ ...given }, 'unheard', { value: 1 }),
  'an inherited property': given => Object.setPrototypeOf({ ...given }, { unheard: 1 }),
  'a getter of a class': given => Object.assign(new class { get unheard() { return 1; } }(), given),
  'a prototype without a prototype': given => Object.setPrototypeOf({ ...given }, Object.create(null, { unheard: { value: 1 } })),
  'properties that are all inherited': given => Object.create(given),
};

describe('every object', () => {
  test.each(STRUCTS.map(place => [place.path, place] as const))('%s: takes its properties and no other', (_, { path, type, call, give }) => {
    const at = (property: string) => [path.replace(/^(new )?\S+ ((props|options)\.?)?/, ''), property].filter(part => part !== '').join('.');
    const given = least(call, type);
    const fields = surface.fieldsOf((type as { readonly name: string }).name);
    for (const { name, type: of } of fields) {
      expect(errorOf(() => give({ ...given, [name]: least(call, of) }))).not.toMatch(/MESH100[123]/);
    }
    for (const unknown of ['unheard', '__proto__', 'constructor', 'toString']) {
      const error = errorOf(() => give(Object.defineProperty({ ...given }, unknown, { value: undefined, enumerable: true })));
      expect(error).toContain(`MESH1003: \`${at(unknown)}\` is unknown. `);
    }
    for (const { name } of fields.filter(field => field.name.length > 2)) {
      const { [name]: value = 1, ...others } = given;
      for (const misspelled of [`${name}s`, name.slice(0, -1), name.toUpperCase(), name.slice(0, 1) + name.slice(2, 3) + name.slice(1, 2) + name.slice(3)]) {
        if (fields.some(field => field.name === misspelled)) continue;
        expect(errorOf(() => give({ ...others, [misspelled]: value }))).toMatch(/MESH1003: .+ is unknown\. Did you mean `/);
      }
    }
    // What is not an object's own, or cannot be seen, is left out wherever it is spread.
    for (const [what, hidden] of Object.entries(HIDDEN)) {
      expect(`${what}: ${errorOf(() => give(hidden(given)))}`).toMatch(/MESH1001: .+ Give a plain object/);
    }
  });
});

/** What every object in JavaScript has under these names would be taken for what a table says. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'resolve', 'toJSON', 'value', 'then', 'length'];

describe('names that JavaScript has a meaning for', () => {
  const strings = PLACES.filter(({ type }) => type.kind === 'text');
  const maps = PLACES.filter(({ type }) => type.kind === 'map');
  const literal = (name: string, value: unknown) => Object.defineProperty({}, name, { value, enumerable: true });

  test.each(strings.map(place => [place.path, place] as const))('%s: are names like others', (_, { give }) => {
    INHERITED.forEach(name => expect(written(() => give(name))).toMatch(SENTENCE));
  });

  test.each(maps.map(place => [place.path, place] as const))('%s: are keys like others', (_, { call, type, give }) => {
    const item = least(call, (type as { readonly of: Type }).of);
    INHERITED.forEach(name => expect(written(() => give(literal(name, item)))).toMatch(SENTENCE));
  });

  const TARGETS_OF_ALL: Readonly<Record<string, () => library.MeshTarget>> = {
    'Open Service Mesh': () => MeshTarget.smi({ implementation: library.SmiImplementation.OSM }),
    'Istio': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }),
    'Consul': () => MeshTarget.consul({ namespaces: library.ConsulNamespaces.MIRRORED }),
    'Kuma': () => MeshTarget.kuma({ trustDomain: 'default.zone.mesh.local' }),
    'Cilium': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM }),
    'NetworkPolicy': () => MeshTarget.networkPolicy(),
  };

  /** They are written, or refused; never left out. */
  test.each(Object.entries(TARGETS_OF_ALL))('in conditions, %s', (_, target) => {
    for (const name of INHERITED) {
      const shop = () => {
        const app = new App();
        MeshTargets.of(app).add(target());
        return new Chart(app, 'shop', { namespace: 'shop' });
      };
      const destination = () => MeshService.of('cart', { port: 80, serviceAccount: 'cart', podSelector: literal(name, 'a') });
      const policy = (sources: library.Identity[], requests?: library.RequestMatch[]) =>
        new ServiceAccessPolicy(shop(), 'x', {
          destination: requests === undefined ? destination() : service, allow: [{ sources, ...(requests && { requests }) }],
        });
      const route = (condition: library.RequestMatch) => new library.ServiceRoute(shop(), 'x', {
        service, rules: [{ matches: [condition], backends: [{ service: v1 }] }, { backends: [{ service: v2 }] }],
      });
      const web = Identity.serviceAccount('web');
      for (const made of [
        () => policy([Identity.anyone()]),
        () => policy([Identity.namespaceLabels(literal(name, 'a'))]),
        () => policy([web], [HttpMatch.header(name, 'a')]),
        () => route(HttpMatch.header(name, 'a')),
        () => route(HttpMatch.of({ query: literal(name, StringMatch.exact('a')) })),
        () => new library.ServiceRoute(shop(), 'x', {
          service, rules: [{ backends: [{ service: v1 }], requestHeaders: { set: literal(name, 'a') } }],
        }),
        () => new CanaryRelease(shop(), 'x', { service, stable: v1, canary: v2, metadata: { labels: literal(name, 'a') } }),
        () => new CanaryRelease(shop(), 'x', { service, stable: v1, canary: v2, metadata: { annotations: literal(name, 'a') } }),
      ]) {
        const text = written(made);
        expect(text).toMatch(SENTENCE);
        if (!text.includes('MESH')) expect(text.toLowerCase()).toContain(name.toLowerCase());
      }
    }
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('what a Service says of its ports: %s', name => {
    const ports = [{ port: 80, appProtocol: name, name: 'a' }, { port: 81, name: 'constructor' }];
    const object = new ApiObject(chart(), 'a', { apiVersion: 'v1', kind: 'Service', spec: { ports } });
    const spoken = MeshService.fromKubeService(object).ports.map(({ protocol }) => protocol);

    expect(Object.values(library.MeshProtocol)).toEqual(expect.arrayContaining(spoken));
  });
});

const SENTENCE = /^(?!.*(TypeError|non-simple|already a Construct))(apiVersion|\[|Validation failed|made)/;

/** What is written of a construct that a call makes; or what it throws. */
function written(make: () => unknown): string {
  try {
    const made = make();
    return made instanceof Construct ? (made.node.root as App).synthYaml() : 'made';
  } catch (error) {
    return (error as Error).message;
  }
}

test.each(surface.unmakable)('new %s(…) says what to write instead', name => {
  expect(errorOf(() => new (library as any)[name]())).toMatch(/^\[new \w+\] MESH1016: .+\. Write .*\(/);
  expect(errorOf(() => new (library as any)[name](chart(), 'x', { port: 80 }))).toMatch(/MESH1016/);
});

test('a misspelled property is near to the one that is meant', () => {
  const known = ['destination', 'allow', 'healthProbes', 'podSelector', 'tls'];

  expect(['destinaton', 'dest', 'Allow', 'healthprobe', 'selector', 'tsl', 'deny', 'replicas', ''].map(word => nearest(word, known)))
    .toEqual(['destination', 'destination', 'allow', 'healthProbes', 'podSelector', 'tls', undefined, undefined, undefined]);
});

test('what is missing is not what is misspelled', () => {
  expect(() => access({ destination: undefined, destinaton: service })).toThrow('[shop/x] MESH1003: `destinaton` is unknown. Did you mean `destination`?');
});

test('a misspelled property has the name that was meant', () => {
  expect(() => new EgressPolicy(chart(), 'x', { allow: [], worklod: service } as any)).toThrow('MESH1003: `worklod` is unknown. Did you mean `workload`?');
  expect(() => new Exposure(chart(), 'x', { service, tsl: ExposureTls.secret('a') } as any)).toThrow('MESH1003: `tsl` is unknown. Did you mean `tls`?');
});

test('an object may have getters of its own, and no prototype', () => {
  expect(() => access(Object.assign(Object.create(null), { allow: [] }))).not.toThrow();
  expect(() => new ServiceAccessPolicy(chart(), 'x', { get destination() { return service; }, allow: [] })).not.toThrow();
});

function access(props: object) {
  return new ServiceAccessPolicy(chart(), 'x', { destination: service, allow: [], ...props });
}

test('says which property of which construct, what is there, and what to give', () => {
  expect(() => access({ allow: [{ sources: ['web'] }] }))
    .toThrow("[shop/x] MESH1001: `allow[0].sources[0]` is 'web'. Give an Identity, such as `Identity.serviceAccount('web')`.");
});

test('refuses a property that nobody reads, where leaving it out would say something else', () => {
  const sources = [Identity.serviceAccount('web')];
  expect(() => access({ allow: [{ sources, request: [match] }] })).toThrow('[shop/x] MESH1003: `allow[0].request` is unknown. Did you mean `requests`?');
  expect(() => HttpMatch.of({ path: '/', method: ['GET'] } as any)).toThrow('`method` is unknown');
});

test('refuses headers that a literal put into the prototype', () => {
  const headers = JSON.parse('{"a": 1}', (key, value) => key === 'a' ? value : Object.setPrototypeOf({}, { x: StringMatch.exact('y') }));
  expect(() => HttpMatch.of({ path: '/', headers })).toThrow('`headers` is an object');
});

test('a class that passes on its own props has them refused, and passes on those that are for its base', () => {
  interface Props extends library.AbTestProps { readonly replicas: number }
  class Careless extends AbTest {
    constructor(scope: Chart, id: string, props: Props) { super(scope, id, props); }
  }
  class Careful extends AbTest {
    constructor(scope: Chart, id: string, { replicas, ...props }: Props) {
      super(scope, id, props);
      expect(replicas).toBe(3);
    }
  }
  const props = { service, a: v1, b: v2, audience: [match], replicas: 3 };

  expect(() => new Careless(chart(), 'x', props)).toThrow('[shop/x] MESH1003: `replicas` is unknown. Use `metadata`, `service`, `ports`');
  expect(new Careful(chart(), 'x', props).apiObjects).not.toHaveLength(0);
});

test('metadata has the fields that say something of every object', () => {
  const metadata = {
    name: 'a',
    namespace: 'shop',
    labels: { team: 'a' },
    annotations: { note: 'a' },
    finalizers: ['example.com/a'],
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: '1', controller: true, blockOwnerDeletion: true }],
  };
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi());
  const shop = new Chart(app, 'shop');
  new CanaryRelease(shop, 'x', { service, stable: v1, canary: v2, metadata });

  expect(Testing.synth(shop)[0].metadata).toEqual(metadata);
  expect(() => access({ metadata: { lables: {} } })).toThrow('MESH1003: `metadata.lables` is unknown. Did you mean `labels`?');
  expect(() => access({ metadata: { generateName: 'a-' } })).toThrow('MESH1003: `metadata.generateName` is unknown. Did you mean `name`?');
  expect(() => access({ metadata: { apiObject: 'a' } })).toThrow('MESH1003: `metadata.apiObject` is unknown. Use ');
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
  expect(() => new CanaryRelease(app, 'x', { service, stable: v1, canary: v2 })).toThrow('[x] MESH1209: the construct is not in a chart. Put it into a chart');
});
