import { lonelyTries } from './lonely-tries';
import { KNOWN_KINDS, NO_X_BACKENDS } from './routes';
import { istioSharedGateway } from './shared-gateway';
import { statusCodeRefusals } from './status-codes';
import type { RouteFeature } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import { destinationsOf, namespaceOf } from '../../model/route';
import type { RouteModel } from '../../model/route';
import { isServiceImport } from '../../model/service-ref';
import type { Refusal } from '../contract/refusal';
import type { ExposureExtension } from '../gateway-api/extension/gateways';
import { noExposures } from '../gateway-api/extension/gateways';
import { ENVOY_CORS } from '../proxies/envoy-cors';
import { rootRedirects } from '../proxies/redirects';

/**
 * What the gateways of Istio read, in both modes.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/
 */
export const istioGateways: ExposureExtension = {
  renders: '',
  supports: {
    ...ENVOY_CORS,
    ...noExposures('Istio does not read the session persistence of Gateway API', 'SessionPersistence'),
    ...noExposures('Istio does not listen for UDP', 'UDPExposure'),
    ...noExposures(KNOWN_KINDS, 'OtherBackend'),
    ...noExposures(NO_X_BACKENDS, 'ExternalBackend'),
  },
  gateway: istioSharedGateway,
  refusals: ({ route }) => [...lonelyTries(route), ...rootRedirects(route), ...statusCodeRefusals(route), ...importsElsewhere(route)],
};

/** `ReferenceGrantsCollection` in `pilot/pkg/config/kube/gatewaycommon/references.go` of istio/istio: a grant for a ServiceImport is passed over. */
function importsElsewhere(route: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(route.ports, ({ port, rules }) => flatMap(rules, (rule, ruleIndex) =>
    destinationsOf(rule).filter(isServiceImport).filter(backend => namespaceOf(route, backend) !== route.namespace).map(({ name }) => ({
      feature: 'ServiceImportBackend' as const,
      port,
      ruleIndex,
      reason: `Istio reads no ReferenceGrant for a ServiceImport, so that no gateway may send requests to '${name}' in another namespace`,
      remedy: 'Write the exposure in the namespace of the ServiceImport, or expose a Service',
    }))));
}

