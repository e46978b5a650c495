import type { SplitApi } from './apis';
import { COMPARING, endedPathRegex, httpRouteGroup } from './http-route-group';
import type { TrafficSplitSpec, TrafficSplitV1Alpha1Spec, TrafficSplitV1Alpha2Spec } from '../../../imports/smi/split.smi-spec.io';
import { HANDLING_FEATURES, TRAFFIC_FEATURES } from '../../model/features/handling';
import type { RouteFeature } from '../../model/features/route';
import { RULE_DETAILS } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import { weighted } from '../../model/route';
import type { RouteModel, RouteRule } from '../../model/route';
import { maySelect } from '../../model/service-ref';
import { claim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { rendered, renderUnless } from '../contract/rendering';
import { A_SERVICE_EACH, A_SERVICE_FOR_CLIENTS, FULL, none, noneOf, partial } from '../contract/support';
import type { Support } from '../contract/support';
import { takesParents } from '../proxies/dot-segments';

/**
 * One TrafficSplit, which holds for all ports of the Service. Where requests are matched, it splits those that match
 * and leaves all others to the Service itself; the conditions stand in one HTTPRouteGroup.
 *
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-split/v1alpha4/traffic-split.md
 */
export function trafficSplitDialect(api: SplitApi): Dialect<RouteModel, RouteFeature> {
  const [, version] = api.apiVersion.split('/');
  const onlyMatching = 'a TrafficSplit with matches leaves all other requests to the Service itself, so they go to one backend '
    + 'and the selector of the Service has to choose its pods';
  const matching: Support = api.matches ? partial(onlyMatching, 'a match of an HTTPRouteGroup') : none(`a TrafficSplit ${version} has no matches`);
  return {
    renders: api.matches
      ? 'a TrafficSplit for all ports of the Service; where requests are matched, an HTTPRouteGroup beside it, and all other requests stay with the Service itself'
      : `a TrafficSplit ${version} for all ports of the Service`,
    supports: {
      HTTPRoute: FULL,
      GRPCRoute: FULL,
      TLSRoute: none('a TrafficSplit cannot tell server names apart'),
      TCPRoute: FULL,
      UDPRoute: none('no mesh splits UDP'),
      WeightedBackends: FULL,
      OrderedRules: matching,
      PathMatching: matching,
      PathBelowMatching: matching,
      PathStartMatching: matching,
      PathEndMatching: matching,
      PathTemplateMatching: matching,
      PathRegexMatching: matching,
      HeaderMatching: matching,
      HeaderPresenceMatching: matching,
      HeaderPartMatching: matching,
      HeaderRegexMatching: matching,
      HTTPRouteMethodMatching: matching,
      HTTPRouteQueryParamMatching: none('an HTTPRouteGroup has no conditions on the query'),
      GRPCMethodMatching: matching,
      GRPCAnyServiceMatching: matching,
      HostMatching: none('an HTTPRouteGroup has no conditions on the host'),
      BackendPort: none('a TrafficSplit has no ports, and a backend without the port of the Service gets no traffic'),
      SubsetBackends: none('the backends of a TrafficSplit are Services', A_SERVICE_EACH),
      ServiceAsBackend: none('the root of a TrafficSplit may not be among its backends'),
      PerPortRules: none('a TrafficSplit holds for all ports of the Service alike'),
      ReferenceGrant: none('a TrafficSplit names backends without a namespace'),
      MeshConsumerRoute: none('a TrafficSplit stands in the namespace of its Service and holds for all clients'),
      ClientMatching: none('a TrafficSplit holds for all clients of the Service', A_SERVICE_FOR_CLIENTS),
      ServiceImportRoute: none('the root of a TrafficSplit is a Service'),
      ...noneOf({ ...RULE_DETAILS, ...HANDLING_FEATURES, ...TRAFFIC_FEATURES }, 'a TrafficSplit only says where requests go'),
    },
    claims: ({ service, namespace }) => [claim('route', { type: 'service', name: service.name, namespace: service.namespace ?? namespace })],
    render: model => {
      const [rule] = flatMap(model.ports, port => port.rules);
      return rule === undefined ? rendered() : renderUnless([...refusals(model), ...pathRefusals(model)], () => manifests(api, model, rule));
    },
  };
}

/** Only two forms of rules fit: one for every request; or one for some requests, then one backend for all others. */
function refusals({ service, ports }: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(ports, ({ port, rules }) => {
    const rest = rules[rules.length - 1];
    if (rules.length === 0) {
      return [];
    }
    if (fits(rules)) {
      return flatMap(flatMap(rules.slice(1), weighted), ({ name, podSelector }): Refusal<RouteFeature>[] =>
        podSelector === undefined || maySelect(podSelector, service.podSelector) ? [] : [{
          feature: 'OrderedRules',
          port,
          ruleIndex: 1,
          reason: `a TrafficSplit leaves requests that match no rule to '${service.name}' itself, which selects other pods than those of '${name}'`,
          remedy: `Let '${service.name}' select these alone: ${words(podSelector)}`,
        }]);
    }
    const refuse = (reason: string, remedy: string) => flatMap(rules, (rule, i): Refusal<RouteFeature>[] =>
      rule.matches.length > 0 ? [{ feature: 'OrderedRules', port, ruleIndex: i, reason, remedy }] : []);
    if (rest.matches.length > 0) {
      return refuse('a TrafficSplit leaves requests that match no rule to the Service itself, where Gateway API fails them',
        'Add a last rule without matches');
    }
    if (rules.length > 2) {
      return refuse('implementations read one TrafficSplit per Service', 'Keep to one rule with matches');
    }
    return refuse('a TrafficSplit with matches leaves all other requests to the Service itself and cannot split them too',
      'Use weight 0 with matches, or a weight without matches');
  });
}

/** Expressions on the path that a match of an HTTPRouteGroup cannot have. */
function pathRefusals({ ports }: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(ports, ({ port, rules }) => flatMap(rules, ({ matches }, ruleIndex) => flatMap(matches, ({ path }): Refusal<RouteFeature>[] =>
    path === undefined || endedPathRegex(path) !== undefined ? [] : [
      { feature: path.type === 'end' ? 'PathEndMatching' : 'PathRegexMatching', port, ruleIndex, ...takesParents(path, COMPARING) },
    ])));
}

function fits(rules: readonly RouteRule[]): boolean {
  const [first, rest] = rules;
  return rules.length === 1
    ? first.matches.length === 0
    : rules.length === 2 && rest.matches.length === 0 && weighted(rest).length === 1;
}

function words(labels: Readonly<Record<string, string>>): string {
  return `\`podSelector: { ${Object.entries(labels).map(([key, value]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : `'${key}'`}: '${value}'`).join(', ')} }\``;
}

