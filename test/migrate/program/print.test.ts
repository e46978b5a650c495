import * as fc from 'fast-check';
import { bookstore } from './bookstore';
import { programs } from './programs';
import { call, constant, construct, member, methodCall, print, type ProgramChart } from '../../../src/migrate/program';

test('a program is what its author would have written', () => {
  expect(print(bookstore())).toBe(`// Migrated from SMI as Open Service Mesh reads it: cdk8s-mesh migrate --from osm --to istio bookstore.yaml
import { App, Chart } from 'cdk8s';
import {
  CanaryRelease, HealthProbeKind, HttpMatch, Identity, MeshImplementation, MeshProtocol, MeshService, MeshTarget, MeshTargets,
  NamespaceAccessDefault, ServiceAccessPolicy,
} from 'cdk8s-mesh';
import type { Construct } from 'constructs';

class Bookstore extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'bookstore' });

    // Services behind it, bookstore.yaml:130
    const bookstoreV1 = MeshService.of('bookstore-v1', {
      port: 14001,
      serviceAccount: 'bookstore',
      podSelector: { app: 'bookstore', version: 'v1' },
    });

    // Service bookstore, bookstore.yaml:92
    const bookstore = MeshService.of('bookstore', { port: 14001, podSelector: { app: 'bookstore' } });

    // Services behind it, bookstore.yaml:130
    const bookstoreV2 = bookstore.variant('bookstore-v2', { podSelector: { app: 'bookstore', version: 'v2' } });

    // HTTPRouteGroup bookstore-service-routes, bookstore.yaml:385
    const updateBooksBought = HttpMatch.of({ methods: ['POST'], path: '/update-books-bought' });

    // TrafficTarget bookstore, bookstore.yaml:364
    new ServiceAccessPolicy(this, 'bookstore', {
      destination: bookstoreV1,
      allow: [
        { sources: [Identity.serviceAccount('bookbuyer', 'bookbuyer')], requests: [updateBooksBought] },
        // TODO MESH2001 bookstore.yaml:399: Istio has no regular expression on paths, so this is left out and calls will be denied:
        // {
        //   sources: [Identity.serviceAccount('bookbuyer', 'bookbuyer')],
        //   requests: [
        //     HttpMatch.of({ methods: ['GET'], pathRegex: '.*a-book.*new' }),
        //     HttpMatch.of({
        //       methods: ['GET'],
        //       path: '/books-bought',
        //       headers: { 'client-app': StringMatch.regex('bookbuyer|bookthief'), 'user-agent': StringMatch.regex('.*-http-client/*.*') },
        //     }),
        //   ],
        // },
      ],
    });

    // TrafficSplit bookstore-split, bookstore.yaml:463
    new CanaryRelease(this, 'bookstore-split', { service: bookstore, stable: bookstoreV1, canary: bookstoreV2, weight: 50 });
  }
}

class _2Warehouses extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'bookwarehouse' });

    const bookstore = Identity.serviceAccount('bookstore');

    new NamespaceAccessDefault(this, 'default', {});

    new ServiceAccessPolicy(this, 'bookwarehouse', {
      destination: MeshService.of('bookwarehouse', { port: 14001, protocol: MeshProtocol.TCP, podSelector: { app: 'bookwarehouse' } }),
      allow: [{ sources: [bookstore, Identity.serviceAccount('bookbuyer', 'bookbuyer')], ports: [14001] }],
      healthProbes: [{ kind: HealthProbeKind.TCP, port: 14001 }],
    });

    // TrafficTarget mysql, bookstore.yaml:500
    // TODO MESH2001 bookstore.yaml:501: it is for UDP
    // new ServiceAccessPolicy(this, 'mysql', {
    //   destination: MeshService.of('bookwarehouse', { port: 14001, protocol: MeshProtocol.TCP, podSelector: { app: 'bookwarehouse' } }),
    //   allow: [{ sources: [Identity.serviceAccount('bookbuyer', 'bookbuyer')] }],
    // });
  }
}

const app = new App();
MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
new Bookstore(app, 'bookstore');
new _2Warehouses(app, '2-warehouses');
app.synth();
`);
});

