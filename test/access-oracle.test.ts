import * as fc from 'fast-check';
import * as generated from './oracle/access/arbitraries';
import { allowedByIntent, asksLikeProbe } from './oracle/access/intent';
import { ACCESS, LINKERD, LINKERD_OPTIONS } from './oracle/access/targets';
import { inOneLine } from './oracle/ask';
import { MESHES } from './oracle/meshes';
import { decidedByLinkerd } from '../src/evaluators/access/linkerd';
import { portOf } from '../src/evaluators/access/request';
import { compile } from '../src/targets/compile';

/** Who gets in is what was written, as an evaluator of its own reads the manifests of each target. */

const REQUESTS = Number(process.env.ORACLE_CASES ?? 4000);

test.each(Object.values(MESHES))('$access is asked', ({ access }) => expect(ACCESS).toHaveProperty([access]));

test.each(Object.entries(ACCESS))('%s', (title, oracle) => console.log(`${title}: ${inOneLine(oracle(REQUESTS))}`));

test('Linkerd reports what it would deny, and nothing else', () => {
  const { supports } = LINKERD._dialects.access;
  let reports = 0;
  fc.assert(fc.property(generated.policies(feature => supports[feature].level !== 'none', {}).chain(models => fc.record({
    models: fc.constant(models.map(model => ({ ...model, audit: true }))),
    requests: fc.array(generated.request(models, { mesh: true }), { minLength: 20, maxLength: 20 }),
  })), ({ models, requests }) => {
    const compiled = models.map(model => compile('access', LINKERD, model));
    if (compiled.some(({ errors }) => errors.length > 0)) {
      return;
    }
    const manifests = compiled.flatMap(one => one.manifests);
    for (const one of requests) {
      const model = { ...generated.policyOf(models, one), audit: false };
      const governed = model.destination.ports.some(({ port }) => port === one.port) && portOf(one).protocol !== 'UDP';
      // The probes of the kubelet pass without a report where Linkerd adds a route for them.
      if (governed && one.client.kind !== 'kubelet' && !asksLikeProbe(model, one) && !LINKERD_OPTIONS.stricter(model, one)) {
        reports++;
        expect(decidedByLinkerd(manifests, one)).toEqual({ allowed: true, reported: !allowedByIntent(model, one) });
      }
    }
  }), { numRuns: 400 });
  expect(reports).toBeGreaterThan(50);
});
