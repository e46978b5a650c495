import { backendTlsPolicies } from './backend-tls-policy';
import { certificateGrant } from './certificate-grant';
import { exposedRoute, redirectRoute } from './exposed-route';
import { exposureClaims } from './exposure-claims';
import { exposureRefusals } from './exposure-refusals';
import { routeSupport } from './features';
import { gateway } from './gateway';
import { gatewayParents } from './gateway-parents';
import { listenerSet } from './listener-set';
import type { Listeners } from './listeners';
import { exposedKind, listeners } from './listeners';
import { referenceGrants } from './reference-grant';
import type { ExposureModel } from '../../model/exposure';
import { isCertificateElsewhere } from '../../model/exposure';
import type { ExposureFeature } from '../../model/features/exposure';
import { ofExposedRoutes } from '../../model/features/exposure';
import type { Dialect, ExposureExtension, GatewayApiChannel, Manifest } from '../dialect';
import { FULL, none } from '../dialect';

const OBJECTS = 'an HTTPRoute, a GRPCRoute or a TLSRoute with the gateway as its parent; where they are needed a Gateway or a ListenerSet, an HTTPRoute that '
  + 'redirects to HTTPS, a BackendTLSPolicy for each Service, and a ReferenceGrant for a Service or a certificate in another namespace';

/**
 * A route for the requests, and one for the redirect from HTTP; then what stands around them: a Gateway or a ListenerSet, a
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
      Hostnames: FULL,
      WildcardHostnames: FULL,
      TLSTermination: FULL,
      CertificateReferenceGrant: FULL,
      CertificateIssuer: FULL,
      HTTPSRedirect: FULL,
      BackendTLSPolicy: FULL,
      ...ofExposedRoutes(routeSupport(channel)),
      TLSRoute: FULL,
      HostMatching: none('an exposure has `hostnames`, which hold for all its rules; a host of its own needs an exposure of its own'),
      ...extension.supports,
    },
    claims: exposureClaims,
    refusals: model => exposureRefusals(channel, extension, model),
    render: model => render(model, extension),
  };
}

function render(model: ExposureModel, extension: ExposureExtension): Manifest[] {
  const own = listeners(model);
  const parents = gatewayParents(model, model.gateway!, own);
  return [
    ...exposedRoute(model, parents, extension),
    ...(model.redirectHttp ? [redirectRoute(model, parents)] : []),
    ...listening(model, own),
    ...(model.backendTls === undefined ? [] : backendTlsPolicies(model, model.backendTls)),
    ...referenceGrants(model.route, () => exposedKind(model)),
    ...(model.tls?.mode === 'terminate' && isCertificateElsewhere(model) ? [certificateGrant(model, model.tls.secret)] : []),
  ];
}

function listening(model: ExposureModel, own: Listeners): Manifest[] {
  switch (model.gateway!.kind) {
    case 'own': return [gateway(model, model.gateway!.className, own)];
    case 'listenerSet': return [listenerSet(model, model.gateway!, own)];
    case 'shared': return [];
  }
}