test('the same program is the same text, in lines that are as short as they can be', () => {
  fc.assert(fc.property(programs, program => {
    const text = print(program);
    expect(print(program)).toBe(text);
    for (const line of text.split('\n')) {
      expect(line).not.toMatch(/\s$/);
      // What cannot be broken: a word of a comment, or a text.
      if (line.length > 140) expect(line).toMatch(/\S{60}|'.{60,}'/);
    }
  }), { numRuns: 50 });
});

const chart = (id: string, ...statements: ProgramChart['statements']): ProgramChart => ({ id, statements });
const program = (...charts: ProgramChart[]) => print({ comments: [], targets: [], charts });

const service = (name: string, isNamed = false) => constant(name, call('MeshService', 'of', 'cart', { port: 80 }), { isNamed });
const strict = (workload: ReturnType<typeof service>) => construct('MutualTls', 'a', { workload, mode: member('MutualTlsMode', 'STRICT') });
const constants = (text: string) => [...text.matchAll(/const (\S+) = (?!new App)/g)].map(([, name]) => name);

test('a constant is declared if it is used twice or is known by its name, and not where only a comment has it', () => {
  const [once, twice, known, none] = [service('once'), service('twice'), service('known', true), service('none', true)];
  const text = program(chart('a', strict(once), strict(twice), strict(twice), strict(known), { ...strict(none), leftOut: 'why' }));

  expect(constants(text)).toEqual(['twice', 'known']);
  expect(text).toContain("new MutualTls(this, 'a', { workload: MeshService.of('cart', { port: 80 }), mode: MutualTlsMode.STRICT });");
  expect(text).toContain("// TODO why\n    // new MutualTls(this, 'a', { workload: MeshService.of('cart', { port: 80 }), mode: MutualTlsMode.STRICT });");
});

test('constants have the names of users, and others where these are taken', () => {
  const text = program(chart('a', ...['cart-v1', 'cartV1', 'CART_V1', 'class', 'scope', '2nd', '*', '', 'HTTPServer', 'x'.repeat(99)].map(name => strict(service(name, true)))));

  expect(constants(text)).toEqual([
    'cartV1', 'cartV1Service', 'cartV1Service2', 'classService', 'scopeService', '_2Nd', 'service', 'serviceService', 'httpServer', 'x'.repeat(50),
  ]);
});

test('a service, an identity and a match of one name are told apart by what they are', () => {
  const isNamed = { isNamed: true };
  const match = constant('cart', call('HttpMatch', 'of', { headers: { a: constant('cart', call('StringMatch', 'exact', 'b'), isNamed) } }), isNamed);
  const text = program(chart('a', construct('ServiceAccessPolicy', 'a', {
    allow: [{ sources: [constant('cart', call('Identity', 'namespace', 'a'), isNamed)], requests: [match] }], destination: service('cart', true),
  })));

  expect(constants(text)).toEqual(['cart', 'cartIdentity', 'cartValue', 'cartMatch']);
});

test('each constant stands behind those that it uses, though its comment would put it in front', () => {
  const own = (name: string, comment: string) => constant(name, call('MeshService', 'of', name, { port: 80 }), { comment, isNamed: true });
  const [one, two] = [own('one', 'a'), own('two', 'b')];
  const three = constant('three', methodCall(two, 'variant', 'three'), { comment: 'a', isNamed: true });
  const text = program(chart('a', ...[one, two, three].map(strict)));

  expect(constants(text)).toEqual(['one', 'two', 'three']);
});

test('classes of charts have names of their own', () => {
  const text = program(...['shop', 'Shop', 'chart', 'object', 'mesh-service', '1', '_'].map(id => chart(id)));

  expect([...text.matchAll(/^class (\S+)/gm)].map(([, name]) => name)).toEqual([
    'Shop', 'ShopChart', 'ChartChart', 'ObjectChart', 'MeshServiceChart', '_1', 'ChartChart2',
  ]);
});

test('what the library does not have does not compile', () => {
  // @ts-expect-error no such option
  call('MeshService', 'of', 'cart', { porT: 80 });
  // @ts-expect-error no such method
  call('MeshService', 'off', 'cart');
  // @ts-expect-error a text is no member of an enum
  construct('MutualTls', 'a', { mode: 'strict' });
  // @ts-expect-error a Service is no identity
  construct('ServiceAccessPolicy', 'a', { destination: service('a'), allow: [{ sources: [service('a')] }] });
  // @ts-expect-error `allow` is missing
  construct('ServiceAccessPolicy', 'a', { destination: service('a') });
});
