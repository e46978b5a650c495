import * as fc from 'fast-check';
import { address, type Case, pod, type Probe, service } from './case';
import { saidOf } from './said';
import { jwksOf, verdictOnTokens, withTokens, writtenAs } from './signers';
import { knownNumber } from '../../src/dialects/contract/known';
import type { Manifest } from '../../src/dialects/contract/manifest';
import { istioAccess } from '../../src/dialects/istio/access';
import { istioJwtAuthentication } from '../../src/dialects/istio/jwt-authentication';
import { allowedByIstio } from '../../src/evaluators/access/istio';
import { portOf, type Request, spiffeIdOf } from '../../src/evaluators/access/request';
import type { AccessModel } from '../../src/model/access';
import type { AccessFeature } from '../../src/model/features/access';
import type { JwtAuthenticationModel } from '../../src/model/jwt-authentication';
import type { RequestMatch } from '../../src/model/match';
import type { PathCondition } from '../../src/model/path';
import { PODS, policies, PORTS, request } from '../../test/oracle/access/arbitraries';
import { isWrong, tokensOf } from '../../test/oracle/access/decide';
import { stored } from '../harness/case';
import { readings, wire, type Written, writtenForPolicies } from '../harness/wire';

const [CART] = PODS;

/** What the letter `a` of all paths becomes: characters that mean something elsewhere. */
const LETTERS = ['a', 'a.b', 'a+', '(a)', 'a$', '~a', "a'", 'a%20b', 'a,', 'a:', '@a', 'A'];

/** Clients reach Envoy from one address, and from no kubelet; and what nobody declares has no listener. The letter leaves gRPC alone. */
export const NOT_SENT: readonly AccessFeature[] = [
  'IpBlockSource', 'GatewaySource', 'HealthProbe', 'UDPPort', 'UndeclaredPort', 'GRPCMethodMatching', 'GRPCAnyServiceMatching',
];
export const SENT = PORTS.filter(({ port, protocol }) => protocol !== 'UDP' && port !== 7000);

/** Policies for a pod, and requests to it. */
export function accessCases(seed: number, count: number): Case[] {
  const { supports } = istioAccess({ trustDomain: 'cluster.local', strictMutualTls: false });
  const models = policies(feature => supports[feature].level !== 'none' && !NOT_SENT.includes(feature), { pods: [CART] });
  const samples = fc.sample(models.chain(([model]) => fc.record({
    model: fc.constant(model),
    all: fc.array(writtenForPolicies(requestTo(model)), { minLength: 20, maxLength: 20 }),
    letter: fc.constantFrom(...LETTERS),
    // Istio tells what a port speaks by what it hears, where no Service says it.
    declared: fc.constantFrom(SENT, SENT.filter(p => p.protocol !== 'HTTP')),
    strictMutualTls: fc.boolean(),
  })), { seed, numRuns: count });
  return samples.flatMap(({ model, all, letter, declared, strictMutualTls }, i) => {
    const dialect = istioAccess({ trustDomain: 'cluster.local', strictMutualTls });
    const spelled = spell(model, letter);
    if (dialect.render(spelled).refusals.length > 0) {
      return [];
    }
    const ip = address(0, i);
    const manifests = [dialect.render(spelled), ...tokensOf(spelled).map(tokens => istioJwtAuthentication.render(ofThisRun(tokens)))]
      .flatMap(rendered => rendered.manifests);
    return [{
      name: `access ${i}`,
      manifests: [pod('cart', ip, CART.labels), service('cart', address(1, i), declared), ...manifests.map(stored)],
      probes: all.map((one, n) => probe(spelled, manifests, ip, { ...one, request: aim(spelled, spellPath(one.request, letter), n) })),
    }];
  });
}

export function requestTo(model: AccessModel): fc.Arbitrary<Request> {
  return request([model], { mesh: true, detours: false }).filter(one => SENT.includes(portOf(one)) && one.client.kind !== 'kubelet');
}

export function probe(model: AccessModel, manifests: readonly Manifest[], ip: string, one: Written<Request>): Probe {
  const seen = readings(one);
  const { client, port } = one.request;
  const tokens = one.request.tokens ?? [];
  // A mesh takes certificates of its own trust domain only, and asks no policy of the others.
  const trusted = client.trustDomain === undefined;
  return withTokens({
    ...wire(one, portOf(one.request).protocol),
    client: spiffeIdOf(client),
    namespace: client.namespace ?? 'shop',
    port,
    address: ip,
    host: 'cart.shop',
    answers: {
      ...(!seen.some(isWrong) && { model: trusted ? saidOf(model, seen) : 'denied' }),
      // It takes one line of each header for all of them, as is so where nothing is denied by its lines.
      ...(seen.length === 1 || !denies(model)) && { evaluator: verdictOnTokens(trusted && seen.some(reading => allowedByIstio(manifests, reading))) },
    },
  }, tokens.map(writtenAs));
}

/** With keys by which the tokens of this run are signed. */
export function ofThisRun(model: JwtAuthenticationModel): JwtAuthenticationModel {
  return { ...model, issuers: model.issuers.map(one => ({ ...one, keys: { kind: 'inline', jwks: jwksOf(one.issuer) } })) };
}

export function denies({ denials, rules }: AccessModel): boolean {
  return denials.length > 0 || rules.some(({ exceptRequests }) => exceptRequests.length > 0);
}

/** Most requests are nearly what a rule allows. */
function aim(model: AccessModel, one: Request, n: number): Request {
  const rule = model.rules[n % (model.rules.length || 1)];
  if (rule === undefined || n % 5 === 0) {
    return one;
  }
  const match = rule.requests[n % (rule.requests.length || 1)];
  const headers = match?.headers.filter(({ name }) => one.tokens === undefined || name !== 'authorization').map(h => [h.name, h.value]) ?? [];
  return {
    ...one,
    port: knownNumber(rule.ports[n % rule.ports.length]),
    method: match?.methods[0] ?? one.method,
    path: n % 3 === 0 || match?.path === undefined ? one.path : pathOf(match.path),
    headers: n % 4 === 0 ? one.headers : { ...one.headers, ...Object.fromEntries(headers) },
  };
}

export function pathOf({ type, value }: PathCondition): string {
  return type === 'end' && !value.startsWith('/') ? `/${value}` : value.replaceAll('{*}', '7');
}

function spell(model: AccessModel, letter: string): AccessModel {
  const spelled = (match: RequestMatch) => ({ ...match, ...(match.path && { path: { ...match.path, value: respell(match.path.value, letter) } }) });
  return { ...model, rules: model.rules.map(rule => ({ ...rule, requests: rule.requests.map(spelled) })) };
}

function spellPath(one: Request, letter: string): Request {
  return { ...one, path: respell(one.path, letter) };
}

function respell(path: string, letter: string): string {
  return path.replaceAll('a', letter);
}
