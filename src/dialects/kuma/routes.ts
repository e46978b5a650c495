import { MAX_MATCHES } from './apis';
import { ALWAYS_SENT } from './mesh-http-route';
import { kumaRateLimitRefusals, meshRateLimits, rateLimitSupports } from './mesh-rate-limit';
import { OUTSIDE } from './native-routes';
import type { KumaOptions } from './options';
import type { RouteFeature } from '../../model/features/route';
import type { Redirect } from '../../model/handling';
import { prefixChange } from '../../model/handling';
import { flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { PortRoute } from '../../model/route';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { partial } from '../contract/support';
import type { RouteExtension } from '../gateway-api/extension/routes';
import { noRoutes } from '../gateway-api/extension/routes';
import { rateLimitClaims } from '../proxies/rate-limit';
import { portlessRedirects } from '../proxies/redirects';
import { restRefusals } from '../proxies/rest-of-requests';
import { isConflict } from '../specificity/precedence';
import { specificRules } from '../specificity/specific-rules';

/**
 * What Kuma reads of the routes of a Service: HTTPRoutes, of which it makes MeshHTTPRoutes. It ignores what it does not
 * know.
 *
 * @see https://kuma.io/docs/latest/using-mesh/managing-ingress-traffic/gateway-api/
 */
export function kumaRoutes({ trustDomain }: KumaOptions): RouteExtension {
  return {
    renders: 'Kuma reads the HTTPRoutes only; a MeshRateLimit for a rate limit',
    supports: {
      OrderedRules: partial('it sends requests that match no rule to the Service itself, so the last rule has no matches'),
      HTTPRoutePathRewrite: partial('a prefix is removed, or the whole path replaced', 'a URLRewrite filter'),
      RequestRedirect: partial('a prefix is removed, or the whole path replaced', 'a RequestRedirect filter'),
      ...rateLimitSupports(trustDomain),
      ...noRoutes('in an HTTPRoute, Kuma ranks regular expressions below the rule for all other requests', 'PathBelowMatching', 'PathStartMatching', 'PathEndMatching', 'PathTemplateMatching', 'PathRegexMatching'),
      ...noRoutes('of the routes of Gateway API, Kuma reads HTTPRoute only', 'GRPCRoute', 'GRPCMethodMatching', 'GRPCAnyServiceMatching', 'TLSRoute', 'TCPRoute'),
      ...noRoutes('Kuma makes its own MeshServices of Services, and none of anything else that a route names', 'ServiceImportRoute', 'ServiceImportBackend', 'OtherBackend'),
      ...noRoutes(OUTSIDE, 'ExternalBackend'),
      ...noRoutes(ALWAYS_SENT, 'DirectResponse', 'DirectResponseStatus'),
      ...noRoutes('Kuma does not read it in an HTTPRoute',
        'HTTPRouteRequestTimeout', 'HTTPRouteBackendTimeout', 'NoRequestTimeout', 'NoBackendTimeout', 'HTTPRouteRetry', 'NoRetries', 'RetryBackoff',
        'HTTPRouteRequestPercentageMirror', 'HTTPRouteCORS', 'CORSCredentialsOfAnyOrigin', 'CORSCredentialsOfAnyRequest',
        'HTTPRouteBackendRequestHeaderModification', 'BackendResponseHeaderModification', 'SessionPersistence', 'RetryBudget'),
    },
    instead: {},
    claims: rateLimitClaims,
    render: model => renderUnless([
      ...portlessRedirects(model, 'where a redirect names a host, Kuma drops the port of the request', ({ scheme, hostname }: Redirect, port) =>
        hostname !== undefined && scheme === undefined && port !== 80),
      ...flatMap(model.ports.filter(({ protocol, rules }) => hasRequests(protocol) && rules.length > 0), port => [...restRefusals('Kuma', port), ...prefixRefusals(port)]),
      ...kumaRateLimitRefusals(model, trustDomain),
    ], () => meshRateLimits(model, trustDomain)),
    annotations: () => ({}),
  };
}

/** The replacement of a prefix also replaces the slash behind it: `/v2` makes `/v2cart` of `/api/cart`. */
function prefixRefusals(port: PortRoute): Refusal<RouteFeature>[] {
  const rules = specificRules(port, MAX_MATCHES);
  return isConflict(rules) ? [] : flatMap(rules, ({ index, handling }) => {
    const change = prefixChange(handling);
    return change === undefined || change.value === '/' ? [] : [{
      feature: handling.rewrite === undefined ? 'RequestRedirect' as const : 'HTTPRoutePathRewrite' as const,
      port: port.port,
      ruleIndex: index,
      reason: 'where Kuma replaces a prefix, it drops the slash that follows',
      remedy: 'Use `MeshTarget.kuma`, or remove the prefix',
    }];
  });
}
