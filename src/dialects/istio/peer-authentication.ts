import { SECURITY_API_VERSION } from './apis';
import type { PeerAuthenticationSpec } from '../../../imports/istio/security.istio.io';
import type { AccessModel, AccessRule } from '../../model/access';
import { admitsUnauthenticated } from '../../model/access';
import type { MutualTlsMode, PortMode } from '../../model/authentication';
import { flatMap } from '../../model/lists';
import { numberOf } from '../../model/pod-port';
import type { Claim, Scope } from '../contract/claim';
import { claim, claimOn, stated } from '../contract/claim';
import { knownLabels, knownNumber } from '../contract/known';
import type { Manifest, Plain } from '../contract/manifest';

const MODES = { strict: 'STRICT', permissive: 'PERMISSIVE', disabled: 'DISABLE' } as const;

/** One PeerAuthentication: whether the pods accept plain text, and the ports that differ. */
export function peerAuthentication(metadata: Manifest['metadata'], { workload }: Scope, mode: MutualTlsMode, ports: readonly PortMode[]): Manifest {
  const all: Plain<PeerAuthenticationSpec> = {
    mtls: { mode: MODES[mode] },
    ...(workload !== undefined && { selector: { matchLabels: knownLabels(workload) } }),
  };
  const spec: Plain<PeerAuthenticationSpec> = ports.length === 0 ? all
    : { ...all, portLevelMtls: Object.fromEntries(ports.map(port => [knownNumber(port), { mode: MODES[port.mode] }])) };
  return { apiVersion: SECURITY_API_VERSION, kind: 'PeerAuthentication', metadata, spec };
}

/** Of two PeerAuthentications for the same pods, Istio reads the older one. */
export function peerAuthenticationClaim(selected: Scope): Claim {
  return claimOn('mutualTls', selected);
}

/** What the claim of a construct states of clients: that they can prove who they are, or that none can, as it takes plain text only. */
type Identities = 'proven' | 'hidden';

/** The claims of who relies on clients of these pods proving who they are, or of who takes plain text only there; absent for the mesh. */
export function identityClaims(selected: Partial<Scope>, says: Identities): Claim[] {
  const { namespace, workload } = selected;
  const inMesh = claim('identities', { type: 'mesh' }, says);
  if (namespace === undefined) return [inMesh];
  return [...stated('identities', { namespace, workload }, [says]), ...says === 'hidden' ? [inMesh] : []];
}

/** Whether it matters to a rule who the client is. */
export function tellsIdentitiesApart({ sources, exceptSources }: Pick<AccessRule, 'sources' | 'exceptSources'>): boolean {
  return [...sources, ...exceptSources].some(source => !admitsUnauthenticated(source));
}

/** Whether an access policy needs a PeerAuthentication: its identities hold over mutual TLS only, and the mesh leaves some port open. */
export function needsAuthentication({ rules, audit, grant }: Pick<AccessModel, 'rules' | 'audit' | 'grant'>, strictMutualTls = false): boolean {
  // What a grant allows is of identities, which plain text does not have.
  return grant === undefined && !audit && rules.length > 0 && !(strictMutualTls && openPorts(rules).length === 0);
}

function openPorts(rules: readonly AccessRule[]): number[] {
  const open = flatMap(rules.filter(rule => rule.sources.some(admitsUnauthenticated)), rule => flatMap(rule.ports, port => numberOf(port) ?? []));
  return [...new Set(open)].sort((a, b) => a - b);
}

/**
 * The PeerAuthentication that an access policy needs: mutual TLS only, except on ports where clients without an identity
 * are let in. A policy that only reports must not shut anyone out.
 */
export function accessAuthentication(model: Pick<AccessModel, 'name' | 'namespace' | 'destination' | 'rules' | 'audit' | 'grant'>, strictMutualTls = false): Manifest[] {
  const { name, namespace, destination, rules } = model;
  const ports = openPorts(rules).map(port => ({ port, mode: 'permissive' as const }));
  return needsAuthentication(model, strictMutualTls)
    ? [peerAuthentication({ name, namespace }, { namespace, workload: destination }, 'strict', ports)]
    : [];
}
