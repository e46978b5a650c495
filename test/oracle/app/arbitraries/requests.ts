import * as fc from 'fast-check';
import { toOutside } from './egress';
import type { AppOptions } from './options';
import type { Client, Request, Token } from '../../../../src/evaluators/access/request';
import { hasRequests, type RouteRequest } from '../../../../src/evaluators/routes/request';
import { aim, anyPod, type ClientOptions, OUTSIDE_IPS, token } from '../../access/arbitraries';
import { asOfWorkload, REMOTE_IPS } from '../../access/gateways';
import { asksLikeProbe, GRPC_HEALTH_CHECK } from '../../access/intent';
import { hasNameOfItsOwn } from '../../access/targets';
import { requestFromOutside, requestTo } from '../../routes/arbitraries/requests';
import { isExposed } from '../policy-props';
import type { AppRequest, FromOutside, Inside } from '../requests';
import { policiesOf } from '../together';
import { serviceIn } from '../world';
import { carries, type WrittenApp } from '../written';

/** Requests to the Services of an app, near what its routes and policies speak of. */
export function requests(app: WrittenApp, options: AppOptions): fc.Arbitrary<AppRequest> {
  return fc.oneof(
    { weight: 6, arbitrary: toServices(app, options) },
    ...(app.exposures.length === 0 ? [] : [{ weight: 4, arbitrary: fromOutside(app) }]),
    ...(healthChecks(app).map(arrived => ({ weight: 1, arbitrary: fc.constant<AppRequest>({ kind: 'health check', arrived }) }))),
    ...(app.egress.length === 0 ? [] : [{ weight: 2, arbitrary: toOutside(options) }]),
  ).filter(asked => !options.uniqueNames || asked.kind !== 'inside' || hasNameOfItsOwn(app.policies, asked))
    .chain(asked => asked.kind === 'health check' || asked.kind === 'to outside' || !hasRequests(asked.request) || !readsTokens(app) ? fc.constant(asked)
      : fc.option(token, { nil: undefined, freq: 3 }).map(one => one === undefined ? asked : withToken(asked, one)));
}

function readsTokens({ tokens, edgeTokens }: WrittenApp): boolean {
  return tokens.length > 0 || edgeTokens !== undefined;
}

/** Where a token is, nothing else is. */
function withToken<Asked extends Inside | FromOutside>(asked: Asked, one: Token): Asked {
  const { authorization, ...headers } = asked.request.headers;
  return { ...asked, request: { ...asked.request, headers }, tokens: [one] };
}

/** Those that all policies of a pod speak of. */
function healthChecks(app: WrittenApp): Request[] {
  return app.world.pods.flatMap(pod => policiesOf(app, pod).flatMap(({ healthProbes }) => healthProbes.map(({ kind, path, port }): Request => ({
    client: { kind: 'kubelet', ip: '10.9.0.1', meshed: false },
    pod,
    port: Number(port),
    ...(kind === 'grpc' ? { method: 'POST', path: GRPC_HEALTH_CHECK } : { method: 'GET', path: path! }),
    headers: {},
    query: {},
  })))).filter(one => one.pod.ports.some(({ port }) => port === one.port) && policiesOf(app, one.pod).every(other => asksLikeProbe(other, one)));
}

/** To the hosts of exposures and of policies of the gateway, and to others. */
function fromOutside({ exposures, gateway, edge }: WrittenApp): fc.Arbitrary<AppRequest> {
  const matches = edge.flatMap(({ denials, rules }) => [...denials, ...rules].flatMap(one => [...one.requests, ...one.exceptRequests]));
  const hosts = [...exposures.flatMap(({ rules }) => rules.hostnames.map(name => name.replace('*', 'any'))), ...matches.flatMap(one => one.hosts ?? [])];
  const near = edge.length === 0 ? [] : [aim(edge.map(asOfWorkload), { mesh: false, detours: false })];
  return fc.constantFrom(...exposures).chain(({ rules }) => fc.record({
    asked: requestFromOutside(rules),
    host: fc.constantFrom(undefined, ...hosts),
    aimed: fc.oneof(fc.constant<Partial<Request>>({}), ...near),
    ip: fc.constantFrom(...OUTSIDE_IPS),
    remoteIp: fc.constantFrom(undefined, undefined, ...REMOTE_IPS),
    listener: fc.constantFrom(...gateway.listeners.filter(one => carries(one, rules))).map(({ port }) => port),
    writesPort: fc.boolean(),
  })).map(({ asked, host = asked.host, aimed, ip, remoteIp, listener, writesPort }) => ({
    kind: 'from outside',
    // Only requests say what stands behind a proxy, and whom they are for.
    client: { kind: 'outside', ip: aimed.client?.ip ?? ip, meshed: false, ...(hasRequests(asked) && remoteIp !== undefined && { remoteIp }) },
    listener,
    writesPort: hasRequests(asked) && writesPort,
    request: { ...nearer(asked, aimed), host },
  }));
}

function toServices(app: WrittenApp, options: ClientOptions): fc.Arbitrary<AppRequest> {
  const { services } = app.world;
  const [called, ...others] = services;
  const route = app.routing?.route ?? { namespace: called.namespace, service: called, rules: [], handling: {} };
  // Of what no route is for, the oracle of policies asks.
  const toOthers = fc.constantFrom(...others.filter(({ ports }) => ports.every(({ protocol }) => protocol !== 'UDP'))).chain(service => requestTo({ namespace: service.namespace, service, rules: [], handling: {} }));
  return fc.record({
    request: fc.oneof({ weight: 4, arbitrary: requestTo(route) }, { weight: 1, arbitrary: toOthers }),
    client: anyPod(options),
  }).chain(({ request, client }) => {
    const own = app.policies.filter(({ namespace, destination }) => request.to.namespace === namespace && destination.service === request.to.service)
      .map(one => ({ ...one, rules: one.rules.filter(({ sources }) => !sources.some(isExposed)) }));
    return fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: aim(own, { ...options, detours: false }) })
      .map((aimed): AppRequest => ({
        kind: 'inside',
        ...calledBy(request, client, aimed),
        toPod: serviceIn(app.world, request.to.namespace, request.to.service).form === 'headless',
      }));
  });
}

function calledBy(request: RouteRequest, client: Client, aimed: Partial<Request>): Omit<Inside, 'kind' | 'toPod'> {
  const who = aimed.client?.kind === 'pod' && aimed.client.trustDomain === undefined ? aimed.client : client;
  return { client: who, request: { ...nearer(request, aimed), client: { namespace: who.namespace!, labels: who.labels } } };
}

/** A request, with what of it meets a policy. */
function nearer(request: RouteRequest, aimed: Partial<Request>): RouteRequest {
  const grpc = request.protocol === 'GRPC';
  const path = aimed.path === undefined || (grpc && !/^\/[^/]+\/[^/]+$/.test(aimed.path)) ? request.path : aimed.path;
  return {
    ...request,
    ...(!grpc && aimed.method !== undefined && { method: aimed.method }),
    path,
    headers: { ...request.headers, ...aimed.headers },
  };
}
