import * as fc from 'fast-check';
import { maybe, merged, program } from './gateway-api';
import type { RouteRequest } from '../../../src/evaluators/routes/request';

export const NAME = 'cart.shop.svc.cluster.local';

const plain = fc.oneof(
  fc.constantFrom('GET', 'post', 'DELETE').map(method => ({ method })),
  fc.constantFrom('/api', '/api/.*', '/carts/[^/]*', ' ^/api$ ', '^/api', '/a|/carts', '/api|b/.*', '/[a-z]+(/[0-9]+)?', '/shop\\.Cart/Add', '(/api|/carts).*').map(pathRegex => ({ pathRegex })),
);

/** What stands in a condition below its own fields is not looked at by the API server. */
const below: fc.Arbitrary<object> = fc.letrec<{ one: object }>(tie => ({
  one: fc.oneof({ maxDepth: 2 }, plain, fc.array(tie('one'), { maxLength: 2 }).map(all => ({ all })), fc.array(tie('one'), { maxLength: 2 }).map(any => ({ any })), tie('one').map(not => ({ not }))),
})).one;

const condition = fc.oneof(
  { weight: 4, arbitrary: merged(plain, plain) },
  { weight: 1, arbitrary: fc.array(below, { maxLength: 2 }).map(all => ({ all })) },
  { weight: 1, arbitrary: merged(plain, fc.array(below, { maxLength: 2 }).map(any => ({ any }))) },
);

const route = merged(
  condition.map(one => ({ name: 'some', condition: one })), maybe(40, 'timeout', fc.constantFrom('5s', '250ms', '1m30s', '0s')), maybe(30, 'isRetryable', fc.boolean()),
);

const target = fc.record({
  authority: fc.constantFrom('cart-v1.shop.svc.cluster.local', 'cart-v1.shop.svc.cluster.local:80', 'cart-v2.shop.svc.cluster.local:8080', 'cart.other.svc.cluster.local', 'cart-v2.shop'),
  weight: fc.constantFrom<number | string>(0, 1, 9, '500m', '1', '0', '1500m'),
});

const spec = merged(
  maybe(70, 'routes', fc.array(route, { maxLength: 3 })), maybe(50, 'dstOverrides', fc.array(target, { maxLength: 3 })), maybe(20, 'opaquePorts', fc.constant(['80'])),
  maybe(20, 'retryBudget', fc.constant({ retryRatio: 0.5, minRetriesPerSecond: 1, ttl: '5s' })),
);

const profile = (namespace: string, name = NAME) => spec.map(own => ({ apiVersion: 'linkerd.io/v1alpha2', kind: 'ServiceProfile', metadata: { name, namespace }, spec: own }));

const profiles = fc.subarray(['shop', 'web', 'ops'], { minLength: 1 }).chain(some => fc.tuple(...some.map(namespace => profile(namespace))));

/** Profiles of the Service and of clients, beside routes of Gateway API. */
const beside = fc.tuple(program, profiles).map(([{ protocol, manifests }, all]) => ({ protocol, manifests: [...manifests, ...all] }));

export const alone = fc.record({ protocol: fc.constantFrom<RouteRequest['protocol']>('HTTP', 'HTTP', 'GRPC', 'TCP', 'TLS'), manifests: profiles });

/** Profiles, beside other routes or not. */
export const profileProgram = fc.oneof(beside, alone);
