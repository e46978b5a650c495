import * as fc from 'fast-check';
import { G, manifests, requests } from './foreign';
import { allowedByLinkerd } from '../../../../src/evaluators/access/linkerd';
import type { Request } from '../../../../src/evaluators/access/request';
import { decidesAsWritten } from '../../../oracle/access/decide';
import { PLAIN } from '../../../oracle/access/targets';
import { answerTo, byReader, decided, misspelt, none, saysWhat } from '../../../reading/requests';
import { entering, reading } from '../../../reading/world';

/** Names of headers are in lower case for the evaluator. */
const lower = (all: readonly any[]) => JSON.parse(JSON.stringify(all).replaceAll('X-Team', 'x-team'));
const evaluate = (all: readonly any[], request: Request) => allowedByLinkerd(lower(all), request);

test('policies of Linkerd, whoever wrote them, mean what the evaluator says', () => {
  const counts = saysWhat(evaluate, manifests, requests);

  expect(counts.allowed).toBeGreaterThan(400);
  expect(counts.denied).toBeGreaterThan(400);
  // Which of two Servers, or routes, is older; what are the networks of the cluster, and what an expression finds first.
  expect(counts.unknown).toBeLessThan(400);
});

test('what is misspelt leaves unknown what depends on it', () => {
  let unknown = 0;
  fc.assert(fc.property(misspelt(manifests.map(all => all.filter(({ kind }) => kind !== 'Deployment'))), requests, ({ before, after }, request) => {
    const answer = answerTo(reading(after), request);
    if (answer === 'unknown') unknown++;
    else expect(answer).toBe(decided(evaluate, before, request) ?? answer);
  }), { numRuns: 800 });
  expect(unknown).toBeGreaterThan(100);
});

test('what is rendered for Linkerd, read again, is what was written', () => {
  const counts = none();
  const [target, of, options] = PLAIN.Linkerd;
  decidesAsWritten(2000, target, byReader(of, counts), options);

  expect(counts.unknown).toBeLessThan((counts.allowed + counts.denied) / 20);
});

/** What linkerd.io has in its tutorials: a Server for gRPC, and who may call it. */
const VOTING = [
  { apiVersion: `${G}/v1beta3`, kind: 'Server', metadata: { namespace: 'emojivoto', name: 'voting-grpc' }, spec: { podSelector: { matchLabels: { app: 'voting-svc' } }, port: 'grpc', proxyProtocol: 'gRPC' } },
  {
    apiVersion: `${G}/v1alpha1`,
    kind: 'AuthorizationPolicy',
    metadata: { namespace: 'emojivoto', name: 'voting' },
    spec: { targetRef: { group: G, kind: 'Server', name: 'voting-grpc' }, requiredAuthenticationRefs: [{ kind: 'ServiceAccount', name: 'web' }] },
  },
];
const TO = { pod: { namespace: 'emojivoto', labels: { app: 'voting-svc' }, serviceAccount: 'voting' }, port: 8080, name: 'grpc', protocol: 'GRPC', entrances: [] } as const;
const web = { kind: 'pod', namespace: 'emojivoto', serviceAccount: 'web', labels: {}, namespaceLabels: {}, meshed: true, address: '10.1.0.5' } as const;
const call = (path: string, method = 'POST') => ({ request: { method, path, headers: {}, query: {} } });
const grpcRoute = (name: string, method: object) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GRPCRoute',
  metadata: { namespace: 'emojivoto', name },
  spec: { parentRefs: [{ group: G, kind: 'Server', name: 'voting-grpc' }], rules: [{ matches: [{ method }] }] },
});

test('a Server of gRPC takes calls, and of GRPCRoutes the one that names the call more closely decides', () => {
  const world = reading(VOTING);
  expect([
    entering(world, TO, web, call('/emojivoto.v1.VotingService/VoteDoughnut')),
    entering(world, TO, web, call('/emojivoto.v1.VotingService/VoteDoughnut', 'GET')),
    entering(world, TO, { ...web, serviceAccount: 'vote-bot' }, call('/emojivoto.v1.VotingService/VoteDoughnut')),
    entering(world, TO, { ...web, meshed: false }, call('/emojivoto.v1.VotingService/VoteDoughnut')),
    entering(world, { ...TO, port: 9090, name: 'other' }, web, call('/a/b')),
  ]).toEqual(['allowed', 'denied', 'denied', 'denied', 'unknown']);

  const routed = reading([...VOTING, grpcRoute('all', { service: 'emojivoto.v1.VotingService' }), grpcRoute('poop', { service: 'emojivoto.v1.VotingService', method: 'VotePoop' }), {
    ...VOTING[1],
    metadata: { namespace: 'emojivoto', name: 'poop' },
    spec: { targetRef: { group: 'gateway.networking.k8s.io', kind: 'GRPCRoute', name: 'poop' }, requiredAuthenticationRefs: [{ kind: 'ServiceAccount', name: 'vote-bot' }] },
  }]);
  const bot = { ...web, serviceAccount: 'vote-bot' };
  const paths = ['/emojivoto.v1.VotingService/VotePoop', '/emojivoto.v1.VotingService/VoteDoughnut', '/other.Service/VotePoop'];
  expect([web, bot].map(who => paths.map(path => entering(routed, TO, who, call(path))))).toEqual([['allowed', 'allowed', 'denied'], ['allowed', 'denied', 'denied']]);
});

test('ports without a Server follow the annotation of their pods, that of their namespace, or nobody knows', () => {
  const world = reading(VOTING);
  const standard = (annotations?: Record<string, string>, namespaceAnnotations?: Record<string, string>) => [web, { ...web, meshed: false } as const]
    .map(who => entering(world, {
      ...TO, port: 80, name: 'x', pod: { ...TO.pod, ...annotations && { annotations }, ...namespaceAnnotations && { namespaceAnnotations } },
    }, who, call('/')));
  const by = (policy: string) => ({ 'config.linkerd.io/default-inbound-policy': policy });

  expect(standard()).toEqual(['unknown', 'unknown']);
  expect(standard(by('deny'))).toEqual(['denied', 'denied']);
  expect(standard(by('all-authenticated'), by('deny'))).toEqual(['allowed', 'denied']);
  expect(standard({}, by('all-unauthenticated'))).toEqual(['allowed', 'allowed']);
  expect(standard({ ...by('all-unauthenticated'), 'config.linkerd.io/proxy-require-identity-inbound-ports': '79-80' })).toEqual(['allowed', 'denied']);
  expect(standard(by('nothing'))).toEqual(['unknown', 'unknown']);
  expect(standard({ ...by('deny'), 'config.linkerd.io/skip-inbound-ports': '80' })).toEqual(['allowed', 'allowed']);
});

test('an EgressNetwork that lets out everything, or is for others, says nothing', () => {
  const egress = (namespace: string, trafficPolicy: string) => ({
    apiVersion: `${G}/v1alpha1`, kind: 'EgressNetwork', metadata: { name: 'all', namespace }, spec: { trafficPolicy },
  });
  const gates = (one: object) => reading([one]).readings[0].reading.leaving!(web, { isOutside: true, protocol: 'TCP' });

  expect([gates(egress('emojivoto', 'Deny')), gates(egress('linkerd-egress', 'Deny'))].map(({ length }) => length)).toEqual([1, 1]);
  expect([gates(egress('emojivoto', 'Allow')), gates(egress('other', 'Deny'))]).toEqual([[], []]);
});
