import type { GatewaySource } from '../../model/access';
import { gatewayAccount, isInMesh, type KnowGateway } from '../gateways/gateway-clients';

/** The class of the gateways that Istio runs itself. */
export const CLASS = 'istio';

/** Its classes are `istio`, `istio-remote`, `istio-waypoint` and similar (istio/istio `pilot/pkg/config/kube/gatewaycommon`). */
export function isInIstio(gateway: GatewaySource): boolean | undefined {
  return isInMesh(gateway, /^istio(-|$)/);
}

/** The pods of a gateway run as `<gateway>-<class>`, unless an annotation of the Gateway says otherwise. */
export const istioGatewayClient: KnowGateway = gateway =>
  gatewayAccount(gateway, gateway.className === CLASS ? `${gateway.name}-${CLASS}` : undefined) ?? {
    unknown: `Istio knows a gateway by the ServiceAccount of its pods, which Istio creates for class '${CLASS}' only, and the class of this one is ${
      gateway.className === undefined ? 'unknown' : `'${gateway.className}'`}`,
    remedy: `Give its ExposureGateway \`className: '${CLASS}'\`, or else \`pods: { serviceAccount: '…' }\``,
  };
