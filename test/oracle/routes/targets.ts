import { isHttp, ruleFor } from './intent';
import type { Evaluator, RoutesOptions } from './routes-as-written';
import { exposesAsWritten, routesAsWritten } from './routes-as-written';
import { routedBySmi } from './smi';
import type { Written } from './written';
import { ConsulNamespaces, GatewayApiChannel, MeshImplementation, MeshTarget, SmiImplementation } from '../../../src';
import { routedByConsul } from '../../../src/evaluators/routes/consul';
import { routedByGateway, routedByGatewayApi } from '../../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../../src/evaluators/routes/gateway-api-readings';
import { routedByIngress } from '../../../src/evaluators/routes/ingress';
import { routedByKuma } from '../../../src/evaluators/routes/kuma';
import type { Arrival, Outcome } from '../../../src/evaluators/routes/outcome';
import { toService, withoutNone } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { routedByVirtualService } from '../../../src/evaluators/routes/virtual-service';
import type { Oracle } from '../ask';

const TRUST_DOMAIN = 'default.zone.mesh.local';

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

/** A VirtualService stands in place of all routes of a Service. */
const routedByIstio: Evaluator = (manifests, request) =>
  (manifests.some(({ kind }) => kind === 'VirtualService') ? routedByVirtualService : routedByGatewayApi(READINGS.istio))(manifests, request);

const FAULTS = { abort: { percent: 0.0003, statusCode: 503 } };

/** Requests fail on purpose wherever they can. */
const withFaults = (route: Written): Written => isHttp(route.service.ports[0])
  ? { ...route, rules: route.rules.map(rule => rule.backends === undefined ? rule : { ...rule, faults: FAULTS }) }
  : route;

/** A redirect to a whole path drops the query. */
const withoutQuery = (outcome: Outcome, route: Written, request: RouteRequest): Outcome =>
  outcome.kind === 'redirected' && ruleFor(route, request)?.redirect?.path !== undefined ? {
    ...outcome, location: outcome.location.replace(/\?.*/, ''),
  } : outcome;

/** Consul tries nothing again, and limits no try, unless it is told to. */
const TRIES: RoutesOptions = {
  alike: outcome => withoutNone(outcome, 'retries'),
  instead: outcome => outcome.kind !== 'forwarded' || outcome.policies.timeouts?.backendRequest === undefined ? outcome
    : withoutUndefined({ ...outcome, policies: { ...outcome.policies, timeouts: { request: outcome.policies.timeouts.request } } }),
};

/** A prefix that is all of the path is replaced with a slash at its end. */
function withoutLastSlash(outcome: Outcome): Outcome {
  switch (outcome.kind) {
    case 'redirected': return { ...outcome, location: outcome.location.replace(/(?<=[^/])\/(?=\?|$)/, '') };
    case 'forwarded': return { ...outcome, arrivals: outcome.arrivals.map(withoutSlashInPath) };
    case 'responded':
    case 'failed': return outcome;
  }
}

function withoutSlashInPath({ request, ...arrival }: Arrival): Arrival {
  return { ...arrival, ...(request && { request: { ...request, path: request.path.replace(/(?<=.)\/$/, '') } }) };
}

/** Where nothing is tried again, there is no other time for a try. */
function withoutTries(outcome: Outcome): Outcome {
  if (outcome.kind !== 'forwarded' || outcome.policies.retries?.attempts !== 0 || outcome.policies.timeouts === undefined) return outcome;
  return withoutUndefined({ ...outcome, policies: { ...outcome.policies, timeouts: { request: outcome.policies.timeouts.request } } });
}

/** Requests that its matches do not take stay with the Service, whose selector has to choose the pods of the one backend. */
const stays = (outcome: Outcome, route: Written, request: RouteRequest): Outcome => {
  const rest = route.rules.length < 2 ? undefined : route.rules.find(({ matches }) => matches === undefined);
  const takers = rest?.backends?.filter(({ weight }) => weight !== 0);
  return rest !== undefined && takers?.length === 1 && ruleFor(route, request) === rest ? toService(request) : outcome;
};

