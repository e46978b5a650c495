import * as fc from 'fast-check';
import { NOT_SENT, pathOf, requestTo, SENT } from './access';
import { address, type Case, pod, type Probe, serviceObject, service } from './case';
import { saidOf } from './said';
import { jwksOf, withTokens, type Written as Token } from './signers';
import { knownNumber } from '../../src/dialects/contract/known';
import { istioExternalAuthorization } from '../../src/dialects/istio/external-authorization';
import { allowedByIstio } from '../../src/evaluators/access/istio';
import { isHttp, portOf, type Request, spiffeIdOf } from '../../src/evaluators/access/request';
import type { AccessModel, AccessRule } from '../../src/model/access';
import type { ExternalAuthorizationModel } from '../../src/model/external-authorization';
import { PODS, policies } from '../../test/oracle/access/arbitraries';
import { stored, verdict } from '../harness/case';
import { readings, wire, type Written, writtenForPolicies } from '../harness/wire';

const [CART] = PODS;
const PASSING = ['x-pass', 'yes'] as const;
const dialect = istioExternalAuthorization({ trustDomain: 'cluster.local' });

/** The sidecar, and the service that it asks: that denies what does not say that it may pass. */
const world = (i: number) => [
  pod('cart', address(0, i), CART.labels), service('cart', address(1, i), SENT),
  serviceObject({ name: 'authorizer', namespace: 'infra', selector: { app: 'authorizer' }, ports: [{ port: 8000, protocol: 'HTTP' }] }, address(2, i)),
];

export function authorizerCases(seed: number, count: number): Case[] {
  return [...documented(), ...generated(seed, count)];
}

const policy = (action: string, rules: object[], more: object = {}) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: action.toLowerCase(), namespace: 'shop' },
  spec: { selector: { matchLabels: { app: 'cart' } }, action, rules, ...more },
});
const custom = (name: string, operation: object = { ports: ['8080'] }) => policy('CUSTOM', [{ to: [{ operation }] }], { provider: { name } });
const of = (model: Partial<ExternalAuthorizationModel> = {}) => dialect.render({
  name: 'opa',
  namespace: 'shop',
  workload: { service: 'cart', podSelector: { app: 'cart' } },
  authorizer: 'opa',
  ports: [{ port: 8080, protocol: 'HTTP' }, { port: 6379, protocol: 'TCP' }],
  requests: [],
  exceptRequests: [],
  ...model,
}).manifests.map(stored);
const tokens = {
  apiVersion: 'security.istio.io/v1',
  kind: 'RequestAuthentication',
  metadata: { name: 'tokens', namespace: 'shop' },
  spec: { selector: { matchLabels: { app: 'cart' } }, jwtRules: [{ issuer: 'https://login.example.com', jwks: jwksOf('https://login.example.com') }] },
};
const FORGED: Token = { claims: { iss: 'https://login.example.com' }, flaw: 'signed by another key' };

type Sent = Partial<Pick<Probe, 'port' | 'protocol' | 'method' | 'target' | 'headers'>> & { readonly tokens?: readonly Token[] };

/** What Istio's documentation and its source say of CUSTOM policies, and of what stands beside ours. */
const ROWS: readonly (readonly [says: string, manifests: readonly object[], sent: Sent, answer: string])[] = [
  ['what it denies', [custom('opa')], {}, 'denied'],
  ['what it lets pass', [custom('opa')], { headers: [PASSING] }, 'allowed'],
  ['what it is not asked about', [custom('opa', { paths: ['/admin'] })], {}, 'allowed'],
  ['what it lets pass, and a policy denies', [custom('opa'), policy('DENY', [{ to: [{ operation: { ports: ['8080'] } }] }])], { headers: [PASSING] }, 'denied'],
  ['what it lets pass, and no policy allows', [custom('opa'), policy('ALLOW', [{ to: [{ operation: { paths: ['/b'] } }] }])], { headers: [PASSING] }, 'denied'],
  ['what it denies, and a policy allows', [custom('opa'), policy('ALLOW', [{}])], {}, 'denied'],
  ['a provider that nobody knows', [custom('none')], { headers: [PASSING] }, 'denied'],
  ['a provider of a Service that is not there', [custom('gone')], { headers: [PASSING] }, 'denied'],
  ['two providers', [custom('opa'), { ...custom('gone'), metadata: { name: 'other', namespace: 'shop' } }], { headers: [PASSING] }, 'denied'],
  ['an empty rule', [policy('CUSTOM', [{}], { provider: { name: 'opa' } })], {}, 'denied'],
  ['a slash more', [custom('opa', { paths: ['/a'] })], { target: '//a' }, 'allowed'],
  ['it is asked before tokens are looked at', [custom('opa'), tokens], { tokens: [FORGED] }, 'denied'],
  ['bytes that are no HTTP', [custom('opa', { ports: ['6379'] })], { port: 6379, protocol: 'TCP' }, 'allowed'],
  ['bytes that are no HTTP, as we write it', of(), { port: 6379, protocol: 'TCP' }, 'denied'],
  ['requests, as we write it', of(), { headers: [PASSING] }, 'allowed'],
  ['requests that it denies, as we write it', of(), {}, 'denied'],
  ['other methods, as we write it', of(), { method: 'PATCH', headers: [PASSING] }, 'allowed'],
  ['what has no path, as we write it: no route is for it', of(), { method: 'OPTIONS', target: '*', headers: [PASSING] }, 'no route'],
  ['a port of which nothing is said', of(), { port: 9090 }, 'allowed'],
];

