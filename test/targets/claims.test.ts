import { isDeepStrictEqual } from 'util';
import * as fc from 'fast-check';
import type { PodsClaim, RequestsClaim, Subject, SubjectClaim, Topic } from '../../src/dialects/contract/claim';
import { claim } from '../../src/dialects/contract/claim';
import { claimInWords } from '../../src/targets/claim-words';
import { Claims } from '../../src/targets/claims';

const pods = (labels: Record<string, string>, namespace = 'shop', on: Topic = 'policy'): PodsClaim => ({ by: 'labels', on, namespace, labels });

const route = (name: string) => claim('route', { type: 'service', name, namespace: 'shop' });

test('a Service has one route', () => {
  const claims = new Claims<string>();

  expect(claims.lay(route('cart'), 'first')).toEqual([]);
  expect(claims.lay(route('web'), 'second')).toEqual([]);
  expect(claims.lay(route('cart'), 'third')).toEqual([{ claim: route('cart'), owner: 'first' }]);
  expect(claims.has(route('web'))).toBe(true);
  expect(claims.has(route('job'))).toBe(false);
});

describe('claims on a subject', () => {
  const name = fc.constantFrom('cart', 'web', 'shop/cart');
  const namespace = fc.constantFrom('shop', 'lab');
  const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
  const subjects: { readonly [T in Subject['type']]: fc.Arbitrary<Omit<Extract<Subject, { type: T }>, 'type'>> } = {
    service: fc.record({ name, namespace: maybe(namespace), clients: maybe(namespace) }),
    consulService: fc.record({ name, namespace: maybe(namespace) }),
    serviceAccount: fc.record({ name, namespace }),
    namespace: fc.record({ namespace }),
    mesh: fc.record({}),
    ofCluster: fc.record({ what: name }),
    servicesIn: fc.record({ namespace }),
    host: fc.record({ host: name, namespace: maybe(namespace) }),
    listener: fc.record({
      protocol: fc.constantFrom('HTTP', 'HTTPS'), host: maybe(name), port: fc.constantFrom(80, 443), gateway: name, namespace: maybe(namespace),
    }),
    tokenIssuer: fc.record({ namespace, workload: name, issuer: name }),
    object: fc.record({ apiVersion: fc.constantFrom('v1', 'v2'), kind: name, name, namespace: maybe(namespace) }),
  };
  const one = fc.oneof(...Object.entries(subjects).map(([type, of]) => fc.record({
    on: maybe(fc.constantFrom<Topic>('route', 'policy')),
    port: maybe(fc.constantFrom<string | number>(80, 'http')),
    of: of.map(fields => ({ type, ...fields }) as Subject),
  }))).map((fields): SubjectClaim => ({ by: 'subject', ...fields }));
  const reversed = (fields: object) => Object.fromEntries(Object.entries(fields).reverse());
  const withoutUndefined = (fields: object) => JSON.parse(JSON.stringify(fields)) as unknown;

  test('are in conflict if all their fields are equal, in whichever order these are written', () => {
    fc.assert(fc.property(one, one, (a, b) => {
      const claims = new Claims<string>();
      claims.lay(a, 'first');

      expect(claims.lay({ ...reversed(b), of: reversed(b.of) } as unknown as SubjectClaim, 'second').length > 0)
        .toBe(isDeepStrictEqual(withoutUndefined(a), withoutUndefined(b)));
      expect(claims.lay({ ...reversed(a), of: reversed(a.of) } as unknown as SubjectClaim, 'third')).toHaveLength(1);
    }), { numRuns: 1000 });
  });

  test('that only have the same words are not', () => {
    const claims = new Claims<string>();
    const [a, b] = [claim('route', { type: 'service', name: 'shop/cart' }), route('cart')];
    claims.lay(a, 'first');

    expect(claimInWords(a)).toBe(claimInWords(b));
    expect(claims.lay(b, 'second')).toEqual([]);
  });
});

test('a selector takes in pods that have more labels', () => {
  const claims = new Claims<string>();
  claims.lay(pods({ app: 'cart' }), 'cart');

  expect(claims.lay(pods({ app: 'cart', version: 'v2' }), 'v2')).toEqual([{ claim: pods({ app: 'cart', version: 'v2' }), owner: 'cart' }]);
  expect(claims.lay(pods({ app: 'web', version: 'v2' }), 'web')).toEqual([]);
  expect(claims.lay(pods({ app: 'cart', version: 'v2' }, 'ops'), 'elsewhere')).toEqual([]);
  expect(claims.lay(pods({ app: 'cart' }, 'shop', 'mutualTls'), 'other')).toEqual([]);
});

