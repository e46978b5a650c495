import * as fc from 'fast-check';
import { manifests, requests } from './foreign';
import { allowedByCilium } from '../../../../src/evaluators/access/cilium';
import { decidesAsWritten } from '../../../oracle/access/decide';
import { PLAIN } from '../../../oracle/access/targets';
import { answerTo, byReader, decided, misspelt, none, saysWhat } from '../../../reading/requests';
import { entering, reading } from '../../../reading/world';

test('a policy of Cilium, whoever wrote it, means what the evaluator says', () => {
  const counts = saysWhat(allowedByCilium, manifests, requests);

  expect(counts.allowed).toBeGreaterThan(400);
  expect(counts.denied).toBeGreaterThan(400);
  // Where the API server is, and what an empty list means.
  expect(counts.unknown).toBeLessThan(600);
});

test('what is misspelt leaves unknown what depends on it', () => {
  let unknown = 0;
  fc.assert(fc.property(misspelt(manifests), requests, ({ before, after }, request) => {
    const answer = answerTo(reading(after), request);
    if (answer === 'unknown') unknown++;
    else expect(answer).toBe(decided(allowedByCilium, before, request) ?? answer);
  }), { numRuns: 800 });
  expect(unknown).toBeGreaterThan(100);
});

test('what is rendered for Cilium, read again, is what was written', () => {
  const counts = none();
  const [target, evaluate, options] = PLAIN.Cilium;
  decidesAsWritten(2000, target, byReader(evaluate, counts), options);

  expect(counts.unknown).toBeLessThan((counts.allowed + counts.denied) / 6);
});

const CALLED = { pod: { namespace: 'shop', labels: { app: 'cart' }, serviceAccount: 'cart' }, port: 8080, name: 'http', protocol: 'HTTP', entrances: [] } as const;
const POLICY = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'p', namespace: 'shop' } };
const WEB = { kind: 'pod', namespace: 'shop', labels: { app: 'web' }, serviceAccount: 'web', namespaceLabels: {}, meshed: false, address: '10.1.0.5' } as const;

test('Cilium enforces NetworkPolicies beside its own: what one of them allows, passes; what a rule of Cilium denies, does not', () => {
  const forJob = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'n', namespace: 'shop' }, spec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'job' } } }] }] } };
  const forWeb = { ...POLICY, spec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { app: 'web' } }] }] } };
  const denied = { ...POLICY, metadata: { name: 'd', namespace: 'shop' }, spec: { endpointSelector: {}, ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: 'job' } }] }], enableDefaultDeny: { ingress: false } } };
  const answers = (...all: object[]) => ['web', 'job', 'other'].map(app => entering(reading(all), CALLED, { ...WEB, labels: { app } }));

  expect(answers(forJob)).toEqual(['denied', 'allowed', 'denied']);
  expect(answers(forWeb)).toEqual(['allowed', 'denied', 'denied']);
  expect(answers(forJob, forWeb)).toEqual(['allowed', 'allowed', 'denied']);
  expect(answers(forJob, forWeb, denied)).toEqual(['allowed', 'denied', 'denied']);
  expect(answers(denied)).toEqual(['allowed', 'denied', 'allowed']);
});