const gatewayApi = (id: string, mesh?: MeshImplementation, options = {}) => MeshTarget.gatewayApi({ id, mesh, ...options });
const linkerd = (channel: 'standard' | 'experimental'): readonly [MeshTarget, Evaluator, RoutesOptions] => [
  gatewayApi('linkerd', MeshImplementation.LINKERD, { channel: channel as GatewayApiChannel }), routedByGatewayApi(READINGS.linkerd),
  { channel, instead: withoutQuery, alike: outcome => withoutNone(outcome, 'timeouts', 'retries') },
];

export const IN_THE_MESH: Readonly<Record<string, readonly [MeshTarget, Evaluator, RoutesOptions]>> = {
  'Gateway API, as the specification has it': [MeshTarget.gatewayApi(), routedByGatewayApi(READINGS.specification), {}],
  'Gateway API, experimental channel': [
    MeshTarget.gatewayApi({ channel: GatewayApiChannel.EXPERIMENTAL }), routedByGatewayApi(READINGS.specification), { channel: 'experimental' },
  ],
  'Istio': [gatewayApi('istio', MeshImplementation.ISTIO), routedByIstio, TIMES],
  'Istio, by VirtualServices': [gatewayApi('istio-virtual-services', MeshImplementation.ISTIO), routedByIstio, { ...TIMES, more: withFaults }],
  'Istio, in ambient mode': [gatewayApi('istio-ambient', MeshImplementation.ISTIO_AMBIENT), routedByGatewayApi(READINGS['istio-ambient']), TIMES],
  'Linkerd, standard channel': linkerd('standard'),
  'Linkerd, experimental channel': linkerd('experimental'),
  'Cilium': [gatewayApi('cilium', MeshImplementation.CILIUM), routedByGatewayApi(READINGS.cilium), TIMES],
  'Consul, with the namespaces of Kubernetes': [MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED }), routedByConsul('mirrored'), TRIES],
  'Consul, with one namespace': [MeshTarget.consul({ id: 'consul-single', namespaces: ConsulNamespaces.SINGLE }), routedByConsul('single'), TRIES],
  'Kuma': [MeshTarget.kuma({ trustDomain: TRUST_DOMAIN }), routedByKuma, { alike: outcome => withoutTries(withoutLastSlash(outcome)) }],
  'Kuma, by Gateway API': [gatewayApi('kuma-gateway-api', MeshImplementation.KUMA, { trustDomain: TRUST_DOMAIN }), routedByGatewayApi(READINGS.kuma), {}],
  ...Object.fromEntries([SmiImplementation.SPEC, SmiImplementation.OSM, SmiImplementation.LINKERD].map(implementation =>
    [`SMI, as ${implementation} has it`, [MeshTarget.smi({ id: `smi-${implementation}`, implementation }), routedBySmi, { instead: stays }]])),
};

const AT_GATEWAYS: typeof IN_THE_MESH = {
  'Ingress': [MeshTarget.ingress({ className: 'nginx' }), routedByIngress, {}],
  'Gateway API': [gatewayApi('gateway-api'), routedByGateway(READINGS.specification), {}],
  'Gateway API, experimental channel': [
    gatewayApi('gateway-api-experimental', undefined, { channel: GatewayApiChannel.EXPERIMENTAL }), routedByGateway(READINGS.specification), { channel: 'experimental' },
  ],
  'Istio': [gatewayApi('gateway-istio', MeshImplementation.ISTIO), routedByGateway(READINGS.istio), TIMES],
  'Cilium': [gatewayApi('gateway-cilium', MeshImplementation.CILIUM), routedByGateway(READINGS.cilium), TIMES],
  'Consul': [
    gatewayApi('gateway-consul', MeshImplementation.CONSUL, {
      consulNamespaces: ConsulNamespaces.MIRRORED,
    }), routedByGateway(READINGS['consul-gateway']), TRIES,
  ],
};

/** Every target that has routes, and those that have gateways, by their titles. */
export const ROUTES: Readonly<Record<string, Oracle>> = Object.fromEntries([
  ...Object.entries(IN_THE_MESH).map(([title, one]) => [title, (wanted: number) => routesAsWritten(wanted, ...one)]),
  ...Object.entries(AT_GATEWAYS).map(([title, one]) => [`exposures, ${title}`, (wanted: number) => exposesAsWritten(wanted, ...one)]),
]);
