import { SECURITY_API_VERSION } from './apis';
import type { IstioOptions } from './options';
import { waypointOf } from './options';
import { atGateway, classRefusals, ONLY_OF_CLASS, podsClaims } from './policed-gateways';
import { selectionRefusals } from './workload';
import type { RequestAuthenticationSpec, RequestAuthenticationSpecJwtRules } from '../../../imports/istio/security.istio.io';
import { byKind } from '../../model/by-kind';
import type { JwtAuthenticationFeature } from '../../model/features/jwt-authentication';
import { merged } from '../../model/fields';
import type { Fields } from '../../model/fields';
import type { JwtAuthenticationModel, TokenIssuer, TokenKeys, TokenLocation } from '../../model/jwt-authentication';
import { flatMap } from '../../model/lists';
import { claim, claimOn, gatewayClaim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { knownLabels, knownService } from '../contract/known';
import type { Plain } from '../contract/manifest';
import { renderUnless } from '../contract/rendering';
import { FULL, full, inherent, none, partial } from '../contract/support';
import { issuerClaims } from '../contract/token-issuers';
import { keptCookies } from '../proxies/kept-cookies';

type Attachment = Pick<Plain<RequestAuthenticationSpec>, 'selector' | 'targetRefs'>;
type Written = Fields<JwtAuthenticationModel, 'name' | 'namespace' | 'workload' | 'issuers'>;
type JwtDialect = Dialect<JwtAuthenticationModel, JwtAuthenticationFeature>;

/**
 * One RequestAuthentication. It denies requests whose token is not valid, and lets those without a token pass: that is for
 * AuthorizationPolicies to deny.
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/
 */
export const istioJwtAuthentication: JwtDialect = {
  renders: 'a RequestAuthentication, which denies requests with a token that is not valid',
  supports: {
    WorkloadTokens: FULL,
    PodsTokens: inherent('a RequestAuthentication selects pods, whether a Service does or not'),
    GatewayTokens: partial(ONLY_OF_CLASS, '`targetRefs` to the Gateway'),
    WaypointTokens: none('waypoints are a part of ambient mode'),
    SubsetTokens: FULL,
    TokenKeysByDiscovery: inherent('the control plane asks the issuer, where a rule has no keys'),
    TokenKeysByUri: full('`jwksUri`, which the control plane fetches'),
    InlineTokenKeys: full('`jwks`'),
    TokenAudiences: FULL,
    TokenLocations: full('`fromHeaders`, `fromParams` and `fromCookies`'),
    TokenForwarding: full('`forwardOriginalToken`, which tokens in cookies demand: the proxy takes none out of a cookie'),
  },
  claims: model => [
    ...atGatewayOf(model)?.claims ?? [claimOn('tokens', model)], ...issuerClaims(model, model.workload),
  ],
  render: model => renderUnless(
    [...atGatewayOf(model)?.refusals ?? selectionRefusals<JwtAuthenticationFeature>('a RequestAuthentication', model), ...keptCookies(model)],
    () => [requestAuthentication(model, atGatewayOf(model)?.attachment ?? { selector: { matchLabels: knownLabels(model.workload) } })]),
};

/** The same, on the Service: its waypoint reads it. */
export function istioAmbientJwtAuthentication(options: IstioOptions): JwtDialect {
  return {
    ...istioJwtAuthentication,
    renders: 'a RequestAuthentication on the Service, for its waypoint, which denies requests with a token that is not valid',
    supports: {
      ...istioJwtAuthentication.supports,
      WaypointTokens: full('`targetRefs` to the Gateway of the waypoint'),
      PodsTokens: none('only a waypoint reads tokens, and it stands before a Service'),
      SubsetTokens: none('the waypoint reads what is said of the Service, whichever of its pods answer'),
    },
    claims: model => {
      const { namespace, workload: { service } } = model;
      const ofGateway = atGatewayOf(model);
      return ofGateway !== undefined ? [...ofGateway.claims, ...issuerClaims(model, model.workload)] : service === undefined ? [] : [
        claim('tokens', { type: 'service', name: service, namespace }),
        // What is said of the whole waypoint adds to it.
        gatewayClaim('tokens', namespace, waypointOf(options), 'of its Services'),
        ...issuerClaims(model, { service }),
      ];
    },
    render: model => renderUnless(
      [...atGatewayOf(model)?.refusals ?? selectionRefusals<JwtAuthenticationFeature>('a RequestAuthentication', { namespace: model.namespace }), ...keptCookies(model)],
      () => [requestAuthentication(model, atGatewayOf(model)?.attachment ?? { targetRefs: [{ group: '', kind: 'Service', name: knownService(model.workload) }] })]),
  };
}

/** What differs where the tokens are those at a gateway. */
function atGatewayOf({ namespace, workload: { gateway } }: Pick<JwtAuthenticationModel, 'namespace' | 'workload'>) {
  return gateway && {
    claims: [gatewayClaim('tokens', namespace, gateway.name), ...podsClaims('tokens', namespace, gateway)],
    refusals: gateway.kind === 'gateway' ? classRefusals(`the tokens at the gateway '${namespace}/${gateway.name}'`, gateway) : [],
    attachment: atGateway(gateway.name),
  };
}

function requestAuthentication({ name, namespace, issuers }: Written, attachment: Attachment) {
  const spec: Plain<RequestAuthenticationSpec> = { ...attachment, jwtRules: issuers.map(issuer => jwtRule(issuer)) };
  return { apiVersion: SECURITY_API_VERSION, kind: 'RequestAuthentication', metadata: { name, namespace }, spec };
}

const jwtRule = merged<TokenIssuer, Plain<RequestAuthenticationSpecJwtRules>>({
  issuer: issuer => ({ issuer }),
  keys: keys => keysOf(keys),
  audiences: audiences => ({ audiences: [...audiences] }),
  locations: locations => fromLocations(locations),
  forward: forward => forward ? { forwardOriginalToken: true } : {},
});

const keysOf = byKind<TokenKeys, Plain<RequestAuthenticationSpecJwtRules>>({
  discovery: () => ({}),
  uri: ({ uri }) => ({ jwksUri: uri }),
  inline: ({ jwks }) => ({ jwks }),
});

function fromLocations(locations: readonly TokenLocation[]): Plain<RequestAuthenticationSpecJwtRules> {
  const headers = flatMap(locations, location => location.kind === 'header' ? [location] : []);
  const namesOf = (kind: 'query' | 'cookie') => flatMap(locations, location => location.kind === kind ? [location.name] : []);
  return {
    ...(headers.length > 0 && { fromHeaders: headers.map(({ name, prefix }) => ({ name, ...(prefix !== undefined && { prefix }) })) }),
    ...(namesOf('query').length > 0 && { fromParams: namesOf('query') }),
    ...(namesOf('cookie').length > 0 && { fromCookies: namesOf('cookie') }),
  };
}
