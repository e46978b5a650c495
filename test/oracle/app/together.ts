import { type AppRequest, arriving, entering, type FromOutside, type Inside, leaving, leavesFor } from './requests';
import type { Answer, Told } from './told';
import { answeredBy, told } from './told';
import { hasLabels, podsBehind } from './world';
import { clientAt, clientsOf, isAttached, isBeside, type WrittenApp } from './written';
import type { Client, Pod, Request } from '../../../src/evaluators/access/request';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import { toService } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import type { AccessModel, Source } from '../../../src/model/access';
import type { MutualTlsMode } from '../../../src/model/authentication';
import { letThrough } from '../access/gateways';
import { allowedByIntent, isSource } from '../access/intent';
import type { Call } from '../egress/call';
import { letOutByIntent } from '../egress/intent';
import { routedByIntent, ruleFor } from '../routes/intent';
import type { WrittenExposure } from '../routes/written';

/** What becomes of a request by all constructs of an app together, read as naively as can be. */
export function byIntents(app: WrittenApp, asked: AppRequest): Told {
  if (asked.kind === 'to outside') {
    return { kind: letOut(app, leaving(asked.client, asked.call)) ? 'let out' : 'kept in' };
  }
  if (asked.kind === 'health check') {
    return answeredBy(asked.arrived, letIn(app, asked.arrived));
  }
  if (asked.kind === 'from outside' && !passesGateway(app, asked)) {
    return { kind: 'turned away' };
  }
  const client = asked.kind === 'inside' ? asked.client : clientAt(app.gateway, asked.listener);
  const outcome = asked.kind === 'inside' ? routed(app, client.meshed, asked.request) : exposed(app, asked);
  const behind = behindGateway(app, asked);
  return told(app.world, outcome, (pod, port, arrival) =>
    leavesFor(pod, port, client, asked.request, call => letOut(app, call)) && letIn(app, arriving(client, behind, pod, port, arrival)));
}

/** A gateway that proves tokens takes them away, unless it passes them on. */
function behindGateway({ edgeTokens, gateway }: WrittenApp, asked: Inside | FromOutside): Inside | FromOutside {
  return asked.kind === 'inside' || edgeTokens === undefined || edgeTokens.forward || isBeside(gateway, asked.listener) ? asked : { ...asked, tokens: undefined };
}

/** Each policy of the gateway lets it through, unless it comes by another; where none says what is allowed, what denies by default there does not. */
function passesGateway({ edge, gateway, denying }: WrittenApp, asked: FromOutside): boolean {
  const { client, readsPolicies, listeners } = gateway;
  if (isBeside(gateway, asked.listener)) return true;
  const request = entering({ name: 'gateway', namespace: client.namespace! }, listeners, asked);
  const isClosed = readsPolicies === true && denying.includes(client.namespace!) && edge.every(({ leavesRest }) => leavesRest);
  return !isClosed && edge.every(policy => letThrough(policy, request));
}

/** The policy of the workload that calls, or else that of its namespace, says what it may call. */
function letOut({ egress }: WrittenApp, call: Call): boolean {
  const holding = egress.filter(({ namespace, workload }) => namespace === call.namespace
    && (workload === undefined || Object.entries(workload.podSelector!).every(([key, value]) => call.labels![key] === value)));
  const own = holding.filter(({ workload }) => workload !== undefined);
  const deciding = own.length > 0 ? own : holding;
  return deciding.length === 0 || deciding.some(policy => letOutByIntent(policy, call));
}

/** Who is in no mesh follows none of its routes. */
function routed({ routing }: WrittenApp, meshed: boolean, request: RouteRequest): Outcome {
  return routing === undefined || !meshed ? toService(request) : routedByIntent(routing.route, request);
}

/**
 * The policies of the pod decide: each denies what it does not allow. Without one, the default of the namespace does; what is
 * then left over are clients that cannot prove who they are, where someone demands it.
 */
export function letIn(app: WrittenApp, request: Request): Answer['letIn'] {
  const { pod, client } = request;
  const holding = policiesOf(app, pod);
  const policies = holding.filter(({ leavesRest }) => !leavesRest);
  if (holding.some(policy => policy.leavesRest && !allowedByIntent(policy, request))) {
    return false;
  }
  if (policies.length > 0) {
    return policies.every(policy => allowedByIntent(policy, request)) && (client.meshed || client.kind === 'kubelet' || workloadMode(app, request) !== 'strict');
  }
  if (app.denying.includes(pod.namespace)) {
    return false;
  }
  const mode = workloadMode(app, request) ?? app.mutualTls.find(one => one.workload === undefined && one.namespace === pod.namespace)?.mode;
  return !client.meshed && mode === 'strict' ? false : 'unsaid';
}

