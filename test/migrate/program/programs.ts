import * as fc from 'fast-check';
import type { AccessAllowance } from '../../../src';
import { call, commented, constant, construct, LeftOut, member, methodCall, type Program, type ProgramChart, type Statement } from '../../../src/migrate/program';

/** What people can write in YAML to break out of a text or a comment, and anything else. */
export const hostileText = fc.array(fc.oneof(
  fc.constantFrom(
    '*/', '/*', '//', "'", '"', '\\', '\\\'', '\n', '\r', '\r\n', '\t', '\0', '\u2028', '\u2029', '\u0085', '\u202e', '\ufeff', '\ud800', '\udc00', '\u00a0',
    '`', '${process.exit()}', '@ts-expect-error', '@ts-ignore', ' @ts-ignore ', '\n@ts-nocheck', '<!--', '\n-->', '</script>', '__proto__', 'constructor', ' ', '   ', '\');',
    'x'.repeat(150), 'word '.repeat(40),
  ),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
), { maxLength: 5 }).map(parts => parts.join(''));

/** What users call things: mostly by names of Kubernetes, which may say something to TypeScript. */
const name = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'cart', 'cart-v1', 'cart-V1', 'cartV1', 'CART_V1', '1st', 'class', 'await', 'scope', 'id', 'app', 'this', 'undefined', 'let', 'object', 'mesh-service',
      'chart', 'constructor',
    ),
  },
  { weight: 1, arbitrary: hostileText },
);

const comment = fc.option(hostileText, { nil: undefined });
const options = fc.record({ comment, isNamed: fc.boolean() });
const printable = fc.string({ unit: fc.constantFrom('a', "'", '"', '\\', '*', '/', '`', '$', '{', ' '), minLength: 1, maxLength: 12 }).map(text => `x${text}x`);
const values = fc.record({ name, options, text: printable }).map(of => constant(of.name, call('StringMatch', 'exact', of.text), of.options));

const matches = fc.record({
  name,
  options,
  method: fc.constantFrom('GET', 'POST'),
  path: fc.constantFrom('/', '/cart', "/it's", '/a/*b'),
  values: fc.array(values, { maxLength: 2 }),
}).map(of => constant(of.name, call('HttpMatch', 'of', {
  methods: [of.method], path: of.path, headers: Object.fromEntries(of.values.map((value, i) => [`x-${i}`, value])),
}), of.options));

const identities = fc.record({ name, options, account: fc.constantFrom('web', 'ops'), namespace: fc.constantFrom(undefined, 'shop', 'other') })
  .map(of => constant(of.name, call('Identity', 'serviceAccount', of.account, of.namespace), of.options));

const pool = fc.record({
  matches: fc.array(matches, { minLength: 1, maxLength: 3 }),
  identities: fc.array(identities, { minLength: 1, maxLength: 3 }),
});

type Pool = typeof pool extends fc.Arbitrary<infer T> ? T : never;

function statement(i: number, { matches: someMatches, identities: someIdentities }: Pool): fc.Arbitrary<Statement> {
  const allowance = fc.record({
    sources: fc.subarray(someIdentities, { minLength: 1 }), requests: fc.subarray(someMatches, { minLength: 1 }), form: fc.nat(3), text: hostileText,
  }).map(({ form, text, sources, requests }) => {
    if (form === 0) return commented<AccessAllowance>(text, { sources, requests });
    if (form === 1) return new LeftOut(text, { sources, requests, text });
    return form === 2 ? { sources, ports: [8080] } : { sources, requests };
  });
  return fc.record({
    name,
    options,
    kind: fc.nat(3),
    annotations: fc.dictionary(fc.constantFrom('a', 'b.c/d', '1', '__proto__', "it's"), hostileText, { maxKeys: 2 }),
    allow: fc.array(allowance, { maxLength: 3 }),
    weight: fc.nat(100),
    comments: fc.array(hostileText, { maxLength: 2 }),
    leftOut: fc.option(hostileText, { nil: undefined, freq: 5 }),
    probe: fc.nat(2),
    id: fc.oneof({ weight: 4, arbitrary: fc.constant('access') }, { weight: 1, arbitrary: hostileText }),
  }).map(of => {
    const service = constant(of.name, call('MeshService', 'of', `svc-${i}`, {
      ports: [{ port: 8080, protocol: member('MeshProtocol', 'HTTP'), name: 'http' }], podSelector: { app: `svc-${i}` }, serviceAccount: `svc-${i}`,
    }), of.options);
    const id = `${of.id}-${i}`;
    const metadata = { annotations: of.annotations };
    const canary = methodCall(service, 'variant', `svc-${i}-v2`);
    const all = [
      construct('ServiceAccessPolicy', id, {
        metadata,
        destination: service,
        allow: of.allow,
        healthProbes: [undefined, new LeftOut(of.name, [{ path: of.name }]), [{ kind: member('HealthProbeKind', 'TCP') }]][of.probe],
      }, ...of.comments),
      construct('CanaryRelease', id, { metadata, service, stable: constant(of.name, methodCall(service, 'variant', `svc-${i}-v1`), of.options), canary, weight: of.weight }, ...of.comments),
      construct('ServiceRoute', id, { service, rules: [{ matches: someMatches, backends: [{ service: canary, weight: 7 }] }, { backends: [{ service }] }] }, ...of.comments),
      construct('MutualTls', id, { workload: service, mode: member('MutualTlsMode', 'STRICT') }, ...of.comments),
    ];
    return { ...all[of.kind], leftOut: of.leftOut };
  });
}

const chart = fc.record({ some: pool, count: fc.nat(3) }).chain(({ some, count }) => fc.record({
  id: fc.constantFrom('shop', 'Shop', '1-ops', 'object', 'app', 'chart', 'class', 'construct', 'mesh-service', 'promise', 'a.b'),
  namespace: fc.constantFrom(undefined, 'shop', 'ops'),
  statements: fc.tuple(...Array.from({ length: count }, (_, i) => statement(i, some))),
}));

export const programs: fc.Arbitrary<Program> = fc.record({
  comments: fc.array(hostileText, { maxLength: 2 }),
  targets: fc.constantFrom(
    [call('MeshTarget', 'gatewayApi', { mesh: member('MeshImplementation', 'LINKERD') })],
    [call('MeshTarget', 'gatewayApi', { mesh: member('MeshImplementation', 'ISTIO') }), call('MeshTarget', 'smi', { implementation: member('SmiImplementation', 'OSM') })],
  ),
  charts: fc.uniqueArray(chart, { minLength: 1, maxLength: 3, selector: ({ id }) => id.toLowerCase() }) as fc.Arbitrary<ProgramChart[]>,
});
