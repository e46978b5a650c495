import type { AccessModel } from './access';
import type { AuthenticationModel } from './authentication';
import type { ClusterAccessModel } from './cluster-access';
import type { EgressModel } from './egress';
import type { ExposureModel } from './exposure';
import type { ExternalAuthorizationModel } from './external-authorization';
import type { ExternalBackendModel } from './external-backend';
import type { AccessFeature } from './features/access';
import { ACCESS_FEATURES, accessUses } from './features/access';
import type { AuthenticationFeature } from './features/authentication';
import { AUTHENTICATION_FEATURES, authenticationUses } from './features/authentication';
import type { ClusterAccessFeature } from './features/cluster-access';
import { CLUSTER_ACCESS_FEATURES, clusterAccessUses } from './features/cluster-access';
import type { EgressFeature } from './features/egress';
import { EGRESS_FEATURES, egressUses } from './features/egress';
import type { ExposureFeature } from './features/exposure';
import { EXPOSURE_FEATURES, exposureUses } from './features/exposure';
import type { ExternalAuthorizationFeature } from './features/external-authorization';
import { EXTERNAL_AUTHORIZATION_FEATURES, externalAuthorizationUses } from './features/external-authorization';
import type { ExternalBackendFeature } from './features/external-backend';
import { EXTERNAL_BACKEND_FEATURES, externalBackendUses } from './features/external-backend';
import type { GatewayFeature } from './features/gateway';
import { GATEWAY_FEATURES, gatewayUses } from './features/gateway';
import type { GatewayAccessFeature } from './features/gateway-access';
import { GATEWAY_ACCESS_FEATURES, gatewayAccessUses } from './features/gateway-access';
import type { JwtAuthenticationFeature } from './features/jwt-authentication';
import { JWT_AUTHENTICATION_FEATURES, jwtAuthenticationUses } from './features/jwt-authentication';
import type { NamespaceDefaultFeature } from './features/namespace-default';
import { NAMESPACE_DEFAULT_FEATURES, namespaceDefaultUses } from './features/namespace-default';
import type { ReleaseFeature } from './features/release';
import { RELEASE_FEATURES, releaseUses } from './features/release';
import type { RouteFeature } from './features/route';
import { ROUTE_FEATURES, routeUses } from './features/route';
import type { Use } from './features/use';
import type { GatewayModel } from './gateway';
import type { GatewayAccessModel } from './gateway-access';
import type { JwtAuthenticationModel } from './jwt-authentication';
import type { NamespaceDefaultModel } from './namespace-default';
import type { ReleaseModel } from './release';
import type { RouteModel } from './route';

/** The models there are, each with its features. */
export interface Kinds {
  readonly routes: { readonly model: RouteModel; readonly feature: RouteFeature };
  readonly release: { readonly model: ReleaseModel; readonly feature: ReleaseFeature };
  readonly exposure: { readonly model: ExposureModel; readonly feature: ExposureFeature };
  readonly gateway: { readonly model: GatewayModel; readonly feature: GatewayFeature };
  readonly externalBackend: { readonly model: ExternalBackendModel; readonly feature: ExternalBackendFeature };
  readonly access: { readonly model: AccessModel; readonly feature: AccessFeature };
  readonly gatewayAccess: { readonly model: GatewayAccessModel; readonly feature: GatewayAccessFeature };
  readonly namespaceDefault: { readonly model: NamespaceDefaultModel; readonly feature: NamespaceDefaultFeature };
  readonly authentication: { readonly model: AuthenticationModel; readonly feature: AuthenticationFeature };
  readonly jwtAuthentication: { readonly model: JwtAuthenticationModel; readonly feature: JwtAuthenticationFeature };
  readonly externalAuthorization: { readonly model: ExternalAuthorizationModel; readonly feature: ExternalAuthorizationFeature };
  readonly clusterAccess: { readonly model: ClusterAccessModel; readonly feature: ClusterAccessFeature };
  readonly egress: { readonly model: EgressModel; readonly feature: EgressFeature };
}

export type Kind = keyof Kinds;

/** What can be asked of a target by a kind of model. */
export interface KindFeatures<K extends Kind> {
  /** Name of the kind in tables. */
  readonly title: string;
  /** The words for each feature. */
  readonly features: Readonly<Record<Kinds[K]['feature'], string>>;
  /** Every use of a feature in a model, in the order in which it was written. */
  readonly uses: (model: Kinds[K]['model']) => Use<Kinds[K]['feature']>[];
}

export const KINDS: { readonly [K in Kind]: KindFeatures<K> } = {
  routes: { title: 'Routes', features: ROUTE_FEATURES, uses: routeUses },
  release: { title: 'Releases that a controller moves', features: RELEASE_FEATURES, uses: releaseUses },
  exposure: { title: 'Exposures', features: EXPOSURE_FEATURES, uses: exposureUses },
  gateway: { title: 'Gateways', features: GATEWAY_FEATURES, uses: gatewayUses },
  externalBackend: { title: 'Hosts outside as backends', features: EXTERNAL_BACKEND_FEATURES, uses: externalBackendUses },
  access: { title: 'Access policies', features: ACCESS_FEATURES, uses: accessUses },
  gatewayAccess: { title: 'Policies of gateways', features: GATEWAY_ACCESS_FEATURES, uses: gatewayAccessUses },
  namespaceDefault: { title: 'Defaults of namespaces', features: NAMESPACE_DEFAULT_FEATURES, uses: namespaceDefaultUses },
  authentication: { title: 'Mutual TLS', features: AUTHENTICATION_FEATURES, uses: authenticationUses },
  jwtAuthentication: { title: 'Tokens of end users', features: JWT_AUTHENTICATION_FEATURES, uses: jwtAuthenticationUses },
  externalAuthorization: { title: 'External authorization', features: EXTERNAL_AUTHORIZATION_FEATURES, uses: externalAuthorizationUses },
  clusterAccess: { title: 'Policies of the whole cluster', features: CLUSTER_ACCESS_FEATURES, uses: clusterAccessUses },
  egress: { title: 'Calls to the outside', features: EGRESS_FEATURES, uses: egressUses },
};
