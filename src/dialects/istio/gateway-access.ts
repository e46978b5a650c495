import { AUTHORIZATION_POLICY_SUPPORTS, evadablePaths } from './access';
import type { Action } from './authorization-policy';
import { authorizationPolicy, policyRules } from './authorization-policy';
import { CLASS } from './gateway-client';
import type { IstioOptions } from './options';
import { trustDomainOf } from './options';
import { atGateway, classRefusals, ONLY_OF_CLASS, podsClaims } from './policed-gateways';
import { limitRefusals, valueRefusals } from './refusals';
import { END_USER_FEATURES } from '../../model/features/access';
import type { GatewayAccessFeature } from '../../model/features/gateway-access';
import { REQUEST_FEATURES } from '../../model/features/requests';
import type { Fields } from '../../model/fields';
import { fieldsOf, recordOf } from '../../model/fields';
import type { GatewayAccessModel, GatewayRule } from '../../model/gateway-access';
import { flatMap } from '../../model/lists';
import type { Claim } from '../contract/claim';
import { addedAtWaypoint, gatewayClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Refusal } from '../contract/refusal';
import type { Rendering } from '../contract/rendering';
import { renderUnless } from '../contract/rendering';
import type { Support } from '../contract/support';
import { FULL, full, none, partial } from '../contract/support';
import { gatewayIssuerNeeds } from '../contract/token-issuers';

type Model = Fields<GatewayAccessModel, 'name' | 'namespace' | 'gateway' | 'denials' | 'rules' | 'leavesRest'>;
type Rule = Fields<GatewayRule, 'sources' | 'exceptSources' | 'requests' | 'exceptRequests' | 'endUsers' | 'ports'>;
type GatewayAccessDialect = Dialect<GatewayAccessModel, GatewayAccessFeature>;

const NO_IDENTITY = 'clients come to a gateway from outside, where they have no identity';
const INSTEAD = 'Name their addresses, or Identity.anyone()';
const OF_NOBODY = none(NO_IDENTITY, INSTEAD);
const AT_WAYPOINTS = partial(`${NO_IDENTITY}; clients of a waypoint have one`, 'the principal, at a waypoint');
const {
  PodsSource, OtherClusterSource, UninitializedSource, NamespaceLabelsSource, ApiServerSource, NodesSource, NodeLabelsSource,
} = AUTHORIZATION_POLICY_SUPPORTS;

const SUPPORTS: Readonly<Record<GatewayAccessFeature, Support>> = {
  ...recordOf(fieldsOf({ ...REQUEST_FEATURES, ...END_USER_FEATURES }), feature => AUTHORIZATION_POLICY_SUPPORTS[feature]),
  GatewayPolicy: partial(ONLY_OF_CLASS, '`targetRefs` to the Gateway'),
  WaypointPolicy: none('waypoints are a part of ambient mode'),
  DenyAll: FULL,
  Denial: full('an AuthorizationPolicy of action DENY'),
  LoneDenial: full('an AuthorizationPolicy of action DENY alone'),
  GatewayPort: FULL,
  ServiceAccountSource: OF_NOBODY,
  NamespaceSource: OF_NOBODY,
  SpiffeIdSource: OF_NOBODY,
  AnyAuthenticatedSource: OF_NOBODY,
  ExceptSources: OF_NOBODY,
  GatewaySource: none('gateways do not call each other, and call Services past their waypoint'),
  PodsSource,
  OtherClusterSource,
  UninitializedSource,
  TrustDomainSource: OF_NOBODY,
  NamespaceLabelsSource,
  ApiServerSource,
  NodesSource,
  NodeLabelsSource,
  IpBlockSource: full('`ipBlocks`'),
  RemoteIpBlockSource: full('`remoteIpBlocks`; what the gateway trusts is a matter of its `gatewayTopology`'),
  AnyoneSource: full('a rule without `from`'),
  ExceptRequests: full('`notHosts`, `notPaths`, `notMethods` and `notValues`'),
  HostMatching: full('`hosts`; those of denials and exceptions also with a port, and with a dot at their end'),
  WildcardHostMatching: none('Istio compares the end of a host with all that a client writes, and its routes what stands before the last colon: '
    + '`admin.example.org:x.example.com` ends like a host below `example.com`, and is routed to `admin.example.org`', 'List the hosts'),
};

/**
 * One AuthorizationPolicy for the Gateway that allows what the model allows, and another one that denies what it denies. Gateways read them in
 * both modes.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/
 */
