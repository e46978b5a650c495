import { ConsulNamespaces, GatewayApiChannel, MeshImplementation, MeshTarget, SmiImplementation } from '../src';
import { routedByConsul } from './oracle/routes/consul';
import { routedByGateway, routedByGatewayApi } from './oracle/routes/gateway-api';
import { READINGS } from './oracle/routes/gateway-api-readings';
import { routedByIngress } from './oracle/routes/ingress';
import { isHttp, ruleFor } from './oracle/routes/intent';
import { routedByKuma } from './oracle/routes/kuma';
import type { Arrival, Outcome } from './oracle/routes/outcome';
import { toService, withoutNone } from './oracle/routes/outcome';
import type { RouteRequest } from './oracle/routes/request';
import type { Evaluator, RoutesOptions } from './oracle/routes/routes-as-written';
import { exposesAsWritten, routesAsWritten } from './oracle/routes/routes-as-written';
import { routedBySmi } from './oracle/routes/smi';
import { routedByVirtualService } from './oracle/routes/virtual-service';
import type { Written } from './oracle/routes/written';

/** What becomes of requests is what was written, as evaluators of their own read the manifests of each target. */

const TRUST_DOMAIN = 'default.zone.mesh.local';
const EXPERIMENTAL = { channel: 'experimental' } as const;

/** Without retries there is one try, and the shorter of its time and that of the request holds for the request. */
const oneTry = (outcome: Outcome): Outcome => {
  if (outcome.kind !== 'forwarded' || outcome.policies.timeouts === undefined || (outcome.policies.retries?.attempts ?? 0) > 0) {
    return outcome;
  }
  const times = Object.values(outcome.policies.timeouts).filter(time => time > 0);
  return { ...outcome, policies: { ...outcome.policies, timeouts: times.length === 0 ? { request: 0 } : { request: Math.min(...times) } } };
};

/** Fields without a value are not there. */
const withoutUndefined = (outcome: Outcome): Outcome => withoutNone(outcome);

/** Istio and Cilium have no timeouts unless they are told to. */
const TIMES: RoutesOptions = { instead: oneTry, alike: outcome => withoutNone(outcome, 'timeouts') };

test('Gateway API, as the specification has it', () => {
  routesAsWritten(MeshTarget.gatewayApi(), [routedByGatewayApi(READINGS.specification)]);
});

test('Gateway API, experimental channel', () => {
  routesAsWritten(MeshTarget.gatewayApi({ channel: GatewayApiChannel.EXPERIMENTAL }), [routedByGatewayApi(READINGS.specification)], EXPERIMENTAL);
});

/** A VirtualService stands in place of all routes of a Service. */
const routedByIstio: Evaluator = (manifests, request) =>
  (manifests.some(({ kind }) => kind === 'VirtualService') ? routedByVirtualService : routedByGatewayApi(READINGS.istio))(manifests, request);

test('Istio', () => {
  routesAsWritten(MeshTarget.gatewayApi({ id: 'istio', mesh: MeshImplementation.ISTIO }), [routedByIstio], TIMES);
});

/** Requests fail on purpose wherever they can. */
const withFaults = (route: Written): Written => isHttp(route.service.ports[0])
  ? { ...route, rules: route.rules.map(rule => rule.redirect ? rule : { ...rule, faults: { abort: { percent: 0.0003, statusCode: 503 } } }) }
  : route;

test('Istio, by VirtualServices', () => {
  routesAsWritten(MeshTarget.gatewayApi({ id: 'istio-virtual-services', mesh: MeshImplementation.ISTIO }), [routedByIstio], { ...TIMES, more: withFaults });
});

test('Istio, in ambient mode', () => {
  routesAsWritten(MeshTarget.gatewayApi({ id: 'istio-ambient', mesh: MeshImplementation.ISTIO_AMBIENT }), [routedByGatewayApi(READINGS['istio-ambient'])], TIMES);
});

describe('Linkerd', () => {
  /** A redirect to a whole path drops the query. */
  const withoutQuery = (outcome: Outcome, route: Written, request: RouteRequest): Outcome =>
    outcome.kind === 'redirected' && ruleFor(route, request)?.redirect?.path !== undefined ? { ...outcome, location: outcome.location.replace(/\?.*/, '') } : outcome;

  test.each([GatewayApiChannel.STANDARD, GatewayApiChannel.EXPERIMENTAL])('%s channel', channel => {
    routesAsWritten(MeshTarget.gatewayApi({ id: 'linkerd', mesh: MeshImplementation.LINKERD, channel }), [routedByGatewayApi(READINGS.linkerd)], {
      channel: channel === GatewayApiChannel.STANDARD ? 'standard' : 'experimental',
      instead: withoutQuery,
      alike: outcome => withoutNone(outcome, 'timeouts', 'retries'),
    });
  });
});

