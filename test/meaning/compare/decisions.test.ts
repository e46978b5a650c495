import * as fc from 'fast-check';
import type { Call, Client, Request } from '../../../src/meaning/call';
import type { Contrast } from '../../../src/meaning/compare/decisions';
import { comparePassages } from '../../../src/meaning/compare/passages';
import { ALWAYS, type Atom, type Condition, isTrue, NEVER } from '../../../src/meaning/condition';
import type { Decision, Source } from '../../../src/meaning/decision';
import { pass } from '../../../src/meaning/passage';
import { restricted } from '../../../src/meaning/restrict';
import type { Text } from '../../../src/meaning/text';
import { truthOf } from '../../../src/meaning/truth';
import type { Gate, Passage } from '../../../src/meaning/world';

const place = (file: string) => ({ file, line: 1, path: '' });
const SOURCE: Source = { kind: 'Policy', name: 'cart', place: place('a.yaml') };
const EMPTY: Request = { method: 'GET', path: '/', headers: {}, query: {} };
const OUTSIDE: Client = { kind: 'outside', meshed: false };
const ENTRANCES = [{ namespace: 'shop', service: 'cart', port: 80 }, { namespace: 'shop', service: 'cart-v1', port: 80 }, undefined] as const;
const CALL: Call = { client: OUTSIDE, pod: { namespace: 'shop' }, port: 8080, protocol: 'HTTP', request: EMPTY };
const setting = (call: Call = CALL) => ({ call, entrances: ENTRANCES, hosts: ['cart.shop'], textAt: ({ file }: { readonly file: string }) => file });

const gate = (decision: Decision<Passage>, layer?: 'network'): Gate => ({ title: 'gate', decision, ...(layer !== undefined && { layer }) });
const rule = (when: Condition, value: Passage = 'allowed') => ({ when, then: { value, why: 'a rule' }, source: SOURCE });
const allowing = (...conditions: readonly Condition[]) => gate({ branches: conditions.map(when => rule(when)), otherwise: { value: 'denied', why: 'no rule' } });
const is = (type: 'path' | 'method', text: Text): Condition => ({ type, is: text });
const exact = (value: string): Text => ({ type: 'exact', value });

const shown = (before: readonly Gate[], after: readonly Gate[], call: Call = CALL) => {
  const { contrasts, unknown } = comparePassages(before, after, setting(call));
  return { contrasts: contrasts.map(({ before: b, after: a, call: { request } }) => `${b.key} → ${a.key}: ${request?.method} ${request?.path}`).sort(), unknown };
};

test('the witness of a difference is as short as there is', () => {
  const before = [allowing(is('path', exact('/cart')))];

  expect(shown(before, [allowing(is('path', { type: 'prefix', value: '/cart' }))])).toEqual({ contrasts: ['denied → allowed: GET /carta'], unknown: [] });
  expect(shown(before, [allowing({ type: 'all', of: [is('path', exact('/cart')), is('method', exact('POST'))] })]))
    .toEqual({ contrasts: ['allowed → denied: GET /cart'], unknown: [] });
  expect(shown(before, [])).toEqual({ contrasts: ['denied → allowed: GET /'], unknown: [] });
  expect(shown(before, [allowing(is('path', { type: 'regex', value: '/ca(rt)' }))])).toEqual({ contrasts: [], unknown: [] });
});

test('two rules that let in something new are two differences', () => {
  expect(shown([allowing(is('path', exact('/a')))], [allowing(is('path', exact('/a')), is('path', exact('/b')), is('path', exact('/c')))]).contrasts)
    .toEqual(['denied → allowed: GET /b', 'denied → allowed: GET /c']);
});

describe('doubts', () => {
  const doubt = (file: string): Condition => ({ type: 'unknown', why: 'it is not known here', place: place(file) });

  test('of the same text are one doubt: nothing differs', () => {
    expect(shown([allowing(doubt('same'))], [allowing(doubt('same'))])).toEqual({ contrasts: [], unknown: [] });
    expect(shown([allowing(doubt('one'))], [allowing(doubt('other'))])).toMatchObject({ contrasts: [], unknown: [expect.stringContaining('it is not known here'), expect.anything()] });
  });

  test('that change nothing are none', () => {
    expect(shown([allowing(doubt('one'))], [allowing(doubt('one'), ALWAYS)]).unknown).toHaveLength(1);
    expect(shown([allowing({ type: 'all', of: [doubt('one'), NEVER] })], [allowing(ALWAYS)])).toEqual({ contrasts: ['denied → allowed: GET /'], unknown: [] });
    expect(shown([allowing(doubt('one')), allowing(NEVER)], [allowing(ALWAYS)])).toEqual({ contrasts: ['denied → allowed: GET /'], unknown: [] });
  });

  test('of an expression that nobody can follow, and of a client that nobody knows', () => {
    expect(shown([allowing(is('path', { type: 'regex', value: '/a\\b' }))], [allowing(ALWAYS)]).unknown).toHaveLength(1);
    const pod: Call = { ...CALL, client: { kind: 'pod', namespace: 'shop', meshed: true } };
    const labelled: Condition = { type: 'pod', labels: { matchLabels: { app: 'web' }, matchExpressions: [] } };
    expect(shown([allowing(labelled)], [allowing(ALWAYS)], pod).unknown).toHaveLength(1);
    expect(shown([allowing(labelled)], [allowing(labelled)], pod)).toEqual({ contrasts: [], unknown: [] });
  });
});

