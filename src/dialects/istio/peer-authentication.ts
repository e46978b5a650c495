import { SECURITY_API_VERSION } from './apis';
import type { PeerAuthenticationSpec } from '../../../imports/istio/security.istio.io';
import type { AccessModel } from '../../model/access';
import type { Manifest, Plain } from '../dialect';

/** One PeerAuthentication: the workload takes mutual TLS only. */
export function peerAuthentication({ name, namespace, destination }: AccessModel): Manifest {
  const spec: Plain<PeerAuthenticationSpec> = {
    selector: { matchLabels: { ...destination.podSelector } },
    mtls: { mode: 'STRICT' },
  };
  return { apiVersion: SECURITY_API_VERSION, kind: 'PeerAuthentication', metadata: { name, namespace }, spec };
}
