import { routeOf, routing } from './models';
import { destinationRuleClaims, destinationRules } from '../../../src/dialects/istio/destination-rule';
import { stickinessRefusals } from '../../../src/dialects/istio/stickiness';
import type { Stickiness } from '../../../src/model/handling';
import { expectValid } from '../../schema';

const cookie: Stickiness = { type: 'cookie', name: 'cart' };
const sticky = (more: Partial<Stickiness> = {}) => ({ stickiness: { ...cookie, ...more } });
const reasons = (...args: Parameters<typeof routeOf>) => stickinessRefusals(routeOf(...args)).map(({ ruleIndex, reason }) => `${ruleIndex}: ${reason}`);

test('a cookie for all paths picks the pod, and lasts as long as it is said, or as the browser is open', () => {
  const loadBalancer = (more: Partial<Stickiness>) => {
    const [manifest] = destinationRules(routeOf([routing(['cart-v1'], sticky(more))])) as any[];
    expectValid(manifest);
    return manifest.spec.trafficPolicy.loadBalancer;
  };

  expect(loadBalancer({ absoluteTimeout: 3_600_000 })).toEqual({ consistentHash: { httpCookie: { name: 'cart', path: '/', ttl: '3600s' } } });
  expect(loadBalancer({})).toEqual({ consistentHash: { httpCookie: { name: 'cart', path: '/', ttl: '0s' } } });
});

test.each<[Partial<Stickiness>, RegExp]>([
  [{ type: 'header' }, /hand out cookies/],
  [{ name: undefined }, /has to have a name/],
  [{ idleTimeout: 1000 }, /counts from the first request/],
  [{ absoluteTimeout: 1500 }, /whole seconds/],
])('%j is refused', (more, reason) => {
  expect(reasons([routing(['cart-v1'], sticky(more))])).toEqual([expect.stringMatching(reason)]);
  expect(reasons([routing(['cart-v1'], sticky())])).toEqual([]);
  // A conflict is told of beside the refusal.
  expect(destinationRuleClaims(routeOf([routing(['cart-v1'], sticky(more))]))).toHaveLength(1);
});

test('backends among which a request is drawn are refused, those of weight 0 are none', () => {
  const backends = (weight: number) => [{ name: 'cart-v1', port: 80, weight: 1 }, { name: 'cart-v2', port: 80, weight }];
  const rule = (weight: number) => [{ ...routing([], sticky()), backends: backends(weight) }];

  expect(reasons(rule(1))).toEqual([expect.stringMatching(/drawn anew for each request/)]);
  expect(reasons(rule(0))).toEqual([]);
});

test('rules that share a port of a Service share its stickiness, on all ports of requests', () => {
  const two = (...handlings: object[]) => reasons(handlings.map(handling => routing(['cart-v1'], handling)));
  const onPort = (protocol: 'GRPC' | 'TCP') => {
    const model = routeOf([routing(['cart-v1'], sticky())]);
    return stickinessRefusals({ ...model, ports: [...model.ports, { port: 81, protocol, rules: [routing(['cart-v1'])] }] });
  };

  expect(two(sticky(), {})).toEqual([expect.stringMatching(/^0: .*port 80 of 'cart-v1'/)]);
  expect(two(sticky(), sticky({ name: 'other' }))).toHaveLength(2);
  expect(two(sticky(), sticky())).toEqual([]);
  expect(onPort('GRPC')).toHaveLength(1);
  expect(onPort('TCP')).toEqual([]);
});

test('another port of the Service is another place, and one without rules sends its requests to the Service itself', () => {
  const to = (port: number) => ({ ...routing([], sticky()), backends: [{ name: 'cart', port, weight: 1 }] });
  const beside = (own: number) => {
    const model = routeOf([to(own)]);
    return stickinessRefusals({ ...model, ports: [...model.ports, { port: 81, protocol: 'HTTP', rules: [] }] }).map(({ reason }) => reason);
  };

  expect(reasons([to(80), { ...to(81), handling: {} }])).toEqual([]);
  expect(beside(80)).toEqual([]);
  expect(beside(81)).toEqual([expect.stringContaining("port 81 of 'cart'")]);
});

test('a Service of the same name in another namespace is another one', () => {
  const elsewhere = { ...routing([]), backends: [{ name: 'cart-v1', namespace: 'next', port: 80, weight: 1 }] };

  expect(reasons([routing(['cart-v1'], sticky()), elsewhere])).toEqual([]);
});
