import { AUTHORIZATION_POLICY_SUPPORTS } from './access';
import { MAX_RULES, MAX_SOURCES } from './apis';
import type { Rule } from './authorization-policy';
import { authorizationPolicy, clients } from './authorization-policy';
import type { IstioOptions } from './options';
import { rootNamespaceOf, trustDomainOf } from './options';
import { identityClaims, tellsIdentitiesApart } from './peer-authentication';
import { selectionRefusals } from './workload';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import { NAMESPACE_DEFAULT_FEATURES } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import type { NamespaceDefaultModel, NamespaceRule } from '../../model/namespace-default';
import { allowancesForAll, defaultClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full, none, noneOf } from '../contract/support';

type Model = Fields<NamespaceDefaultModel, 'name' | 'namespace' | 'rules'>;

/** Mutual TLS is demanded of each workload on its own, by its policy. */
const NO_IDENTITY = none('a workload that has a policy demands mutual TLS, and would turn away clients without an identity',
  'Allow them in the ServiceAccessPolicy of each workload');

const MESH_WIDE = full('in the `rootNamespace` of the target; it closes gateways, too');

/**
 * One AuthorizationPolicy for every pod of the namespace, or in the root namespace for the whole mesh. Sidecars and gateways read it. What it
 * allows adds to what other policies do.
 *
 * @see https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy
 */
export function istioNamespaceDefault(options: IstioOptions): Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> {
  const {
    PodsSource, OtherClusterSource, UninitializedSource, NamespaceLabelsSource, ApiServerSource, NodesSource, NodeLabelsSource,
  } = AUTHORIZATION_POLICY_SUPPORTS;
  return {
    renders: 'an AuthorizationPolicy without a selector',
    supports: {
      NamespaceDenyAll: FULL,
      MeshDenyAll: MESH_WIDE,
      AllowanceForAll: full('rules of that AuthorizationPolicy'),
      PortOfAll: FULL,
      ServiceAccountSource: FULL,
      NamespaceSource: FULL,
      SpiffeIdSource: FULL,
      AnyAuthenticatedSource: FULL,
      ExceptSources: FULL,
      GatewaySource: none('the ServiceAccount of its pods is not looked up for all workloads', 'Name it: Identity.serviceAccount(\'public-istio\', \'infra\')'),
      IpBlockSource: NO_IDENTITY,
      AnyoneSource: NO_IDENTITY,
      PodsSource,
      OtherClusterSource,
      UninitializedSource,
      TrustDomainSource: FULL,
      NamespaceLabelsSource,
      ApiServerSource,
      NodesSource,
      NodeLabelsSource,
    },
    claims: model => [
      defaultClaim(model),
      ...model.rules.length > 0 ? [allowancesForAll(model)] : [],
      ...model.rules.some(tellsIdentitiesApart) ? identityClaims(model, 'proven') : [],
    ],
    render: model => renderUnless(refusals(model, options), () => [policy(model, options)]),
  };
}

/**
 * One AuthorizationPolicy without rules, which ztunnel and gateways read. Waypoints do not, but the pods have to let in what a waypoint
 * passes on.
 */
export function istioAmbientNamespaceDefault(options: IstioOptions): Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> {
  return {
    renders: 'an AuthorizationPolicy without a selector and without rules',
    supports: {
      ...noneOf(NAMESPACE_DEFAULT_FEATURES,
        'clients come to pods by way of waypoints, too, which would have to let them in to every Service, past the denials of another one',
        'Allow them in the ServiceAccessPolicy of each workload'),
      NamespaceDenyAll: FULL,
      MeshDenyAll: MESH_WIDE,
    },
    claims: model => [defaultClaim(model)],
    render: model => renderUnless(refusals(model, options), () => [policy(model, options)]),
  };
}

function refusals({ namespace, rules }: Model, options: IstioOptions): Refusal<NamespaceDefaultFeature>[] {
  const sources = Math.max(0, ...rules.map(rule => rule.sources.length));
  const refuse = (what: string, most: number) =>
    ({ what, reason: `the CRD of AuthorizationPolicy allows ${most}`, remedy: 'Allow the same with fewer, wider allowances' });
  return [
    ...namespace === undefined ? [] : selectionRefusals<NamespaceDefaultFeature>('an AuthorizationPolicy', { namespace }, rootNamespaceOf(options)),
    ...rules.length > MAX_RULES ? [refuse(`${rules.length} allowances`, MAX_RULES)] : [],
    ...sources > MAX_SOURCES ? [refuse(`${sources} sources in one allowance`, MAX_SOURCES)] : [],
  ];
}

function policy({ name, namespace, rules }: Model, options: IstioOptions): Manifest {
  return authorizationPolicy({ name, namespace: namespace ?? rootNamespaceOf(options) }, {}, rules.map(rule => ruleOf(rule, trustDomainOf(options))));
}

function ruleOf({ sources, exceptSources, ports }: Fields<NamespaceRule, 'sources' | 'exceptSources' | 'ports'>, trustDomain: string): Rule {
  return {
    from: clients(sources, exceptSources, trustDomain),
    ...ports.length > 0 && { to: [{ operation: { ports: ports.map(String) } }] },
  };
}
