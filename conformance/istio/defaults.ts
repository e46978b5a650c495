import * as fc from 'fast-check';
import { NOT_SENT, ofThisRun, requestTo, SENT } from './access';
import { address, type Case, pod, type Probe, service } from './case';
import { saidOf } from './said';
import { verdictOnTokens, withTokens, writtenAs } from './signers';
import { istioAccess } from '../../src/dialects/istio/access';
import { istioJwtAuthentication } from '../../src/dialects/istio/jwt-authentication';
import { istioNamespaceDefault } from '../../src/dialects/istio/namespace-default';
import { allowedByIstio } from '../../src/evaluators/access/istio';
import { portOf, type Request, spiffeIdOf } from '../../src/evaluators/access/request';
import type { AccessModel, AccessRule } from '../../src/model/access';
import { besidePolicy } from '../../src/model/grants';
import type { NamespaceDefaultModel } from '../../src/model/namespace-default';
import { PODS, policies, rule } from '../../test/oracle/access/arbitraries';
import { isOfClients, isWrong, tokensOf } from '../../test/oracle/access/decide';
import { stored } from '../harness/case';
import { readings, wire, type Written, writtenForRoutes } from '../harness/wire';

const [CART] = PODS;
const OPTIONS = { trustDomain: 'cluster.local' };
const { supports } = istioNamespaceDefault(OPTIONS);

const inDefaults = rule(feature => feature in supports && supports[feature as keyof typeof supports].level !== 'none', CART.ports, {});

const defaults: fc.Arbitrary<NamespaceDefaultModel> = fc.record({
  name: fc.constant('default'),
  namespace: fc.constantFrom('shop', undefined),
  rules: fc.array(fc.record({ rule: inDefaults, ports: fc.subarray(SENT.map(({ port }) => port)) })
    .map(({ rule: { sources, exceptSources }, ports }) => ({ sources, exceptSources, ports: [...ports].sort((a, b) => a - b) })), { maxLength: 2 }),
});

/** Defaults of a namespace and of the mesh, beside policies of pods that often have no Service, and grants; and requests to these pods. */
export function defaultCases(seed: number, count: number): Case[] {
  const dialect = istioAccess(OPTIONS);
  const models = policies(feature => dialect.supports[feature].level !== 'none' && !['Audit', ...NOT_SENT].includes(feature), { pods: [CART] })
    .map(([{ destination: { service: own, ...pods }, ...model }]) => ({ ...model, destination: pods, healthProbes: [] }));
  const requests = (model: AccessModel) => requestTo({ ...model, destination: { ...model.destination, service: 'cart' } });
  const clusters = fc.record({
    model: models,
    granted: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    hasPolicy: fc.boolean(),
    hasService: fc.boolean(),
    byDefault: fc.option(defaults, { nil: undefined }),
  });
  const samples = fc.sample(clusters.chain(sample => fc.record({
    sample: fc.constant(sample),
    all: fc.array(writtenForRoutes(requests(sample.model)), { minLength: 20, maxLength: 20 }),
  })), { seed, numRuns: count });
  return samples.flatMap(({ sample: { model, granted, hasPolicy, hasService, byDefault }, all }, i) => {
    const rendered = [
      ...hasPolicy ? tokensOf(model).map(tokens => istioJwtAuthentication.render(ofThisRun(tokens))) : [],
      ...hasPolicy ? partsOf(model, granted).map(part => dialect.render(part)) : [],
      ...byDefault === undefined ? [] : [istioNamespaceDefault(OPTIONS).render(byDefault)],
    ];
    const manifests = rendered.flatMap(one => one.manifests);
    const ip = address(0, i);
    return rendered.some(({ refusals }) => refusals.length > 0) ? [] : [{
      name: `default ${i}`,
      manifests: [pod('cart', ip, CART.labels), ...hasService ? [service('cart', address(1, i), SENT)] : [], ...manifests.map(stored)],
      probes: all.filter(one => hasService || !looksForTokens(one)).map(one => probe(hasPolicy ? model : undefined, byDefault, manifests, ip, one)),
    }];
  });
}

/** At a port of no Service, Istio looks for HTTP, and so for tokens, of which nothing is said where the port is for TCP. */
function looksForTokens({ request }: Written<Request>): boolean {
  return portOf(request).protocol === 'TCP' && (request.tokens ?? []).length > 0;
}

/** A policy, and what is granted beside it. */
function partsOf(model: AccessModel, granted: readonly boolean[]): AccessModel[] {
  const isGranted = (one: AccessRule) => isOfClients(one) && granted[model.rules.indexOf(one) % granted.length];
  const policy = { ...model, rules: model.rules.filter(one => !isGranted(one)) };
  return [policy, ...model.rules.filter(isGranted).map((one, i) =>
    besidePolicy({ ...model, name: `${model.name}-${i}`, rules: [one], denials: [], grant: 'here' }, policy, false))];
}

function probe(
  model: AccessModel | undefined, byDefault: NamespaceDefaultModel | undefined, manifests: readonly object[], ip: string, one: Written<Request>,
): Probe {
  const { client, port } = one.request;
  const seen = readings(one);
  const trusted = client.trustDomain === undefined;
  return withTokens({
    ...wire(one, portOf(one.request).protocol),
    client: spiffeIdOf(client),
    namespace: client.namespace ?? 'shop',
    port,
    address: ip,
    host: 'cart.shop',
    answers: {
      ...!seen.some(isWrong) && { model: trusted ? saidOf(together(model, byDefault), seen) : 'denied' },
      evaluator: verdictOnTokens(trusted && allowedByIstio(manifests, seen[0])),
    },
  }, (one.request.tokens ?? []).map(writtenAs));
}

/** What a policy and a default say as one. */
function together(model: AccessModel | undefined, byDefault: NamespaceDefaultModel | undefined): AccessModel {
  const own = model ?? { name: '', namespace: 'shop', destination: { ports: [] }, denials: [], rules: [], leavesRest: true, healthProbes: [], audit: false };
  return byDefault === undefined ? own : {
    ...own,
    leavesRest: false,
    rules: [...own.rules, ...byDefault.rules.map(({ ports, ...rest }) => ({
      ...rest, ports: SENT.filter(({ port }) => ports.length === 0 || ports.includes(port)), requests: [], exceptRequests: [], endUsers: [],
    }))],
  };
}