function documented(): Case[] {
  return ROWS.map(([says, manifests, { tokens: written = [], ...sent }, answer], i) => ({
    name: `authorizer ${i}: ${says}`,
    manifests: [...world(i), ...manifests],
    probes: [withTokens({
      ...{ client: 'spiffe://cluster.local/ns/shop/sa/web', namespace: 'shop', address: address(0, i), port: 8080, protocol: 'HTTP' as const },
      ...{ host: 'cart.shop', method: 'GET', target: '/a', headers: [] },
      ...sent,
      answers: { documentation: answer },
    }, written)],
  }));
}

/** Rules of generated policies, for anyone: it is asked about what a denial by them would deny. */
function generated(seed: number, count: number): Case[] {
  const can = (feature: string) => !NOT_SENT.some(one => one === feature)
    && (feature === 'AnyoneSource' || feature === 'HTTPPort' || (dialect.supports as any)[feature]?.level === 'full');
  const models = policies(can, { pods: [CART] }).map(([model]) => model).filter(({ rules }) => rules.length > 0);
  const samples = fc.sample(models.chain(model => fc.record({
    model: fc.constant(denialOf(model)),
    all: fc.array(writtenForPolicies(requestTo(model)), { minLength: 20, maxLength: 20 }),
  })), { seed, numRuns: count });
  return samples.flatMap(({ model, all }, i) => {
    const [{ ports, requests, exceptRequests }] = model.denials;
    const { name, namespace, destination: { service: own, podSelector } } = model;
    const { refusals, manifests } = dialect.render({ name, namespace, workload: { service: own, podSelector }, authorizer: 'opa', ports, requests, exceptRequests });
    const isRefused = refusals.length > 0 || [...requests, ...exceptRequests].some(({ path }) => path?.type === 'template');
    return isRefused ? [] : [{
      name: `authorizer of requests ${i}`,
      manifests: [...world(i), ...manifests.map(stored)],
      probes: all.map((one, n) => probe(model, manifests, i, n % 3 === 0, { ...one, request: aim(model, one.request, n) })),
    }];
  });
}

/** Of the first of its rules, on ports that speak HTTP. */
function denialOf(model: AccessModel): AccessModel {
  const [rule] = model.rules;
  const denial: AccessRule = {
    ...rule, ports: CART.ports.filter(({ protocol }) => protocol === 'HTTP'), sources: [{ kind: 'anyone' }], exceptSources: [], endUsers: [],
  };
  return { ...model, denials: [denial], rules: [], leavesRest: true, healthProbes: [], audit: false };
}

function probe(model: AccessModel, manifests: readonly any[], i: number, passes: boolean, one: Written<Request>): Probe {
  const written = wire(one, portOf(one.request).protocol);
  const { client, port } = one.request;
  const seen = readings(one);
  const trusted = client.trustDomain === undefined;
  const [{ ports }] = model.denials;
  const isBytes = !isHttp(one.request) && ports.some(governed => governed.port === port);
  return {
    ...written,
    headers: passes ? [...written.headers, PASSING] : written.headers,
    client: spiffeIdOf(client),
    namespace: client.namespace ?? 'shop',
    port,
    address: address(0, i),
    host: 'cart.shop',
    answers: {
      model: !trusted || isBytes ? 'denied' : passes ? 'allowed' : saidOf(model, seen),
      ...seen.length === 1 && { evaluator: verdict(trusted && allowedByIstio(manifests, seen[0], () => passes)) },
    },
  };
}

/** Most requests are nearly what it is asked about. */
function aim({ denials: [rule] }: AccessModel, one: Request, n: number): Request {
  const match = [...rule.requests, ...rule.exceptRequests][n % (rule.requests.length + rule.exceptRequests.length || 1)];
  return n % 4 === 0 ? one : {
    ...one,
    port: knownNumber(rule.ports[n % rule.ports.length]),
    method: match?.methods[0] ?? one.method,
    path: match?.path === undefined ? one.path : pathOf(match.path),
    headers: n % 5 === 0 ? one.headers : { ...one.headers, ...Object.fromEntries(match?.headers.map(header => [header.name, header.value]) ?? []) },
  };
}