export function istioGatewayAccess(options: IstioOptions): GatewayAccessDialect {
  return {
    renders: 'an AuthorizationPolicy with `targetRefs` to the Gateway, and one more of action DENY for denials',
    supports: SUPPORTS,
    needs: model => gatewayIssuerNeeds(model, 'where no other RequestAuthentication does, nobody is let in'),
    claims,
    closedByDefaults: ({ className }) => className === CLASS,
    render: model => render(model, options),
  };
}

/** The same, and whole waypoints, whose clients have identities. */
export function istioAmbientGatewayAccess(options: IstioOptions): GatewayAccessDialect {
  const access = istioGatewayAccess(options);
  return {
    ...access,
    supports: {
      ...access.supports,
      WaypointPolicy: full('`targetRefs` to the Gateway of the waypoint'),
      ServiceAccountSource: AT_WAYPOINTS,
      NamespaceSource: AT_WAYPOINTS,
      SpiffeIdSource: AT_WAYPOINTS,
      AnyAuthenticatedSource: AT_WAYPOINTS,
      ExceptSources: AT_WAYPOINTS,
      IpBlockSource: partial('a waypoint does not see from which address a client calls', '`ipBlocks`, at a gateway'),
      RemoteIpBlockSource: partial('a waypoint does not see from which address a client calls', '`remoteIpBlocks`, at a gateway'),
      HostMatching: partial('a waypoint sends a request to the Service that was called, whatever host it names', '`hosts`, at a gateway'),
    },
    claims: model => [
      ...claims(model),
      ...model.gateway.kind === 'waypoint' && model.rules.length > 0 ? [addedAtWaypoint(model.namespace, model.gateway.name)] : [],
    ],
  };
}

/** Policies that allow add up, so there may be one for each Gateway; and any number of those that only deny. */
function claims({ namespace, gateway, leavesRest }: Model): Claim[] {
  return leavesRest ? [] : [gatewayClaim('policy', namespace, gateway.name), ...podsClaims('policy', namespace, gateway)];
}

function render(model: Model, options: IstioOptions): Rendering<GatewayAccessFeature> {
  const { name, namespace, gateway, denials, rules, leavesRest } = model;
  const rulesOf = (all: readonly GatewayRule[], action: Action) =>
    flatMap(all, ({ ports, ...rule }: Rule) => policyRules(rule, ports, trustDomainOf(options), action));
  return renderUnless(refusals(model), () => [
    ...leavesRest ? [] : [authorizationPolicy({ name, namespace }, atGateway(gateway.name), rulesOf(rules, 'ALLOW'))],
    ...denials.length === 0 ? []
      : [authorizationPolicy({ name: leavesRest ? name : `${name}-deny`, namespace }, atGateway(gateway.name), rulesOf(denials, 'DENY'), 'DENY')],
  ]);
}

function refusals(model: Model): Refusal<GatewayAccessFeature>[] {
  const { namespace, gateway, denials, rules } = model;
  const all = [...denials, ...rules];
  return [
    ...gateway.kind === 'waypoint' ? atWaypointRefusals(all) : [...classRefusals(`a policy for the gateway '${namespace}/${gateway.name}'`, gateway), ...identityRefusals(all)],
    ...valueRefusals(all),
    ...limitRefusals(model),
    ...evadablePaths(model),
  ];
}

const IDENTITIES: readonly string[] = ['serviceAccount', 'namespace', 'spiffeId', 'anyAuthenticated'];

function identityRefusals(rules: readonly GatewayRule[]): Refusal<GatewayAccessFeature>[] {
  return !rules.some(({ sources }) => sources.some(({ kind }) => IDENTITIES.includes(kind))) ? [] : [{
    what: 'identities as clients of a gateway', reason: NO_IDENTITY, remedy: INSTEAD,
  }];
}

function atWaypointRefusals(rules: readonly GatewayRule[]): Refusal<GatewayAccessFeature>[] {
  return [
    ...!rules.some(({ sources }) => sources.some(({ kind }) => kind === 'ipBlock' || kind === 'remoteIpBlock')) ? [] : [{
      what: 'addresses as clients of a waypoint',
      reason: 'a waypoint does not see from which address a client calls',
      remedy: 'Name identities, like Identity.anyAuthenticated()',
    }],
    ...!rules.some(({ requests, exceptRequests }) => [...requests, ...exceptRequests].some(({ hosts }) => hosts !== undefined)) ? [] : [{
      what: 'hosts at a waypoint',
      reason: 'it sends a request to the Service that was called, whatever host the request names',
      remedy: 'Write a ServiceAccessPolicy for that Service',
    }],
  ];
}
