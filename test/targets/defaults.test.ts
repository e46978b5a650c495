import { ApiObject, Chart, JsonPatch, Testing, Yaml } from 'cdk8s';
import { CanaryRelease, MeshService, MeshTarget, MeshTargets } from '../../src';

/** An API server adds what a CRD has as a default: what is written says it already. */

function release(): { readonly chart: Chart; readonly route: ApiObject } {
  const chart = Testing.chart();
  MeshTargets.of(chart).add(MeshTarget.gatewayApi());
  const service = MeshService.of('cart', { port: 80 });
  const canary = new CanaryRelease(chart, 'release', { service, stable: service.variant('cart-v1'), canary: service.variant('cart-v2'), weight: 10 });
  return { chart, route: ApiObject.of(canary) };
}

test('what is written has the defaults of its CRD', () => {
  const { chart } = release();

  expect(Testing.synth(chart)[0].spec.rules).toEqual([{
    matches: [{ path: { type: 'PathPrefix', value: '/' } }],
    backendRefs: [
      { group: '', kind: 'Service', name: 'cart-v1', port: 80, weight: 90 },
      { group: '', kind: 'Service', name: 'cart-v2', port: 80, weight: 10 },
    ],
  }]);
});

test('a patch replaces a default', () => {
  const { chart, route } = release();
  route.addJsonPatch(JsonPatch.replace('/spec/rules/0/matches/0/path/value', '/cart'));

  expect(Testing.synth(chart)[0].spec.rules[0].matches).toEqual([{ path: { type: 'PathPrefix', value: '/cart' } }]);
});

test('what a patch adds has defaults too', () => {
  const { chart, route } = release();
  route.addJsonPatch(JsonPatch.add('/spec/rules/0/backendRefs/-', { name: 'cart-v3', port: 80 }));

  expect(Testing.synth(chart)[0].spec.rules[0].backendRefs[2]).toEqual({ group: '', kind: 'Service', name: 'cart-v3', port: 80, weight: 1 });
});

test('a default that several patches bring stands in each place', () => {
  const { chart, route } = release();
  const rule = () => JsonPatch.add('/spec/rules/-', { backendRefs: [{ name: 'cart-v3', port: 80 }] });
  route.addJsonPatch(rule(), rule());

  const yaml = Yaml.stringify(...Testing.synth(chart));
  expect(yaml.match(/type: PathPrefix/g)).toHaveLength(3);
  expect(yaml).not.toMatch(/[&*]a/);
});
