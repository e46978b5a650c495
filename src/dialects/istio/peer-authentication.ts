import { SECURITY_API_VERSION } from './apis';
import type { PeerAuthenticationSpec } from '../../../imports/istio/security.istio.io';
import type { AccessModel } from '../../model/access';
import { admitsUnauthenticated } from '../../model/access';
import type { MutualTlsMode, PortMode } from '../../model/authentication';
import { knownNumber, numberOf } from '../../model/pod-port';
import type { Claim, Selected } from '../claim';
import { claimOn } from '../claim';
import type { Manifest, Plain } from '../dialect';

const MODES = { strict: 'STRICT', permissive: 'PERMISSIVE', disabled: 'DISABLE' } as const;

/** One PeerAuthentication: what the pods take, and the ports that differ. */
export function peerAuthentication(metadata: Manifest['metadata'], { workload }: Selected, mode: MutualTlsMode, ports: readonly PortMode[]): Manifest {
  const spec: Plain<PeerAuthenticationSpec> = {
    ...(workload !== undefined && { selector: { matchLabels: { ...workload.podSelector } } }),
    mtls: { mode: MODES[mode] },
    ...(ports.length > 0 && { portLevelMtls: Object.fromEntries(ports.map(port => [knownNumber(port), { mode: MODES[port.mode] }])) }),
  };
  return { apiVersion: SECURITY_API_VERSION, kind: 'PeerAuthentication', metadata, spec };
}

/** Of two PeerAuthentications for the same pods, Istio reads the older one. */
export function peerAuthenticationClaim(selected: Selected): Claim {
  return claimOn('mutualTls', selected);
}

/**
 * The PeerAuthentication that an access policy needs: mutual TLS only, but for ports where clients without an identity
 * are let in. A policy that only reports must not shut anyone out.
 */
export function accessAuthentication({ name, namespace, destination, rules, audit }: AccessModel, strictMutualTls = false): Manifest[] {
  const open = rules.filter(rule => rule.sources.some(admitsUnauthenticated)).flatMap(rule => rule.ports.flatMap(port => numberOf(port) ?? []));
  const ports = [...new Set(open)].sort((a, b) => a - b).map(port => ({ port, mode: 'permissive' as const }));
  return audit || rules.length === 0 || (strictMutualTls && ports.length === 0)
    ? []
    : [peerAuthentication({ name, namespace }, { namespace, workload: destination }, 'strict', ports)];
}
