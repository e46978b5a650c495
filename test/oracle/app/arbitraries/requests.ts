import * as fc from 'fast-check';
import { toOutside } from './egress';
import type { AppOptions } from './options';
import type { Client, Request, Token } from '../../../../src/evaluators/access/request';
import type { RouteRequest } from '../../../../src/evaluators/routes/request';
import { aim, anyPod, type ClientOptions, token } from '../../access/arbitraries';
import { asksLikeProbe, GRPC_HEALTH_CHECK } from '../../access/intent';
import { hasNameOfItsOwn } from '../../access/targets';
import { requestFromOutside, requestTo } from '../../routes/arbitraries/requests';
import { isExposed } from '../policy-props';
import type { AppRequest, FromOutside, Inside } from '../requests';
import { policiesOf } from '../together';
import { serviceIn } from '../world';
import type { WrittenApp, WrittenOpening } from '../written';

/** Requests to the Services of an app, near what its routes and policies speak of. */
export function requests(app: WrittenApp, options: AppOptions): fc.Arbitrary<AppRequest> {
  return fc.oneof(
    { weight: 6, arbitrary: toServices(app, options) },
    ...(app.exposures.length === 0 ? [] : [{ weight: 3, arbitrary: fromOutside(app.exposures) }]),
    ...(healthChecks(app).map(arrived => ({ weight: 1, arbitrary: fc.constant<AppRequest>({ kind: 'health check', arrived }) }))),
    ...(app.egress.length === 0 ? [] : [{ weight: 2, arbitrary: toOutside(options) }]),
  ).filter(asked => !options.uniqueNames || asked.kind !== 'inside' || hasNameOfItsOwn(app.policies, asked))
    .chain(asked => app.tokens.length === 0 || asked.kind === 'health check' || asked.kind === 'to outside' ? fc.constant(asked)
      : fc.option(token, { nil: undefined, freq: 3 }).map(one => one === undefined ? asked : withToken(asked, one)));
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

/** To the hosts of exposures, and to others. */
function fromOutside(all: readonly WrittenOpening[]): fc.Arbitrary<AppRequest> {
  const hosts = all.flatMap(({ rules }) => rules.hostnames.map(name => name.replace('*', 'any')));
  return fc.record({
    asked: fc.constantFrom(...all).chain(({ rules }) => requestFromOutside(rules)),
    host: fc.constantFrom(undefined, ...hosts),
  }).map(({ asked, host = asked.host }) => ({ kind: 'from outside', request: { ...asked, host } }));
}

function toServices(app: WrittenApp, options: ClientOptions): fc.Arbitrary<AppRequest> {
  const { services } = app.world;
  const [called, ...others] = services;
  const route = app.routing?.route ?? { namespace: called.namespace, service: called, rules: [], handling: {} };
  const toOthers = fc.constantFrom(...others).chain(service => requestTo({ namespace: service.namespace, service, rules: [], handling: {} }));
  return fc.record({
    request: fc.oneof({ weight: 4, arbitrary: requestTo(route) }, { weight: 1, arbitrary: toOthers }),
    client: anyPod(options),
  }).chain(({ request, client }) => {
    const own = app.policies.filter(({ namespace, destination }) => request.to.namespace === namespace && destination.service === request.to.service)
      .map(one => ({ ...one, rules: one.rules.filter(({ sources }) => !sources.some(isExposed)) }));
    return fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: aim(own, { ...options, detours: false }) })
      .map((aimed): AppRequest => ({
        kind: 'inside',
        ...nearer(request, client, aimed),
        toPod: serviceIn(app.world, request.to.namespace, request.to.service).form === 'headless',
      }));
  });
}

/** A request, with what of it meets a policy. */
function nearer(request: RouteRequest, client: Client, aimed: Partial<Request>): Omit<Inside, 'kind' | 'toPod'> {
  const who = aimed.client?.kind === 'pod' && aimed.client.trustDomain === undefined ? aimed.client : client;
  const grpc = request.protocol === 'GRPC';
  const path = aimed.path === undefined || (grpc && !/^\/[^/]+\/[^/]+$/.test(aimed.path)) ? request.path : aimed.path;
  return {
    client: who,
    request: {
      ...request,
      client: { namespace: who.namespace! },
      ...(!grpc && aimed.method !== undefined && { method: aimed.method }),
      path,
      headers: { ...request.headers, ...aimed.headers },
    },
  };
}
