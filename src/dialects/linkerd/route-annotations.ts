import type { RouteFeature } from '../../model/features/route';
import type { Fields } from '../../model/fields';
import type { Handling, Retries, Timeouts } from '../../model/handling';
import { flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { PortRoute, RouteModel, RouteRule } from '../../model/route';
import type { Refusal } from '../contract/refusal';

/**
 * What the annotations of a route say, for all its rules: retries and timeouts. A try that takes too long is repeated if tries are
 * left, which needs an annotation of its own.
 *
 * @see https://linkerd.io/2/reference/retries/
 * @see https://linkerd.io/2/reference/timeouts/
 */
export function routeAnnotations(port: PortRoute): Readonly<Record<string, string>> {
  const [handling = {}] = annotatedRules(port).map(rule => rule.handling);
  return annotationsFor(handling);
}

/** The same of one rule; 0 is Linkerd's default. */
export function annotationsFor({ retries, timeouts = {} }: Pick<Handling, 'retries' | 'timeouts'>): Readonly<Record<string, string>> {
  const { request, backendRequest }: Fields<Timeouts, 'request' | 'backendRequest'> = timeouts;
  return {
    ...(retries && retries.attempts > 0 && retryAnnotations(retries, backendRequest)),
    ...(request && { 'timeout.linkerd.io/request': wholeUnits(request) }),
    ...(backendRequest && { 'timeout.linkerd.io/response': wholeUnits(backendRequest) }),
  };
}

function retryAnnotations(
  { attempts, statusCodes, grpcStatuses }: Fields<Retries, 'attempts' | 'statusCodes' | 'grpcStatuses', 'connectionFailures' | 'backoff'>,
  backendRequest: number | undefined,
) {
  return {
    'retry.linkerd.io/limit': String(attempts),
    ...(statusCodes.length > 0 && { 'retry.linkerd.io/http': statusCodes.join(',') }),
    ...(grpcStatuses.length > 0 && { 'retry.linkerd.io/grpc': grpcStatuses.join(',') }),
    ...(backendRequest && { 'retry.linkerd.io/timeout': wholeUnits(backendRequest) }),
  };
}

/** A whole number of one unit. */
function wholeUnits(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

export function annotationRefusals({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(ports.filter(({ protocol }) => hasRequests(protocol)), port => [...differences(port), ...wrongStatuses(port)]);
}

/** What an annotation can express of a rule, with the feature that is refused if rules differ in it; 0 is Linkerd's default. */
const ANNOTATED: readonly (readonly [RouteFeature, (handling: Handling) => unknown])[] = [
  ['HTTPRouteRetry', ({ retries }) => retries?.attempts === 0 ? undefined : retries],
  ['HTTPRouteRequestTimeout', ({ timeouts }) => timeouts?.request || undefined],
  ['HTTPRouteBackendTimeout', ({ timeouts }) => timeouts?.backendRequest || undefined],
];

function differences(port: PortRoute): Refusal<RouteFeature>[] {
  const rules = annotatedRules(port);
  return ANNOTATED.filter(([, said]) => new Set(rules.map(({ handling }) => JSON.stringify(said(handling)))).size > 1)
    .map(([feature]) => ({
      feature,
      port: port.port,
      reason: 'Linkerd reads it in an annotation of the route, for all rules of the port',
      remedy: 'Say it for the route as a whole, or the same in every rule of the port',
    }));
}

/** An HTTPRoute is retried by HTTP status, a GRPCRoute by gRPC status. */
function wrongStatuses({ port, protocol, rules }: PortRoute): Refusal<RouteFeature>[] {
  return flatMap(rules, ({ handling: { retries } }, ruleIndex) => {
    const [feature, statuses, word] = protocol === 'GRPC'
      ? ['HTTPRouteRetry', retries?.statusCodes, 'gRPC'] as const
      : ['RetryGRPCStatus', retries?.grpcStatuses, 'HTTP'] as const;
    return statuses === undefined || statuses.length === 0 ? [] : [{
      feature,
      port,
      ruleIndex,
      reason: `on a port that speaks ${word}, Linkerd retries by ${word} status only`,
      remedy: 'Give HTTP and gRPC ports rules of their own, with `ports`',
    }];
  });
}

/** Rules without backends answer by themselves, and have nothing to retry. */
function annotatedRules({ rules }: PortRoute): RouteRule[] {
  return rules.filter(({ backends }) => backends.length > 0);
}
