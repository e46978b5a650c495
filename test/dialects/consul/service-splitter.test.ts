import * as fc from 'fast-check';
import { percentages, serviceSplitter } from '../../../src/dialects/consul/service-splitter';
import { ConsulNamespaces } from '../../../src/dialects/gateway-api/extension/consul-namespaces';
import { expectValid } from '../../schema';
import { applied, inYaml } from '../../setup';
import { backend, changes, routeModel, rule } from '../route-models';

const of = (...weights: number[]) => percentages(weights.map((weight, i) => backend(`v${i}`, weight)));

const CANARY = rule({ backends: [backend('cart-v1', 9), backend('cart-v2', 1)] });

test('nine of ten requests are a split of the ServiceSplitter', () => {
  expect(inYaml(serviceSplitter(routeModel([CANARY]), CANARY, ConsulNamespaces.MIRRORED))).toMatchInlineSnapshot(`
"apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceSplitter
metadata:
  name: cart
  namespace: shop
spec:
  splits:
    - weight: 90
      service: cart-v1
    - weight: 10
      service: cart-v2
"
`);
});

test('shares are exact, or there are none', () => {
  expect(of(9, 1)).toEqual([90, 10]);
  expect(of(7, 1)).toEqual([87.5, 12.5]);
  expect(of(0, 5)).toEqual([0, 100]);
  expect(of(1, 1, 1)).toBeUndefined();
  expect(of(1, 1_000_000)).toBeUndefined();
});

test('they add up to 100 as the webhook counts', () => {
  fc.assert(fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 5 }).filter(weights => weights.some(w => w > 0)), weights => {
    const shares = of(...weights);
    const counted = new Float32Array([0]);
    shares?.forEach(share => { counted[0] += new Float32Array([share])[0]; });
    expect(shares === undefined || counted[0] === 100).toBe(true);
  }));
  // Its sum of these is 100.00000763.
  expect(of(1, 6491, 3508)).toBeUndefined();
});

test('a backend changes the headers of its own requests', () => {
  const one = rule({ backends: [backend('v1', 1, { requestHeaders: changes({ set: [{ name: 'v', value: '1' }] }) }), backend('v2', 1)] });
  const [splitter] = applied([serviceSplitter(routeModel([one]), one, ConsulNamespaces.MIRRORED)]);

  expectValid(splitter);
  expect(splitter.spec.splits).toEqual([{ weight: 50, service: 'v1', requestHeaders: { set: { v: '1' } } }, { weight: 50, service: 'v2' }]);
});