/**
 * Of exposures at the listener, those of the host that is named most closely take a request; of these, one that is for some paths before one
 * for all.
 */
function exposed({ exposures: all, gateway }: WrittenApp, { listener, request }: FromOutside): Outcome {
  const exposures = all.filter(one => gateway.listeners.some(each => each.port === listener && isAttached(one, each)));
  const closest = Math.max(...exposures.map(({ rules }) => hostRank(rules, request)));
  const asked = ({ namespace, service: { name, namespace: home, ports: [{ port }] } }: WrittenExposure): RouteRequest =>
    ({ ...request, client: { namespace }, to: { service: name, namespace: home!, port } });
  const paths = ({ rules }: WrittenExposure) =>
    rules.every(({ matches = [{}] }) => matches.every(({ pathPrefix }) => pathPrefix !== undefined)) ? 0 : 1;
  const taking = exposures.map(({ rules }) => rules).filter(rules => closest >= 0 && hostRank(rules, request) === closest);
  const [first] = taking.filter(rules => taking.length === 1 || ruleFor(rules, asked(rules)) !== undefined).sort((a, b) => paths(a) - paths(b));
  return first === undefined ? { kind: 'failed' } : routedByIntent(first, asked(first));
}

/** How closely the hosts of an exposure name that of a request; less than 0, where they do not. */
function hostRank({ hostnames }: WrittenExposure, { host }: RouteRequest): number {
  return hostnames.length === 0 ? 0
    : Math.max(...hostnames.map(name => name === host ? 1000 : name.startsWith('*.') && host.endsWith(name.slice(1)) ? name.length : -1));
}

/** Whether a pod behind a gateway of an exposure has a policy that never lets that in. */
export function isShutOut(app: WrittenApp): boolean {
  const { exposures, gateway, world } = app;
  const closed = ({ namespace }: Pod, policies: readonly AccessModel[]) => policies.length === 0 && app.denying.includes(namespace);
  const backends = exposures.flatMap(one => clientsOf(gateway, one).flatMap(client => one.rules.rules.flatMap(({ backends: all = [] }) =>
    all.map(backend => ({ client, ...backend }))))).filter(({ service, weight }) => weight !== 0 && service.groupKind === undefined);
  return backends.some(({ client, service, port = service.ports[0].port }) => {
    const places = podsBehind(world, service.namespace!, service.name, port, service.subset);
    return places.length > 0 && places.every(place => {
      const policies = policiesOf(app, place.pod).filter(({ leavesRest }) => !leavesRest);
      return closed(place.pod, policies) || policies.some(({ audit, rules }) => !audit && !rules.some(({ sources, ports }) =>
        ports.some(one => one.port === place.port) && sources.some(source => mayBe(source, client))));
    });
  });
}

/** Neither the address nor the trust domain of a gateway is known, where it is a pod. */
function mayBe(source: Source, gateway: Client): boolean {
  return isSource(source, gateway) || (['ipBlock', 'trustDomain'].includes(source.kind) && gateway.kind === 'pod');
}

/** Those of the Services that the pod belongs to. */
export function policiesOf({ policies, world, routing }: WrittenApp, pod: Pod): AccessModel[] {
  const leadsTo = (service: string) => routing?.route.service.name === service
    && routing.route.rules.some(({ backends = [] }) => backends.some(backend => backend.service.name === pod.service));
  return policies.filter(({ namespace, destination: { service, serviceAccount, podSelector } }) => pod.namespace === namespace && {
    'labels': hasLabels(pod, podSelector!),
    'ServiceAccount': pod.serviceAccount === serviceAccount,
    // Of versions that are registered by names of their own, only a route says whose they are.
    'registered name': hasLabels(pod, podSelector!) && (pod.serviceAccount === service || leadsTo(service!)),
  }[world.known]);
}

/** What is said of the port goes before what is said of the workload. */
function workloadMode({ mutualTls, world }: WrittenApp, { pod, port }: Request): MutualTlsMode | undefined {
  const [own] = mutualTls.filter(({ namespace, workload }) => workload !== undefined && namespace === pod.namespace
    && hasLabels(pod, world.services.find(one => one.name === workload && one.namespace === namespace)!.podSelector));
  return own?.ports.find(one => one.port === port)?.mode ?? own?.mode;
}
