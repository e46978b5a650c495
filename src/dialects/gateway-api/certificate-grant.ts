import { API_VERSION, GROUP } from './apis';
import type { ReferenceGrantSpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { ExposureModel, SecretRef } from '../../model/exposure';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';

/** One ReferenceGrant, in the namespace of the certificate: it opens this one Secret to the gateways of the exposure's namespace. */
export function certificateGrant({ route, gateway }: ExposureModel, secret: SecretRef): Manifest {
  const spec: Plain<ReferenceGrantSpec> = {
    from: [{ group: GROUP, kind: gateway?.kind === 'listenerSet' ? 'ListenerSet' : 'Gateway', namespace: route.namespace ?? refused() }],
    to: [{ group: '', kind: 'Secret', name: secret.name }],
  };
  return { apiVersion: API_VERSION, kind: 'ReferenceGrant', metadata: { name: `${route.name}-certificate`, namespace: secret.namespace }, spec };
}
