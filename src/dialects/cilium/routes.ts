import type { RouteFeature } from '../../model/features/route';
import type { Handling, Redirect } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { partial } from '../contract/support';
import type { RouteExtension } from '../gateway-api/extension/routes';
import { noRoutes } from '../gateway-api/extension/routes';
import { ENVOY_CORS } from '../proxies/envoy-cors';
import { rootRedirects } from '../proxies/redirects';

/**
 * What Cilium reads of the routes of a Service: HTTPRoutes and GRPCRoutes in the namespace of the Service.
 *
 * @see https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gamma/
 */
export const ciliumRoutes: RouteExtension = {
  renders: '',
  supports: {
    ...ENVOY_CORS,
    ...noRoutes('of the routes of a Service, Cilium reads HTTPRoute and GRPCRoute only', 'TLSRoute', 'TCPRoute'),
    ...noRoutes('Cilium reads the routes of a Service in its own namespace only', 'MeshConsumerRoute'),
    ...noRoutes('Cilium reads ServiceImports in the routes of its gateways only', 'ServiceImportRoute', 'ServiceImportBackend'),
    ...noRoutes('of the routes of a Service, Cilium sends requests to Services only', 'OtherBackend', 'ExternalBackend'),
    ...noRoutes('Cilium does not read it', 'SessionPersistence', 'RetryBudget'),
    HTTPRouteRequestPercentageMirror: partial('in whole percents'),
    HTTPRouteBackendTimeout: partial('an HTTPRoute has a field for it, a GRPCRoute has none; without retries only', '`timeouts.backendRequest` of an HTTPRoute'),
  },
  instead: {},
  claims: () => [],
  // In the mesh, requests come over HTTP.
  render: model => renderUnless([...commonRefusals(model), ...redirectsTo(model, 'http')], () => []),
  annotations: () => ({}),
};

/** Redirects to the scheme that the requests have. */
export function redirectsTo({ ports }: RouteModel, scheme: Redirect['scheme']): Refusal<RouteFeature>[] {
  return flatMap(ports, ({ port, rules }) => flatMap(rules, ({ handling: { redirect } }, ruleIndex) => {
    const isSame = redirect?.scheme !== undefined && redirect.scheme === scheme;
    return !isSame ? [] : [{
      feature: 'RequestRedirect' as const,
      port,
      ruleIndex,
      reason: 'Cilium ignores a redirect to the scheme that the request already has',
      remedy: 'Leave out the `scheme`',
    }];
  }));
}

/** For routes of a Service and of a gateway alike: `operator/pkg/model/translation/envoy_virtual_host.go` of cilium/cilium. */
export function commonRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const ofRules = flatMap(model.ports, ({ port, rules }) => flatMap(rules, ({ handling }, ruleIndex) =>
    handlingRefusals(handling).map(refusal => ({ ...refusal, port, ruleIndex }))));
  return [...grpcBackendFilters(model), ...rootRedirects(model), ...ofRules];
}

function handlingRefusals({ timeouts, retries, mirrors = [] }: Handling): Refusal<RouteFeature>[] {
  const refusals: Refusal<RouteFeature>[] = [];
  const refuse = (feature: RouteFeature, reason: string, remedy: string) => refusals.push({ feature, reason, remedy });
  if (mirrors.some(({ fraction: { denominator } }) => denominator > 100)) {
    refuse('HTTPRouteRequestPercentageMirror', 'Cilium rounds the percentage of a mirror down to a whole number', 'Round `percent`');
  }
  if (timeouts?.request !== undefined && timeouts.backendRequest !== undefined && (timeouts.request === 0) !== (timeouts.backendRequest === 0)) {
    refuse(timeouts.request === 0 ? 'NoRequestTimeout' : 'NoBackendTimeout',
      'Cilium takes the shorter of the two timeouts for the whole request, and 0 means none', 'Leave out the one that is 0');
  }
  if (timeouts?.backendRequest && retries !== undefined && retries.attempts > 0) {
    refuse('HTTPRouteBackendTimeout',
      'Cilium applies the timeout of a try to the request with all its tries', 'Use `request`, or leave out `retries`');
  }
  return refusals;
}

function grpcBackendFilters({ ports }: RouteModel): Refusal<RouteFeature>[] {
  const refusals: Refusal<RouteFeature>[] = [];
  ports.filter(({ protocol }) => protocol === 'GRPC').forEach(({ port, rules }) => rules.forEach(({ backends }, ruleIndex) => {
    const refuse = (feature: RouteFeature) => refusals.push({
      feature, port, ruleIndex, reason: 'Cilium reads no filters on the backends of a GRPCRoute', remedy: 'Change the headers for the rule as a whole',
    });
    if (backends.some(b => b.requestHeaders !== undefined)) refuse('HTTPRouteBackendRequestHeaderModification');
    if (backends.some(b => b.responseHeaders !== undefined)) refuse('BackendResponseHeaderModification');
  }));
  return refusals;
}
