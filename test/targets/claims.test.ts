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

test('selectors conflict if they have a label in common and contradict each other in none', () => {
  const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'version'), fc.constantFrom('1', '2', '3', '4'), { minKeys: 1 });
  const may = (a: Record<string, string>, b: Record<string, string>) => {
    const common = Object.keys(a).filter(key => key in b);
    return common.length > 0 && common.every(key => a[key] === b[key]);
  };
  fc.assert(fc.property(fc.array(labels, { maxLength: 12 }), all => {
    const claims = new Claims<Record<string, string>>();
    const laid: Record<string, string>[] = [];
    for (const one of all) {
      const [earlier] = claims.lay(claim(one), one);
      expect(earlier !== undefined).toBe(laid.some(other => may(one, other)));
      expect(earlier === undefined || may(one, earlier.owner)).toBe(true);
      if (earlier === undefined) {
        laid.push(one);
      }
    }
  }), { numRuns: 1000 });
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
