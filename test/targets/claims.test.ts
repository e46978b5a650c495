import * as fc from 'fast-check';
import { Claims } from '../../src/targets/claims';

const claim = (labels: Record<string, string>, namespace = 'shop', what = 'the policy') => ({ what, namespace, labels });

test('a claim in words is one for all', () => {
  const claims = new Claims<string>();

  expect(claims.lay('the route of cart', 'first')).toEqual([]);
  expect(claims.lay('the route of web', 'second')).toEqual([]);
  expect(claims.lay('the route of cart', 'third')).toEqual([{ what: 'the route of cart', owner: 'first' }]);
  expect(claims.has('the route of web')).toBe(true);
});

test('a selector takes in pods that have more labels', () => {
  const claims = new Claims<string>();
  claims.lay(claim({ app: 'cart' }), 'cart');

  expect(claims.lay(claim({ app: 'cart', version: 'v2' }), 'v2')).toEqual([{
    what: "the policy of the pods 'app=cart,version=v2' in namespace 'shop'", owner: 'cart',
  }]);
  expect(claims.lay(claim({ app: 'web', version: 'v2' }), 'web')).toEqual([]);
  expect(claims.lay(claim({ app: 'cart', version: 'v2' }, 'ops'), 'elsewhere')).toEqual([]);
  expect(claims.lay(claim({ app: 'cart' }, 'shop', 'the mutual TLS'), 'other')).toEqual([]);
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
      const [earlier] = claims.lay({ ...claim(one.labels), says: one.says }, one);
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

test('what is said in the same words may be said again', () => {
  const claims = new Claims<string>();
  const says = (what: string) => ({ stated: 'the defaults of cart', says: what });

  expect(claims.lay(says('http'), 'first')).toEqual([]);
  expect(claims.lay(says('http'), 'second')).toEqual([]);
  expect(claims.lay(says('tcp'), 'third')).toEqual([{ what: 'the defaults of cart', owner: 'first' }]);
  expect(claims.lay('the defaults of cart', 'fourth')).toEqual([{ what: 'the defaults of cart', owner: 'first' }]);
});

test('requests to a host may be shared out', () => {
  const claims = new Claims<string>();
  const host = (path: string) => ({
    host: 'shop.example.com',
    kind: 'HTTPRoute',
    matches: [{ methods: [], path: { type: 'exact' as const, value: path }, headers: [], query: [] }],
    contested: ({ matches: [{ path: other }] }: { readonly matches: readonly { readonly path?: { readonly value: string } }[] }) =>
      other?.value === path ? `both take '${path}'` : undefined,
  });

  expect(claims.lay(host('/cart'), 'first')).toEqual([]);
  expect(claims.lay(host('/web'), 'second')).toEqual([]);
  expect(claims.lay(host('/cart'), 'third')).toEqual([{ what: 'shop.example.com', owner: 'first', why: "both take '/cart'" }]);
});
