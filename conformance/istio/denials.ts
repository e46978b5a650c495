import * as fc from 'fast-check';
import { denies, NOT_SENT, pathOf, probe, requestTo, SENT } from './access';
import { address, type Case, pod, type Probe, service } from './case';
import { saidOf } from './said';
import { waypoint } from './waypoints';
import { knownNumber } from '../../src/dialects/contract/known';
import { istioAccess } from '../../src/dialects/istio/access';
import { istioAmbientAccess } from '../../src/dialects/istio/ambient-access';
import { passesWaypoint } from '../../src/evaluators/access/istio-ambient';
import { isHttp, portOf, type Request, spiffeIdOf } from '../../src/evaluators/access/request';
import type { AccessModel } from '../../src/model/access';
import type { AccessFeature } from '../../src/model/features/access';
import { PODS, policies } from '../../test/oracle/access/arbitraries';
import { stored } from '../harness/case';
import { readings, wire, type Written, writtenForPolicies } from '../harness/wire';

const [CART] = PODS;
const OPTIONS = { trustDomain: 'cluster.local', strictMutualTls: true };

interface Sample {
  readonly model: AccessModel;
  readonly all: readonly Written<Request>[];
}

/** Whom a token belongs to is asked with policies that deny nothing, and in `tokens.ts`. */
const NOT_ASKED: readonly AccessFeature[] = [...NOT_SENT, 'EndUsers'];

/** Policies that deny some of what they allow, and requests that are nearly that: to the sidecar of a pod, and to the waypoint of its Service. */
export function denialCases(seed: number, count: number): Case[] {
  return [
    ...samples(istioAccess(OPTIONS), seed, count).flatMap((sample, i) => atSidecar(sample, i)),
    ...samples(istioAmbientAccess(OPTIONS), seed, count).flatMap((sample, i) => atWaypoint(sample, i)),
  ];
}

function samples({ supports }: ReturnType<typeof istioAccess>, seed: number, count: number): Sample[] {
  const models = policies(feature => supports[feature].level !== 'none' && !NOT_ASKED.includes(feature), { pods: [CART] }).map(([model]) => model);
  return fc.sample(models.filter(denies).chain(model => fc.record({
    model: fc.constant(model),
    all: fc.array(writtenForPolicies(requestTo(model)), { minLength: 20, maxLength: 20 })
      .map(all => all.map((one, n) => ({ ...one, request: aim(model, one.request, n) }))),
  })), { seed, numRuns: count });
}

function atSidecar({ model, all }: Sample, i: number): Case[] {
  const { refusals, manifests } = istioAccess(OPTIONS).render(model);
  const ip = address(0, i);
  return refusals.length > 0 ? [] : [{
    name: `denial ${i}`,
    manifests: [pod('cart', ip, CART.labels), service('cart', address(1, i), SENT), ...manifests.map(stored)],
    probes: all.map(one => probe(model, manifests, ip, one)),
  }];
}

function atWaypoint({ model, all }: Sample, i: number): Case[] {
  const { refusals, manifests } = istioAmbientAccess(OPTIONS).render(model);
  const declared = CART.ports.flatMap(port => (port.servicePorts ?? [port.port])
    .map(number => ({ port: number, podPort: port, protocol: port.protocol })))
    .filter(({ protocol }) => protocol !== 'UDP');
  const ip = address(1, i);
  return refusals.length > 0 ? [] : [{
    name: `denial at a waypoint ${i}`,
    manifests: [
      ...waypoint('shop', 0, i), pod('cart', address(0, i), CART.labels), service('cart', ip, declared),
      ...manifests.map(({ shared, ...one }) => stored(one)),
    ],
    probes: all.filter(({ request: { client, ...request } }) => client.meshed && client.trustDomain === undefined && isHttp({ client, ...request }))
      .map(one => throughWaypoint(model, manifests, ip, one)),
  }];
}

function throughWaypoint(model: AccessModel, manifests: readonly object[], ip: string, one: Written<Request>): Probe {
  const { client } = one.request;
  const [port] = portOf(one.request).servicePorts ?? [one.request.port];
  const seen = readings(one).map(reading => ({ ...reading, entrance: { service: 'cart', port } }));
  const passed = (verdict: string) => verdict === 'allowed' ? JSON.stringify({ [`shop/cart:${port}`]: 1 }) : verdict;
  return {
    ...wire(one, portOf(one.request).protocol),
    client: spiffeIdOf(client),
    namespace: client.namespace!,
    port,
    address: ip,
    waypoint: 'shop',
    host: `cart.shop.svc.cluster.local:${port}`,
    answers: {
      // Where nothing is allowed, the pods deny what the waypoint lets through.
      ...model.rules.length > 0 && { model: [saidOf(model, seen)].flat().map(passed) },
      ...seen.length === 1 && { evaluator: passed(passesWaypoint(manifests, seen[0], seen[0].entrance) ? 'allowed' : 'denied') },
    },
  };
}

/** Most requests are nearly what is denied, of what is allowed. */
function aim(model: AccessModel, one: Request, n: number): Request {
  const excepting = model.rules.filter(({ exceptRequests }) => exceptRequests.length > 0);
  const negated = [...model.denials, ...excepting.map(rule => ({ ...rule, requests: rule.exceptRequests }))];
  const rule = negated[n % negated.length];
  const match = rule.requests[n % (rule.requests.length || 1)];
  return n % 4 === 0 ? one : {
    ...one,
    port: knownNumber(rule.ports[n % rule.ports.length]),
    method: match?.methods[0] ?? one.method,
    path: match?.path === undefined ? one.path : pathOf(match.path),
    headers: n % 3 === 0 ? one.headers : { ...one.headers, ...Object.fromEntries(match?.headers.map(header => [header.name, header.value]) ?? []) },
  };
}