function manifests(api: SplitApi, model: RouteModel, rule: RouteRule): Manifest[] {
  const metadata = { name: model.name, namespace: model.namespace };
  if (rule.matches.length === 0) {
    return [{ apiVersion: api.apiVersion, kind: 'TrafficSplit', metadata, spec: splitSpec(api, model, rule) }];
  }
  const spec: Plain<TrafficSplitSpec> = {
    service: model.service.name,
    matches: [{ kind: 'HTTPRouteGroup', name: model.name }],
    backends: rule.backends.map(b => ({ service: b.name, weight: b.weight })),
  };
  return [
    { apiVersion: api.apiVersion, kind: 'TrafficSplit', metadata, spec },
    httpRouteGroup(model.name, model.namespace, rule.matches),
  ];
}

function splitSpec(api: SplitApi, { service, ports }: RouteModel, rule: RouteRule):
Plain<TrafficSplitV1Alpha1Spec> | Plain<TrafficSplitV1Alpha2Spec> {
  const connections = ports.some(({ protocol }) => protocol === 'TCP' || protocol === 'TLS');
  const backends = connections && !api.emptyShares ? weighted(rule) : rule.backends;
  return api.quantities
    ? { service: service.name, backends: backends.map(b => ({ service: b.name, weight: String(b.weight) })) }
    : { service: service.name, backends: backends.map(b => ({ service: b.name, weight: b.weight })) };
}
