import * as fc from 'fast-check';
import { installed, manifests, requests } from './foreign';
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
  decidesAsWritten(2000, target, byReader(evaluate, counts, all => reading([...all, installed('true')])), options);

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

test('labels of nodes are known where the installation says so, and agents drop other policies with them, and those for pods with a part for nodes', () => {
  const fromNodes = (selector: object) => ({ ...POLICY, spec: { endpointSelector: {}, ingress: [{ fromNodes: [selector] }] } });
  const forBoth = { ...POLICY, spec: undefined, specs: [{ endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }] }, { nodeSelector: {}, ingress: [{ fromEntities: ['all'] }] }] };
  const answers = (...all: object[]) => [WEB, { kind: 'node', meshed: false } as const].map(client => entering(reading(all), CALLED, client)).join(' ');

  expect(answers(fromNodes({}), installed('true'))).toBe('denied allowed');
  expect(answers(fromNodes({ matchLabels: { edge: 'true' } }), installed('true'))).toBe('denied unknown');
  expect(answers(fromNodes({}), installed('false'))).toBe('unknown unknown');
  expect(answers(fromNodes({}))).toBe('unknown unknown');
  expect(answers(fromNodes({}), installed('true'), installed('false', 'cilium'))).toBe('unknown unknown');
  expect(answers(forBoth)).toBe('unknown unknown');
  expect(answers({ ...forBoth, kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'p' } })).toBe('allowed denied');
});

const agents = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cilium-config', namespace: 'kube-system' }, data });
const LETTING_IN = { ...POLICY, spec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { app: 'web' } }] }] } };

test.each([
  ['enable-policy', 'always', true], ['enable-policy', 'never', true], ['policy-audit-mode', 'true', true], ['enable-k8s-networkpolicy', 'false', true], ['labels', 'k8s:app', true],
  ['enable-cilium-network-policy', 'false', false], ['enable-l7-proxy', 'false', false], ['allow-localhost', 'policy', false],
])('agents that run with %s of %s read policies in another way', (name, value, isAlone) => {
  const [job, other] = [{ ...WEB, labels: { app: 'job' } }, { ...agents({ [name]: value }), metadata: { name: 'other', namespace: 'kube-system' } }];
  const ask = (...all: object[]) => [WEB, job].map(client => entering(reading(all), CALLED, client));

  expect(ask(LETTING_IN)).toEqual(['allowed', 'denied']);
  expect(ask(LETTING_IN, other)).toEqual(['allowed', 'denied']);
  expect(ask(LETTING_IN, agents({ 'enable-policy': 'Default', 'allow-localhost': 'auto', 'enable-l7-proxy': 'true', 'labels': '' }))).toEqual(['allowed', 'denied']);
  expect(ask(LETTING_IN, agents({ [name]: value }))).toEqual(['unknown', 'unknown']);
  // Without a policy, some of it says nothing.
  expect(ask(agents({ [name]: value }))).toEqual(isAlone ? ['unknown', 'unknown'] : ['allowed', 'allowed']);
});

test('NetworkPolicies do not deny for certain what agents may let in', () => {
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'shop' }, spec: { podSelector: {}, ingress: [] } };

  expect(entering(reading([policy]), CALLED, WEB)).toBe('denied');
  expect(entering(reading([policy, agents({ 'policy-audit-mode': 'true' })]), CALLED, WEB)).toBe('unknown');
});

test('blocks mean nodes or pods, too, where agents say so', () => {
  const blocks = { ...POLICY, spec: { endpointSelector: {}, ingress: [{ fromCIDR: ['10.1.0.0/16'] }] } };
  const group = { apiVersion: 'cilium.io/v2', kind: 'CiliumCIDRGroup', metadata: { name: 'g' }, spec: { externalCIDRs: ['10.1.0.0/16'] } };
  const byGroup = { ...POLICY, spec: { endpointSelector: {}, ingress: [{ fromCIDRSet: [{ cidrGroupRef: 'g' }] }] } };
  const node = { kind: 'node', meshed: false, address: '10.1.0.9' } as const;
  const far = { ...node, address: '10.2.0.9' };
  const ask = (mode: string, ...all: object[]) => [node, far, WEB].map(client => entering(reading([...all, agents({ 'policy-cidr-match-mode': mode })]), CALLED, client));

  for (const all of [[blocks], [byGroup, group]]) {
    expect(ask('', ...all)).toEqual(['denied', 'denied', 'denied']);
    expect(ask('nodes', ...all)).toEqual(['unknown', 'denied', 'denied']);
    expect(ask('pods', ...all)).toEqual(['denied', 'denied', 'unknown']);
    expect(ask('nodes,pods', ...all)).toEqual(['unknown', 'denied', 'unknown']);
    expect(ask('other', ...all)).toEqual(['unknown', 'denied', 'unknown']);
  }
});

const IN_BLOCKS = [
  ['office', ['192.0.2.0/24'], { of: 'shop' }], ['lab', ['192.0.2.128/25', '198.51.100.0/24'], { of: 'lab', team: 'cart' }],
].map(([name, externalCIDRs, labels]) => ({ apiVersion: 'cilium.io/v2', kind: 'CiliumCIDRGroup', metadata: { name, labels }, spec: { externalCIDRs } }));

test.each<[string, object, string]>([
  ['in one of the groups', { matchLabels: { of: 'shop' } }, 'allowed unknown denied denied'],
  ['in groups that have all labels together', { matchLabels: { of: 'lab', team: 'cart' } }, 'denied unknown allowed denied'],
  ['in a group, whatever the value', { matchExpressions: [{ key: 'of', operator: 'Exists' }] }, 'allowed allowed allowed denied'],
  ['in a group, and in none of others', { matchExpressions: [{ key: 'of', operator: 'Exists' }, { key: 'team', operator: 'DoesNotExist' }] }, 'allowed denied denied denied'],
  ['by labels of Cilium', { matchExpressions: [{ key: 'io.cilium.policy.cidrgroupname/lab', operator: 'Exists' }] }, 'unknown unknown unknown unknown'],
])('groups of addresses are selected by their labels: %s', (_, cidrGroupSelector, answers) => {
  const world = reading([{ ...POLICY, spec: { endpointSelector: {}, ingress: [{ fromCIDRSet: [{ cidrGroupSelector }] }] } }, ...IN_BLOCKS]);
  const from = (address: string) => entering(world, CALLED, { kind: 'outside', meshed: false, address });

  expect(['192.0.2.7', '192.0.2.130', '198.51.100.7', '203.0.113.7'].map(from).join(' ')).toBe(answers);
});
