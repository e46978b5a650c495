import { beyondInWords } from './beyond';
import { httpRoutes } from './http-routes';
import type { RouteFeature } from '../../../model/features/route';
import { flatMap } from '../../../model/lists';
import { hasRequests } from '../../../model/protocol';
import type { PortRoute, RouteModel, RouteRule } from '../../../model/route';
import type { Refusal, RuleRefusal } from '../../contract/refusal';
import { MAX_EXPRESSION_LENGTH } from '../apis';

/** What a VirtualService cannot express of a route. */
export function virtualServiceRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  const beyond = beyondInWords(model);
  return flatMap(model.ports, port => [
    ...flatMap(port.rules, (one, ruleIndex) => (hasRequests(port.protocol) ? requestRefusals : connectionRefusals)(one, port, beyond)
      .map(refusal => ({ ...refusal, port: port.port, ruleIndex }))),
    ...expressionRefusals(model, port),
  ]);
}

function because(beyond: string): string {
  return `for ${beyond}, the route is a VirtualService`;
}

function requestRefusals({ handling: { redirect, faults } }: RouteRule, _: PortRoute, beyond: string): RuleRefusal<RouteFeature>[] {
  return [
    ...(redirect?.path?.type !== 'prefix' ? [] : [{
      feature: 'RequestRedirect' as const,
      reason: `${because(beyond)}, and before Istio 1.31 its redirects replace the whole path`,
      remedy: `Replace the whole path, with \`path\`, or leave out ${beyond}`,
    }]),
    ...(redirect === undefined || faults === undefined ? [] : [{
      feature: 'FaultInjection' as const,
      reason: 'a VirtualService has no faults for requests that it redirects',
      remedy: 'Give `faults` to the rules that have backends',
    }]),
  ];
}

function connectionRefusals({ name, matches }: RouteRule, { protocol }: PortRoute, beyond: string): RuleRefusal<RouteFeature>[] {
  return [
    ...(protocol !== 'TLS' || matches.length === 0 ? [] : [{
      feature: 'TLSRoute' as const,
      reason: `${because(beyond)}, and its server names have to be among its own hosts, for every port alike`,
      remedy: `Leave out ${beyond}, or make the port a Service of its own`,
    }]),
    ...(name === undefined ? [] : [{
      feature: 'HTTPRouteNamedRouteRule' as const,
      reason: `${because(beyond)}, and there only rules for requests have names`,
      remedy: `Leave out the name of the rule, or ${beyond}`,
    }]),
  ];
}

/** istiod accepts none that is longer. */
function expressionRefusals(model: RouteModel, port: PortRoute): Refusal<RouteFeature>[] {
  const lengths = !hasRequests(port.protocol) ? [] : flatMap(httpRoutes(model, port), ({ match = [], rewrite }) => [
    rewrite?.uriRegexRewrite?.match,
    ...flatMap(match, ({ uri, headers, queryParams }) => [uri, ...Object.values({ ...headers }), ...Object.values({ ...queryParams })])
      .map(condition => condition?.regex),
  ].map(expression => expression?.length ?? 0));
  const longest = Math.max(0, ...lengths);
  return longest <= MAX_EXPRESSION_LENGTH ? [] : [{
    what: `an expression of ${longest} characters on port ${port.port}`,
    reason: `Istio takes those of at most ${MAX_EXPRESSION_LENGTH} in a VirtualService`,
    remedy: 'Use a shorter path, or shorter values',
  }];
}