test('Cilium', () => {
  routesAsWritten(MeshTarget.gatewayApi({ id: 'cilium', mesh: MeshImplementation.CILIUM }), [routedByGatewayApi(READINGS.cilium)], TIMES);
});

test('Kuma, by Gateway API', () => {
  routesAsWritten(MeshTarget.gatewayApi({ id: 'kuma-gateway-api', mesh: MeshImplementation.KUMA, trustDomain: TRUST_DOMAIN }), [routedByGatewayApi(READINGS.kuma)]);
});

/** Consul tries nothing again, and limits no try, unless it is told to. */
const TRIES: RoutesOptions = {
  alike: outcome => withoutNone(outcome, 'retries'),
  instead: outcome => outcome.kind !== 'forwarded' || outcome.policies.timeouts?.backendRequest === undefined ? outcome
    : withoutUndefined({ ...outcome, policies: { ...outcome.policies, timeouts: { request: outcome.policies.timeouts.request } } }),
};

test('Consul, with the namespaces of Kubernetes', () => {
  routesAsWritten(MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED }), [routedByConsul('mirrored')], TRIES);
});

test('Consul, with one namespace', () => {
  routesAsWritten(MeshTarget.consul({ id: 'consul-single', namespaces: ConsulNamespaces.SINGLE }), [routedByConsul('single')], TRIES);
});

/** A prefix that is all of the path is replaced with a slash at its end. */
function withoutLastSlash(outcome: Outcome): Outcome {
  switch (outcome.kind) {
    case 'redirected': return { ...outcome, location: outcome.location.replace(/(?<=[^/])\/(?=\?|$)/, '') };
    case 'forwarded': return { ...outcome, arrivals: outcome.arrivals.map(withoutSlashInPath) };
    case 'failed': return outcome;
  }
}

function withoutSlashInPath({ request, ...arrival }: Arrival): Arrival {
  return { ...arrival, ...(request && { request: { ...request, path: request.path.replace(/(?<=.)\/$/, '') } }) };
}

/** Where nothing is tried again, there is no other time for a try. */
const withoutTries = (outcome: Outcome): Outcome => outcome.kind !== 'forwarded' || outcome.policies.retries?.attempts !== 0 || outcome.policies.timeouts === undefined ? outcome
  : withoutUndefined({ ...outcome, policies: { ...outcome.policies, timeouts: { request: outcome.policies.timeouts.request } } });

test('Kuma', () => {
  routesAsWritten(MeshTarget.kuma({ trustDomain: TRUST_DOMAIN }), [routedByKuma], { alike: outcome => withoutTries(withoutLastSlash(outcome)) });
});

/** Requests that its matches do not take stay with the Service, whose selector has to choose the pods of the one backend. */
const stays = (outcome: Outcome, route: Written, request: RouteRequest): Outcome => {
  const [, rest] = route.rules;
  const takers = rest?.backends?.filter(({ weight }) => weight !== 0);
  return rest !== undefined && takers?.length === 1 && ruleFor(route, request) === rest ? toService(request) : outcome;
};

test.each(Object.values(SmiImplementation))('SMI, as %s has it', implementation => {
  routesAsWritten(MeshTarget.smi({ id: `smi-${implementation}`, implementation }), [routedBySmi], { instead: stays });
});

describe('exposures', () => {
  const gateway = (id: string, mesh?: MeshImplementation) => MeshTarget.gatewayApi({ id: `gateway-${id}`, mesh });
  const gateways: [string, MeshTarget, Evaluator, RoutesOptions][] = [
    ['Ingress', MeshTarget.ingress({ className: 'nginx' }), routedByIngress, {}],
    ['Gateway API', gateway('api'), routedByGateway(READINGS.specification), {}],
    ['Istio', gateway('istio', MeshImplementation.ISTIO), routedByGateway(READINGS.istio), TIMES],
    ['Cilium', gateway('cilium', MeshImplementation.CILIUM), routedByGateway(READINGS.cilium), TIMES],
    ['Consul', MeshTarget.gatewayApi({ id: 'gateway-consul', mesh: MeshImplementation.CONSUL, consulNamespaces: ConsulNamespaces.MIRRORED }),
      routedByGateway(READINGS['consul-gateway']), TRIES],
  ];
  test.each(gateways)('%s', (_, target, evaluate, options) => exposesAsWritten(target, [evaluate], options));
});