describe('selectors', () => {
  type Labels = Record<string, string>;
  const labels = (minKeys: number) => fc.dictionary(fc.constantFrom('app', 'tier', 'version'), fc.constantFrom('1', '2', '3', '4'), { minKeys });
  const said = fc.option(fc.subarray(['x', 'y']), { nil: undefined });
  const all = fc.array(fc.record({ labels: labels(0), says: said }), { maxLength: 12 }).map(list => list.map((one, i) => ({ ...one, i })));
  type Said = { readonly labels: Labels; readonly says?: string[]; readonly i: number };
  const common = (a: Labels, b: Labels) => Object.keys(a).filter(key => key in b);
  const isWhole = (a: Said) => Object.keys(a.labels).length === 0;
  const isWithin = (a: Said, b: Said) => a.says!.every(one => b.says!.includes(one));
  /** Two that one may speak of only; or that say different things, but for a whole namespace that says no more. */
  const atOdds = (a: Said, b: Said) => a.says === undefined || b.says === undefined || (
    isWhole(a) === isWhole(b) ? !isWithin(a, b) || !isWithin(b, a) : !(isWhole(a) ? isWithin(a, b) : isWithin(b, a)));
  const meet = ({ labels: a }: Said, { labels: b }: Said) => (common(a, b).length > 0 || Object.keys(a).length === 0 || Object.keys(b).length === 0)
    && common(a, b).every(key => a[key] === b[key]);
  const lay = (list: readonly Said[]) => {
    const claims = new Claims<Said>();
    const laid: Said[] = [];
    for (const one of list) {
      const [earlier] = claims.lay({ ...pods(one.labels), says: one.says }, one);
      expect(earlier !== undefined).toBe(laid.some(other => meet(one, other) && atOdds(one, other)));
      expect(earlier === undefined || (meet(one, earlier.owner) && atOdds(one, earlier.owner))).toBe(true);
      if (earlier === undefined) laid.push(one);
    }
    return { claims, laid };
  };

  test('conflict if they have a label in common, or one has none, and contradict each other in none', () => {
    fc.assert(fc.property(all, list => void lay(list)), { numRuns: 1000 });
  });

  test('conflict without a label in common where there are pods that have the labels of both', () => {
    fc.assert(fc.property(all, labels(0), (list, pod) => {
      const { claims, laid } = lay(list);
      const chosen = laid.filter(one => Object.entries(one.labels).every(([key, value]) => pod[key] === value));
      const expected = chosen.flatMap((later, i) => chosen.slice(0, i).filter(first => atOdds(first, later)).map(first => [first.i, later.i]));

      expect(claims.clashesOn('shop', pod).map(({ owner, later }) => [owner.i, later.i]).sort()).toEqual(expected.sort());
      expect(claims.clashesOn('ops', pod)).toEqual([]);
    }), { numRuns: 1000 });
  });
});

test('what others say too may be said again', () => {
  const claims = new Claims<string>();
  const saying = (says?: string) => claim('ServiceDefaults', { type: 'consulService', name: 'cart' }, says);

  expect(claims.lay(saying('http'), 'first')).toEqual([]);
  expect(claims.lay(saying('http'), 'second')).toEqual([]);
  expect(claims.lay(saying('tcp'), 'third')).toEqual([{ claim: saying('tcp'), owner: 'first' }]);
  expect(claims.lay(saying(), 'fourth')).toEqual([{ claim: saying(), owner: 'first' }]);
  expect([saying('http'), saying('tcp'), saying()].map(one => claims.has(one))).toEqual([true, false, true]);
});

test('requests to a host may be shared out', () => {
  const claims = new Claims<string>();
  const requests = (path: string, host?: string): RequestsClaim => ({
    by: 'requests',
    of: { type: 'gateway', host, gateway: 'public' },
    kind: 'HTTPRoute',
    matches: [{ methods: [], path: { type: 'exact' as const, value: path }, headers: [], query: [] }],
    contested: ({ matches: [{ path: other }] }) => other?.value === path ? `both take '${path}'` : undefined,
  });

  expect(claims.lay(requests('/cart', 'a.example.com'), 'first')).toEqual([]);
  expect(claims.lay(requests('/web', 'a.example.com'), 'second')).toEqual([]);
  expect(claims.lay(requests('/cart'), 'every host')).toEqual([]);
  expect(claims.lay(requests('/cart', 'a.example.com'), 'third')).toMatchObject([{ claim: { kind: 'HTTPRoute' }, owner: 'first', why: "both take '/cart'" }]);
});
