import type { Construct } from 'constructs';
import { HANDLING } from './handling';
import { checkClients, coversClients } from './route-clients';
import { RouteIntent } from './route-intent';
import type { RouteIntentProps, RuleDefinition } from './route-intent';
import type { ServiceRouteRule } from './route-rule';
import { RuleOrder } from './route-rule';
import { ORDER, RULES, checkedPath, routeProps } from './shapes';
import { misuse } from '../errors/misuse';
import type { Fields } from '../model/fields';
import { flatMap } from '../model/lists';
import { checkNotEmpty, checkObjectName, checkOneOf } from '../vocabulary/names';

/**
 * Properties of `ServiceRoute`.
 */
export interface ServiceRouteProps extends RouteIntentProps {
  /**
   * The rules: the first that matches a request decides, unless `order` says otherwise. Gateway API fails requests that no
   * rule matches, so let the last rule be without matches.
   */
  readonly rules: ServiceRouteRule[];

  /**
   * Which of several rules decides, if a request matches more than one. Every target gets rules with that outcome. Where both match the same
   * request, a `pathRegex`, `pathTemplate`, `pathBelow`, `pathStartsWith` or `pathEndsWith` is neither more nor less specific than a prefix or
   * another one of these, and such rules are refused.
   *
   * @default RuleOrder.FIRST_MATCH
   */
  readonly order?: RuleOrder;
}

const PROPS = routeProps<ServiceRouteProps>({ rules: RULES, order: ORDER });

/**
 * Where the requests to a Service go, by ordered rules.
 *
 * If an API takes the most specific match and not the first, matches are added so that the first rule still decides. Rules are
 * refused if it cannot be decided whether two regular expressions overlap. In a chart of another namespace than the Service, the
 * route holds for the clients of that namespace only.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/service-route.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/mesh/
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-split/v1alpha4/traffic-split.md
 * @example
 * import { HttpMatch, MeshService, ServiceRoute } from 'cdk8s-mesh';
 *
 * const catalogue = MeshService.of('catalogue', { port: 8080 });
 *
 * new ServiceRoute(chart, 'catalogue-route', {
 *   service: catalogue,
 *   rules: [
 *     { matches: [HttpMatch.header('x-team', 'search')], backends: [{ service: catalogue.variant('catalogue-next') }] },
 *     { matches: [HttpMatch.of({ pathPrefix: '/search' })], backends: [{ service: MeshService.of('search', { port: 8080 }) }] },
 *     { backends: [{ service: catalogue.variant('catalogue-v1'), weight: 3 }, { service: catalogue.variant('catalogue-v2') }] },
 *   ],
 * });
 */
export class ServiceRoute extends RouteIntent {
  constructor(scope: Construct, id: string, props: ServiceRouteProps) {
    const path = checkedPath(scope, id, props, PROPS);
    const { rules, order }: Fields<ServiceRouteProps, 'rules' | 'order', keyof RouteIntentProps> = props;
    checkRules(path, rules, order);
    super(scope, id, props, definitionsOf(rules), undefined, order);
  }
}

/** The rules with the defaults of their backends. */
export function definitionsOf(rules: readonly ServiceRouteRule[]): RuleDefinition[] {
  return rules.map(rule => ({ ...rule, backends: (rule.backends ?? []).map(backend => ({ ...backend, weight: backend.weight ?? 1 })) }));
}

export function checkRules(path: string, rules: readonly ServiceRouteRule[], order?: RuleOrder): void {
  checkNotEmpty(path, 'rules', rules, 'Give at least one rule');
  const names = flatMap(rules, ({ name }) => name ?? []);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw misuse('MESH1309', path, `two rules are named '${twice}'`, 'Give each a name of its own');
  }
  rules.forEach((rule, i) => {
    const where = `${path}: rule ${i + 1}`;
    if (rule.name !== undefined) {
      checkObjectName(where, 'name of a rule', rule.name);
    }
    const { backends, redirect, directResponse } = rule;
    checkOneOf(where, { backends, redirect, directResponse }, 'MESH1306', 'the rule sends its requests nowhere',
      'Give the rule `backends`, a `redirect`, or a `directResponse`');
    const besides = directResponse && HANDLING.find(name => name !== 'directResponse' && rule[name] !== undefined);
    if (besides !== undefined) {
      throw misuse('MESH1005', where, `\`${besides}\` and \`directResponse\` exclude each other`, 'Leave one out: requests that are answered at once go nowhere');
    }
    if (rule.redirect !== undefined && rule.rewrite !== undefined) {
      throw misuse('MESH1005', where, '`rewrite` and `redirect` exclude each other', 'Change the URL in the `redirect`');
    }
    checkNotEmpty(where, 'backends', rule.backends, 'Name at least one Service');
    checkNotEmpty(where, 'matches', rule.matches, 'Leave it out to match every request');
    checkNotEmpty(where, 'ports', rule.ports, 'Leave it out for all ports');
    checkClients(where, rule, order);
    for (const { service, weight } of rule.backends ?? []) {
      if (weight !== undefined && (!Number.isInteger(weight) || weight < 0 || weight > 1_000_000)) {
        throw misuse('MESH1304', where, `the weight of '${service.name}' is ${weight}`, 'Use a whole number from 0 to 1,000,000');
      }
    }
    if (rule.backends?.every(({ weight }) => weight === 0)) {
      throw misuse('MESH1305', where, 'all weights are 0, so the requests of the rule would fail', 'Give one backend a weight');
    }
    const isMissed = (later: ServiceRouteRule) => order !== RuleOrder.MOST_SPECIFIC || later.matches === undefined;
    const unreachable = rules.slice(i + 1).find(later =>
      rule.matches === undefined && isMissed(later) && includesPorts(rule.ports, later.ports) && coversClients(rule, later));
    if (unreachable !== undefined) {
      throw misuse('MESH1307', where, `the rule takes every request${rule.clients === undefined ? '' : ' of its clients'}, so rule ${rules.indexOf(unreachable) + 1} is never reached`,
        'Put the rule that takes every request last');
    }
  });
}

function includesPorts(ports: readonly number[] | undefined, others: readonly number[] | undefined): boolean {
  return ports === undefined || (others !== undefined && others.every(port => ports.includes(port)));
}
