import * as fc from 'fast-check';
import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import { gatewayApiRoutes } from '../../../src/dialects/gateway-api/routes';
import { linkerdRoutes } from '../../../src/dialects/linkerd/routes';
import type { RequestMatch } from '../../../src/model/match';
import type { RouteRule } from '../../../src/model/route';
import { exact, match, prefix, routeModel, rule } from '../route-models';

const dialect = gatewayApiRoutes(GatewayApiChannel.STANDARD, linkerdRoutes(GatewayApiChannel.STANDARD));

const paths = fc.constantFrom('/old', '/old/x', '/old/x/y', '/new');
const matches: fc.Arbitrary<RequestMatch> = fc.oneof(
  paths.map(exact), paths.map(prefix), fc.constantFrom('/old/{*}', '/{*}/x').map(value => match({ path: { type: 'template', value } })),
  fc.constant(match({ headers: [{ name: 'x-user', type: 'exact', value: 'a' }] })),
);
const redirection = paths.map((value): RouteRule => ({
  matches: [prefix(value)], backends: [], handling: { redirect: { path: { type: 'prefix', value: '/to' }, statusCode: 302 } },
}));
const plain = fc.array(matches, { minLength: 1, maxLength: 2 }).map(list => rule({ matches: list }));
const rules = fc.array(fc.oneof(redirection, plain), { minLength: 1, maxLength: 4 });

test('what replaces a prefix never replaces a whole path, which would lose the query', () => {
  const counts = { rendered: 0, refused: 0 };
  fc.assert(fc.property(rules, list => {
    const model = routeModel(list);
    if (dialect.render(model).refusals.length > 0) {
      counts.refused++;
      return;
    }
    counts.rendered++;
    expect(JSON.stringify(dialect.render(model).manifests)).not.toContain('ReplaceFullPath');
  }), { numRuns: 500 });
  expect(Math.min(counts.rendered, counts.refused)).toBeGreaterThan(50);
});

test('refuses the redirect that would, once', () => {
  const { handling } = fc.sample(redirection, 1)[0];
  const redirects = { matches: [prefix('/old')], backends: [], handling };
  const below = rule({ matches: ['/{*}/x', '/{*}/y'].map(value => match({ path: { type: 'template', value } })) });

  expect(dialect.render(routeModel([redirects, below])).refusals).toMatchObject([{ feature: 'RequestRedirect', port: 80, ruleIndex: 0 }]);
  expect(dialect.render(routeModel([below, redirects])).refusals).toEqual([]);
  expect(dialect.render(routeModel([redirects, rule({ matches: [prefix('/old/x')] })])).refusals).toEqual([]);
});
