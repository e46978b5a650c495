import { backendTlsPolicies } from './backend-tls-policy';
import type { CertificateHolders } from './certificate-grant';
import { certificateGrants } from './certificate-grant';
import type { ExposedRoute } from './exposed-route';
import { exposedRoute, planExposedRoute, redirectRoute } from './exposed-route';
import { exposureClaims } from './exposure-claims';
import { exposureRefusals, ofExposure, schemeOf } from './exposure-refusals';
import type { GatewayApiChannel } from './extension/channel';
import { routeSupport } from './features';
import { gateway as ownGateway } from './gateway';
import { gatewayParents } from './gateway-parents';
import { listenerSet } from './listener-set';
import type { Listeners } from './listeners';
import { listeners } from './listeners';
import { referenceGrants } from './reference-grant';
import { routeRefusals } from './route-plan';
import type { ExposureModel } from '../../model/exposure';
import { certificatesElsewhere, exposedKind } from '../../model/exposure';
import type { ExposureFeature } from '../../model/features/exposure';
import { ofExposedRoutes } from '../../model/features/exposure';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { Dialect } from '../contract/dialect';
import type { ExposureExtension } from './extension/gateways';
import type { Manifest } from '../contract/manifest';
import type { Rendering } from '../contract/rendering';
import { refusing, renderUnless } from '../contract/rendering';
import { FULL, none } from '../contract/support';

const OBJECTS = 'an HTTPRoute, a GRPCRoute, a TLSRoute, a TCPRoute or a UDPRoute with the gateway as its parent; where they are needed a Gateway or a ListenerSet, an HTTPRoute that '
  + 'redirects to HTTPS, a BackendTLSPolicy for each Service, and a ReferenceGrant for a Service or a certificate in another namespace';

/**
 * A route for the requests, and one for the redirect from HTTP; then what they need: a Gateway or a ListenerSet, a
 * BackendTLSPolicy for each Service, and a ReferenceGrant where a certificate or a Service is in another namespace.
 *
 * @see https://gateway-api.sigs.k8s.io/guides/
 */
export function gatewayApiExposure(channel: GatewayApiChannel, extension: ExposureExtension): Dialect<ExposureModel, ExposureFeature> {
  return {
    renders: extension.renders === '' ? OBJECTS : `the objects of Gateway API; ${extension.renders}`,
    supports: {
      Gateway: FULL,
      SharedGateway: FULL,
      ListenerSet: FULL,
      HTTPRouteParentRefPort: FULL,
      SeveralGateways: FULL,
      Hostnames: FULL,
      WildcardHostnames: FULL,
      TLSTermination: FULL,
      SeveralCertificates: FULL,
      CertificateReferenceGrant: FULL,
      CertificateIssuer: FULL,
      HTTPSRedirect: FULL,
      BackendTLSPolicy: FULL,
      BackendTLSPolicySANValidation: FULL,
      BackendTLSPolicyOfPort: FULL,
      TCPExposure: FULL,
      UDPExposure: FULL,
      TLSRouteModeTerminate: FULL,
      ...ofExposedRoutes(routeSupport(channel)),
      TLSRoute: FULL,
      HostMatching: none('an exposure has `hostnames`, which hold for all its rules; a host of its own needs an exposure of its own'),
      ...extension.supports,
    },
    claims: exposureClaims,
    render: model => render(model, channel, extension),
  };
}

function render(model: ExposureModel, channel: GatewayApiChannel, extension: ExposureExtension): Rendering<ExposureFeature> {
  const plan = planExposedRoute(channel, model);
  const refusals = [
    ...exposureRefusals(model),
    ...[...plan.refusals, ...routeRefusals(model.route), ...extension.refusals(model, schemeOf(model))].map(ofExposure),
  ];
  const { route } = plan;
  return route === undefined ? refusing(refusals) : renderUnless(refusals, () => manifests(model, route, extension));
}

/** Every field of the exposure, as Gateway API writes it. */
type Exposed = Fields<ExposureModel, 'route' | 'hostnames' | 'gateways' | 'tls' | 'redirectHttp' | 'backendTls'>;

function manifests(model: Exposed, route: ExposedRoute, extension: ExposureExtension): Manifest[] {
  const own = listeners(model);
  const parents = gatewayParents(model, own);
  return [
    ...exposedRoute(model, route, parents, extension),
    ...(model.redirectHttp ? [redirectRoute(model, parents)] : []),
    ...listening(model, own),
    ...(model.backendTls === undefined ? [] : backendTlsPolicies(model, model.backendTls)),
    ...referenceGrants(model.route, () => exposedKind(model)),
    ...certificateGrants(holdersOf(model), certificatesElsewhere(model), 'Secret'),
  ];
}

/** What has the listeners of an exposure. */
function holdersOf({ route: { name, namespace }, gateways }: Exposed): CertificateHolders {
  const kinds = flatMap(gateways, ({ kind }) => kind === 'own' ? ['Gateway' as const] : kind === 'listenerSet' ? ['ListenerSet' as const] : []);
  return { kinds, name, namespace };
}

function listening(model: Exposed, own: Listeners): Manifest[] {
  return flatMap(model.gateways, gateway => {
    switch (gateway.kind) {
      case 'own': return [ownGateway(model, gateway.className, own)];
      case 'listenerSet': return [listenerSet(model, gateway, own)];
      case 'shared': return [];
    }
  });
}
