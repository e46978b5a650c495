import * as fc from 'fast-check';
import { canary, deployment, request } from './manifests';
import { routedByGatewayApi } from '../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../src/evaluators/routes/gateway-api-readings';
import { sharesBy } from '../../src/evaluators/smi/shares';
import { flagger } from '../oracle/releases/flagger';
import type { ReleaseStep } from '../oracle/releases/release';
import { partsOf, sharesByPods } from '../oracle/releases/shares';
import { found } from '../validation/across/releases/manifests';

/** What is told of a Canary, compared with what Flagger makes of it. */

const rising = (weights: readonly number[]) => [...weights].sort((a, b) => a - b);
const weight = fc.integer({ min: 0, max: 100 });
const condition = (name: string) => fc.constantFrom<any>({ [name]: { exact: '1' } }, { [name]: { regex: '1' } }, { [name]: { prefix: '1' } });
const progress = fc.oneof<fc.Arbitrary<any>[]>(
  fc.record({ stepWeights: fc.array(weight, { maxLength: 3 }) }),
  fc.record({ stepWeights: fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 3 }).map(rising) }),
  fc.record({ stepWeight: weight, maxWeight: weight }, { requiredKeys: ['stepWeight'] }),
  fc.record({ iterations: fc.nat(2) }),
);
const analysis = fc.tuple(progress, fc.record({
  match: fc.tuple(condition('x-beta')).map(([headers]) => [{ headers }]),
  mirror: fc.boolean(),
  stepWeightPromotion: fc.constantFrom(0, 30),
}, { requiredKeys: [] })).map(([said, more]) => ({ ...said, ...more }));
const service = fc.record({
  gatewayRefs: fc.constant(undefined),
  corsPolicy: fc.record({ allowOrigin: fc.constant(['https://shop']), maxAge: fc.constantFrom('5s', '1h', '1d', '') }, { requiredKeys: ['allowOrigin'] }),
  match: fc.tuple(condition('x-all')).map(([headers]) => [{ headers }]),
}, { requiredKeys: [] });
const provider = fc.constantFrom('gatewayapi:v1', 'gatewayapi:v1beta1', 'linkerd', 'osm', 'smi:v1alpha2');
const released = fc.tuple(provider, analysis, service).map(([by, how, what]) => [deployment(), canary(by, how, what, { revertOnDeletion: true })]);

test('a release takes its steps and arrives if, and only if, nothing tells that it does not', () => {
  fc.assert(fc.property(released, manifests => {
    const { iterations = 0, stepWeightPromotion = 0, stepWeights = [] } = manifests[1].spec.analysis;
    // Without weights, a route that is written anew at each step does not keep a release from its end.
    const endures = iterations > 0 && stepWeightPromotion === 0;
    const isStopped = endures ? /^(?:steps|start) |^match .* starts no release$/ : /^(?:steps|start|cors) |^match .* starts no release$/;
    const isTold = found(...manifests).some(text => isStopped.test(text));
    const { steps } = flagger(manifests);
    const taken = new Set(steps.map(({ weights }) => weights['cart-canary']));
    const isAsWritten = steps[steps.length - 1]?.phase === 'Succeeded' && stepWeights.every((one: number) => taken.has(one));

    expect({ isTold, isAsWritten }).toEqual({ isTold, isAsWritten: !isTold });
  }), { numRuns: 2000 });
});

const byGatewayApi = routedByGatewayApi(READINGS.specification);

function partOfNew(step: ReleaseStep, headers: Record<string, string>): number {
  const split = step.manifests.some(({ kind }) => kind === 'TrafficSplit');
  const parts = split ? Object.entries(sharesBy('linkerd', step.manifests, { namespace: 'shop', service: 'cart' })).map(([name, part]) => ['shop', name, part] as const)
    : partsOf(byGatewayApi(step.manifests, request(headers)));
  return sharesByPods(step, parts).new ?? 0;
}

test('the new version is for who matches alone, unless something tells that it is for everyone', () => {
  const asked = released.filter(([, { spec: { analysis: { match }, service: { match: all } } }]: any[]) => match !== undefined && all === undefined);
  fc.assert(fc.property(asked, manifests => {
    const told = found(...manifests).some(text => /^provider .* knows no matches|^match .* every request goes to the new version$/.test(text));
    const reached = flagger(manifests).steps.filter(({ phase }) => phase === 'Progressing').some(step => partOfNew(step, {}) > 0);

    expect(reached && !told).toBe(false);
  }), { numRuns: 1000 });
});
