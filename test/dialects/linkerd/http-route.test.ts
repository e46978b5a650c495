import { httpRoute } from '../../../src/dialects/linkerd/http-route';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST } from '../../../src/model/match';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

function matchOf(match: Partial<RequestMatch>): any {
  const manifest: any = httpRoute({ name: 'cart-8080-1', namespace: 'shop' }, 'cart-8080', [{ ...ANY_REQUEST, ...match }]);
  expectValid(manifest);
  return manifest.spec.rules[0].matches[0];
}

test('a GET is a match of the HTTPRoute', () => {
  expect(inYaml(httpRoute({ name: 'cart-8080-1', namespace: 'shop' }, 'cart-8080', [{ ...ANY_REQUEST, methods: ['GET'] }]))).toMatchInlineSnapshot(`
"apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata:
  name: cart-8080-1
  namespace: shop
spec:
  parentRefs:
    - group: policy.linkerd.io
      kind: Server
      name: cart-8080
  rules:
    - matches:
        - method: GET
"
`);
});

test('a match for every request says so', () => {
  expect(matchOf({})).toEqual({ path: { type: 'PathPrefix', value: '/' } });
});

test('a template is a regular expression for the whole path', () => {
  const { path: { type, value } } = matchOf({ path: { type: 'template', value: '/carts/{*}/a.b' } });

  expect(type).toBe('RegularExpression');
  expect(['/carts/7/a.b', '/carts//a.b', '/carts/7/8/a.b', '/carts/7/axb', '/x/carts/7/a.b'].map(path => new RegExp(value).test(path)))
    .toEqual([true, false, false, false, false]);
});

test('a header that is present may have any value, the empty one too, and a parameter even a line break', () => {
  const condition = [{ name: 'x', type: 'present' as const, value: '' }];
  const { headers, queryParams } = matchOf({ headers: condition, query: condition });

  for (const [{ type, value }] of [headers, queryParams]) {
    expect(type).toBe('RegularExpression');
    expect(['', '1', 'a b', '1\n2'].map(actual => new RegExp(value).exec(actual)?.[0])).toEqual(['', '1', 'a b', '1\n2']);
  }
});