test('a list of claims meets several conditions', () => {
  const has = (role: string): Condition => ({ type: 'claim', path: ['roles'], is: exact(role) });
  const { contrasts: [{ call }] } = comparePassages([allowing()], [allowing({ type: 'all', of: [has('a'), has('b')] })], setting());

  expect(call.request?.claims).toEqual({ roles: ['a', 'b'] });
});

test('a path is told apart from the path with its query', () => {
  const target: Condition = { type: 'target', is: { type: 'suffix', value: '=1' } };
  const { contrasts: [{ call }] } = comparePassages([allowing()], [allowing({ type: 'all', of: [target, is('path', exact('/a'))] })], setting());

  expect(call.request).toMatchObject({ path: '/a', query: { a: '1' } });
});

const texts = (...values: readonly string[]): fc.Arbitrary<Text> => fc.letrec<{ text: Text; leaf: Text }>(tie => ({
  leaf: fc.oneof(
    fc.record({ type: fc.constantFrom('exact' as const, 'prefix' as const, 'suffix' as const), value: fc.constantFrom(...values) }),
    fc.constantFrom<Text>({ type: 'anything' }, ...values.map(value => ({ type: 'regex' as const, value: `${value}[ab]?` }))),
  ),
  text: fc.oneof({ maxDepth: 2 }, tie('leaf'), fc.array(tie('text'), { maxLength: 2 }).map(of => ({ type: 'oneOf' as const, of })), tie('text').map(of => ({ type: 'not' as const, of }))),
})).text;

const atoms: fc.Arbitrary<Atom> = fc.oneof(
  texts('/', '/a', '/a/', '/b', '/a/b').map(text => ({ type: 'path' as const, is: text })),
  texts('GET', 'POST').map(text => ({ type: 'method' as const, is: text })),
  fc.record({ type: fc.constant('header' as const), name: fc.constantFrom('x', 'y'), is: texts('a', 'b') }),
  fc.record({ type: fc.constant('claim' as const), path: fc.constant(['iss']), is: texts('a', 'b') }),
  fc.constantFrom<Atom>(
    { type: 'entrance', namespace: 'shop', service: 'cart' }, { type: 'client', kinds: ['outside'] }, { type: 'client', kinds: ['pod'] },
    { type: 'address', within: '10.0.0.0/8', except: ['10.1.0.0/16'] }, { type: 'address', within: '10.1.2.3', except: [] },
  ),
);
const conditions: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>(tie => ({
  condition: fc.oneof({ maxDepth: 3, withCrossShrink: true }, atoms,
    fc.record({ type: fc.constantFrom('all' as const, 'any' as const), of: fc.array(tie('condition'), { maxLength: 3 }) }),
    tie('condition').map(of => ({ type: 'not' as const, of }))),
})).condition;
const passages = fc.constantFrom<Passage>('allowed', 'denied');
const decisions: fc.Arbitrary<Decision<Passage>> = fc.letrec<{ decision: Decision<Passage> }>(tie => ({
  decision: fc.record({
    branches: fc.array(fc.record({
      when: conditions, then: fc.oneof({ maxDepth: 2 }, passages.map(value => ({ value, why: 'a rule' })), tie('decision')), source: fc.constant(SOURCE),
    }), { maxLength: 3 }),
    otherwise: passages.map(value => ({ value, why: 'otherwise' })),
  }),
})).decision;
const gates = fc.array(fc.tuple(decisions, fc.constantFrom(undefined, 'network' as const)).map(([decision, layer]) => gate(decision, layer)), { maxLength: 3 });

const product = <A, B>(as: readonly A[], bs: readonly B[]) => as.flatMap(a => bs.map(b => [a, b] as const));
const VALUES = [undefined, 'a', 'aa', 'ab', 'b', 'c', 'ba'];
const PATHS = ['/', '/a', '/aa', '/ab', '/a/', '/b', '/b/', '/a/b', '/a/a', '/a/ba', '/c', '/c/a', '/c/a/', '/c/b', '/c/a/b', '/ba', '/bb', '/a/ba/', '/a/bb'];
const parts = product(product(PATHS, ['GET', 'POST', 'GETa', 'POSTb', 'GETPOST', 'PUT']), product(VALUES, VALUES));
/** A few calls of each part that conditions tell apart. */
function* dense(seed: number): Generator<Call> {
  for (const [i, [[path, method], [x, y]]] of parts.entries()) {
    const at = i * 7 + seed;
    const address = ['203.0.113.7', '10.0.0.1', '10.1.2.3', '10.1.0.1'][at % 4];
    const entrance = ENTRANCES[Math.floor(at / 4) % 3];
    const claims = [undefined, 'a', 'b', 'ab', ['a', 'b'], 'c', ['b', 'c']][Math.floor(at / 12) % 7];
    yield {
      ...CALL,
      client: { ...OUTSIDE, address },
      ...(entrance !== undefined && { entrance }),
      request: {
        ...EMPTY,
        path,
        method,
        headers: { ...(x !== undefined && { x }), ...(y !== undefined && { y }) },
        ...(claims !== undefined && { claims: { iss: claims } }),
      },
    };
  }
}

