import { letsOutAsWritten } from './as-written';
import type { EgressTarget } from './as-written';
import { letOutByCilium } from './cilium';
import { letOutByIstio } from './istio';
import { letOutByIstioGateway } from './istio-gateway';
import { letOutByKuma } from './kuma';
import { letOutByLinkerd } from './linkerd';
import { letOutByNetworkPolicy } from './network-policy';
import { letOutByOsm } from './osm';
import { GatewayApiChannel, MeshImplementation, MeshTarget, SmiImplementation } from '../../../src';
import type { Oracle } from '../ask';

const { ISTIO, LINKERD, KUMA, CILIUM } = MeshImplementation;

export const TARGETS: Readonly<Record<string, EgressTarget>> = {
  'Istio': { target: MeshTarget.gatewayApi({ mesh: ISTIO }), letsOut: letOutByIstio },
  'Istio, by a gateway': { target: MeshTarget.gatewayApi({ mesh: ISTIO, networkPolicy: true }), letsOut: letOutByIstioGateway },
  'Linkerd': { target: MeshTarget.gatewayApi({ mesh: LINKERD }), letsOut: letOutByLinkerd },
  'Linkerd, experimental channel': {
    target: MeshTarget.gatewayApi({ mesh: LINKERD, channel: GatewayApiChannel.EXPERIMENTAL }), letsOut: letOutByLinkerd,
  },
  'Kuma': { target: MeshTarget.gatewayApi({ mesh: KUMA }), letsOut: letOutByKuma },
  'Open Service Mesh': { target: MeshTarget.smi({ implementation: SmiImplementation.OSM }), letsOut: letOutByOsm, closes: true },
  'Cilium': { target: MeshTarget.gatewayApi({ mesh: CILIUM }), letsOut: letOutByCilium },
  'NetworkPolicy': { target: MeshTarget.networkPolicy(), letsOut: letOutByNetworkPolicy },
};

/** Every target that has policies on calls to the outside, by its title. */
export const EGRESS: Readonly<Record<string, Oracle>> = Object.fromEntries(
  Object.entries(TARGETS).map(([title, target]) => [title, (requests: number) => letsOutAsWritten(requests, target)]));
