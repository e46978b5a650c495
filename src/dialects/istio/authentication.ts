import { isInIstio } from './gateway-client';
import { identityClaims, peerAuthentication, peerAuthenticationClaim } from './peer-authentication';
import { selectionRefusals } from './workload';
import type { AuthenticationModel } from '../../model/authentication';
import type { AuthenticationFeature } from '../../model/features/authentication';
import type { Fields } from '../../model/fields';
import { numberOf } from '../../model/pod-port';
import type { Dialect } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { refusing, renderUnless, together } from '../contract/rendering';
import { FULL, none } from '../contract/support';

const SIDECAR: Dialect<AuthenticationModel, AuthenticationFeature> = {
  renders: 'a PeerAuthentication',
  supports: {
    NamespaceAuthentication: FULL,
    WorkloadAuthentication: FULL,
    SubsetAuthentication: FULL,
    PortAuthentication: FULL,
    StrictMutualTls: FULL,
    PermissiveMutualTls: FULL,
    DisabledMutualTls: FULL,
  },
  claims: model => [peerAuthenticationClaim(model), ...takesPlainTextOnly(model) ? identityClaims(model, 'hidden') : []],
  render: model => renderUnless(
    [...selectionRefusals<AuthenticationFeature>('a PeerAuthentication', model), ...namedPortRefusals(model)], () => manifests(model)),
  isInMesh: isInIstio,
};

/**
 * One PeerAuthentication.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export const istioAuthentication = SIDECAR;

/** The same, read by ztunnel. */
export const istioAmbientAuthentication: Dialect<AuthenticationModel, AuthenticationFeature> = {
  ...SIDECAR,
  supports: { ...SIDECAR.supports, DisabledMutualTls: none('ztunnel accepts mutual TLS wherever a client offers it') },
  render: model => together(SIDECAR.render(model), refusing(strictPortRefusals(model))),
};

/** Somewhere: nobody proves an identity there. */
function takesPlainTextOnly({ mode, ports }: AuthenticationModel): boolean {
  return [{ mode }, ...ports].some(one => one.mode === 'disabled');
}

function manifests({ name, namespace, workload, mode, ports }: Fields<AuthenticationModel, 'name' | 'namespace' | 'workload' | 'mode' | 'ports'>): Manifest[] {
  return [peerAuthentication({ name, namespace }, { namespace, workload }, mode, ports)];
}

function namedPortRefusals({ ports }: AuthenticationModel): Refusal<AuthenticationFeature>[] {
  return ports.filter(port => numberOf(port) === undefined).map(({ port }) => ({
    what: `mutual TLS of port '${port}'`,
    reason: 'a PeerAuthentication knows ports by their numbers, and the number of this port is unknown',
    remedy: 'Give the port of the MeshService its number, `targetPort: 8080`',
  }));
}

/** If the whole mesh is strict, ztunnel learns of a permissive workload, but not of its ports that are strict. */
function strictPortRefusals({ mode, ports }: AuthenticationModel): Refusal<AuthenticationFeature>[] {
  return mode !== 'permissive' ? [] : ports.filter(port => port.mode === 'strict').map(({ port }) => ({
    what: `demanding mutual TLS on port ${port} of a permissive workload`,
    reason: 'in a mesh that is strict, ztunnel would let the port take plain text',
    remedy: 'Let the workload be strict, and name the ports that are permissive',
  }));
}