test('a difference is found if asking many requests finds one, and each witness is one', () => {
  let [differing, same] = [0, 0];
  fc.assert(fc.property(gates, gates, fc.nat(1000), (before, after, seed) => {
    const { contrasts, unknown } = comparePassages(before, after, setting());
    expect(unknown).toEqual([]);
    for (const { before: b, after: a, call } of contrasts) {
      const asked = { ...call, client: { address: '203.0.113.7', ...call.client } };
      expect([pass(before, asked).passage, pass(after, asked).passage]).toEqual([b.value, a.value]);
      expect(b.value).not.toBe(a.value);
    }
    if (contrasts.length > 0) {
      differing++;
      return;
    }
    same++;
    for (const call of dense(seed)) {
      if (pass(before, call).passage !== pass(after, call).passage) throw new Error(`not found: ${JSON.stringify(call)}`);
    }
  }), { numRuns: Number(process.env.ORACLE_CASES ?? 100) });
  expect(differing).toBeGreaterThan(30);
  expect(same).toBeGreaterThan(5);
});

test('what differs if doubts are settled in one way is found, and nothing else', () => {
  const files = ['one', 'two', 'three'];
  const doubts = fc.constantFrom(...files).map((file): Atom => ({ type: 'unknown', why: 'it is not known here', place: place(file) }));
  const some: fc.Arbitrary<Condition> = fc.oneof(doubts, atoms, fc.record({
    type: fc.constantFrom('all' as const, 'any' as const), of: fc.array(fc.oneof(doubts, atoms), { maxLength: 3 }),
  }), doubts.map(of => ({ type: 'not' as const, of })));
  const doubtful = fc.array(fc.array(fc.tuple(some, passages).map(([when, value]) => rule(when, value)), { maxLength: 3 })
    .map(branches => gate({ branches, otherwise: { value: 'denied', why: 'no rule' } })), { minLength: 1, maxLength: 2 });
  const settled = (all: readonly Gate[], way: number) => all.map(one => ({
    ...one,
    decision: restricted(one.decision, atom => atom.type !== 'unknown' ? 'unknown'
      : truthOf(Math.floor(way / 2 ** files.indexOf(atom.place.file)) % 2 === 1)),
  }));
  const keysOf = (contrasts: readonly Contrast<Passage>[]) => contrasts.map(({ before, after }) => `${before.key} → ${after.key}`);
  let hidden = 0;
  fc.assert(fc.property(doubtful, doubtful, (before, after) => {
    const { contrasts, perhaps, unknown } = comparePassages(before, after, setting());
    const each = Array.from({ length: 2 ** files.length }, (_, way) => comparePassages(settled(before, way), settled(after, way), setting()))
      .map(one => new Set(keysOf(one.contrasts)));
    expect(new Set(keysOf([...contrasts, ...perhaps]))).toEqual(new Set(each.flatMap(keys => [...keys])));
    for (const key of keysOf(contrasts)) for (const keys of each) expect(keys).toContain(key);
    expect(unknown.length > 0).toBe(perhaps.length > 0);
    if (perhaps.length > 0) hidden++;
  }), { numRuns: Number(process.env.ORACLE_CASES ?? 200) });
  expect(hidden).toBeGreaterThan(30);
});

test('a client has one address, whichever it is', () => {
  const within = (block: string): Condition => ({ type: 'address', within: block, except: [] });
  const blocks = Array.from({ length: 9 }, (_, i) => within(`10.${i}.0.0/16`));
  const pod: Call = { ...CALL, client: { kind: 'pod', namespace: 'shop', meshed: true } };

  const { contrasts, perhaps, unknown } = comparePassages([allowing(...blocks)], [allowing(...blocks, within('10.9.0.0/16'))], setting(pod));
  expect([contrasts, unknown]).toEqual([[], ['something of the client is not known']]);
  expect(perhaps.map(({ before, after, call: { client: { address } } }) => `${before.key} → ${after.key}: ${address}`)).toEqual(['denied → allowed: 10.9.0.0']);
  expect(shown([allowing({ type: 'all', of: [blocks[0], blocks[1]] })], [], pod)).toEqual(shown([allowing()], [], pod));
});

test('conditions that are the same in other words never differ', () => {
  let isTold = 0;
  fc.assert(fc.property(conditions, condition => {
    const twice: Condition = { type: 'not', of: { type: 'not', of: condition } };
    const { contrasts, unknown } = comparePassages([allowing(condition)], [allowing({ type: 'any', of: [twice, { type: 'all', of: [condition, condition] }] })], setting());
    expect([contrasts, unknown]).toEqual([[], []]);
    if (isTrue(condition, CALL) !== 'unknown') isTold++;
  }), { numRuns: 200 });
  expect(isTold).toBeGreaterThan(0);
});
