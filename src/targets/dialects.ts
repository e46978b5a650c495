import { GatewayApiChannel } from './gateway-api-channel';
import type { ConsulNamespaces } from './implementations';
import { MeshImplementation, SmiImplementation } from './implementations';
import { ciliumGateways } from '../dialects/cilium/gateways';
import { ciliumPolicies } from '../dialects/cilium/policies';
import { ciliumRoutes } from '../dialects/cilium/routes';
import { ciliumServices } from '../dialects/cilium/service-reading';
import { consulGateways } from '../dialects/consul/gateways';
import { consulNativeRoutes } from '../dialects/consul/native-routes';
import { consulPolicies } from '../dialects/consul/policies';
import { consulReserved } from '../dialects/consul/reserved';
import { consulRoutes } from '../dialects/consul/routes';
import { consulServices } from '../dialects/consul/service-reading';
import type { DialectOf, ExposureExtension, Policies } from '../dialects/dialect';
import { unable } from '../dialects/dialect';
import { ANY_GATEWAY, gatewayApiExposure } from '../dialects/gateway-api/exposure';
import { gatewayApiRoutes, NO_EXTENSION } from '../dialects/gateway-api/routes';
import { anyMeshServices } from '../dialects/gateway-api/service-reading';
import { istioGateways } from '../dialects/istio/gateways';
import { istioAmbientPolicies, istioPolicies } from '../dialects/istio/policies';
import { istioAmbientReserved, istioReserved } from '../dialects/istio/reserved';
import { istioAmbientRoutes, istioRoutes } from '../dialects/istio/routes';
import { istioAmbientServices, istioServices } from '../dialects/istio/service-reading';
import { sidecarRoutes } from '../dialects/istio/sidecar-routes';
import { ingressExposure } from '../dialects/kubernetes/exposure';
import { networkPolicyPolicies } from '../dialects/kubernetes/policies';
import { ingressServices, networkPolicyServices } from '../dialects/kubernetes/service-reading';
import { kumaNativeRoutes } from '../dialects/kuma/native-routes';
import { kumaPolicies } from '../dialects/kuma/policies';
import { kumaReserved } from '../dialects/kuma/reserved';
import { kumaRoutes } from '../dialects/kuma/routes';
import { kumaServices } from '../dialects/kuma/service-reading';
import { linkerdPolicies } from '../dialects/linkerd/policies';
import { linkerdReserved, linkerdSplitReserved } from '../dialects/linkerd/reserved';
import { linkerdRoutes } from '../dialects/linkerd/routes';
import { linkerdServices, linkerdSplitServices } from '../dialects/linkerd/service-reading';
import type { Reserved } from '../dialects/reserved';
import { nothingReserved } from '../dialects/reserved';
import type { ServiceReading } from '../dialects/service-reading';
import { SPLIT_V1ALPHA1, SPLIT_V1ALPHA2, SPLIT_V1ALPHA4 } from '../dialects/smi/apis';
import { smiDialects, splitDialects } from '../dialects/smi/dialects';
import { osmReserved } from '../dialects/smi/reserved';
import { osmServices, smiServices } from '../dialects/smi/service-reading';
import type { DnsServer } from '../model/dns';
import { KUBE_DNS } from '../model/dns';
import type { Kind } from '../model/kinds';

/** The dialects of a target, by the model they render. */
export type Renderers = { readonly [K in Kind]: DialectOf<K> };

/** All that a target is. */
export type TargetDialects = Renderers & {
  /** What it makes of Services that are described otherwise than the models take them to be. */
  readonly services: ServiceReading;
  /** What it keeps for itself. */
  readonly reserved: Reserved;
};

/** What is known of a mesh beside its kind. */
export interface MeshOptions {
  readonly trustDomain?: string;
  readonly consulNamespaces?: ConsulNamespaces;
  /** Whether the mesh refuses plain text by itself. */
  readonly strictMutualTls: boolean;
  /** Name of the waypoint of the Services. */
  readonly waypoint?: string;
  /** Where names are looked up. */
  readonly dns?: readonly DnsServer[];
}

const SMI_EXPOSURE = unable('exposure', 'SMI is for traffic inside a mesh; a chart with targets of its own can go to Gateway API or to an Ingress');

export const SMI_DIALECTS: Record<SmiImplementation, TargetDialects> = {
  [SmiImplementation.SPEC]: {
    services: smiServices,
    reserved: nothingReserved('SMI'),
    exposure: SMI_EXPOSURE,
    ...smiDialects(SPLIT_V1ALPHA4, { udp: true, undeclaredPorts: true, envoyDecides: false }),
  },
  [SmiImplementation.OSM]: {
    services: osmServices,
    reserved: osmReserved,
    exposure: SMI_EXPOSURE,
    ...smiDialects(SPLIT_V1ALPHA2, { udp: false, undeclaredPorts: false, envoyDecides: true }),
  },
  [SmiImplementation.LINKERD]: {
    services: linkerdSplitServices, reserved: linkerdSplitReserved, exposure: SMI_EXPOSURE, ...splitDialects(SPLIT_V1ALPHA1, 'the SMI extension of Linkerd'),
  },
  [SmiImplementation.ARGO_ROLLOUTS]: {
    services: smiServices, reserved: nothingReserved('SMI'), exposure: SMI_EXPOSURE, ...splitDialects(SPLIT_V1ALPHA1, 'Argo Rollouts'),
  },
};

/** Gateway API, with the policies of the mesh behind it. */
export function gatewayApiDialects(channel: GatewayApiChannel, mesh: MeshImplementation | undefined, options: MeshOptions): TargetDialects {
  return {
    routes: mesh === undefined ? gatewayApiRoutes(channel, NO_EXTENSION) : ROUTES[mesh](channel),
    exposure: mesh === undefined ? gatewayApiExposure(channel, ANY_GATEWAY) : EXPOSURES[mesh](channel),
    ...(mesh === undefined ? NO_POLICIES : POLICIES[mesh](options, channel)),
    services: mesh === undefined ? anyMeshServices : SERVICES[mesh],
    reserved: mesh === undefined ? nothingReserved('Gateway API') : RESERVED[mesh],
  };
}

/** Consul by itself. */
export function consulDialects(namespaces: ConsulNamespaces): TargetDialects {
  return {
    routes: consulNativeRoutes(namespaces),
    exposure: insideOnly('Consul'),
    ...consulPolicies({ namespaces }),
    services: consulServices,
    reserved: consulReserved,
  };
}

/** Kuma by itself. */
export function kumaDialects(trustDomain: string): TargetDialects {
  return {
    routes: kumaNativeRoutes, exposure: insideOnly('Kuma'), ...kumaPolicies({ trustDomain }), services: kumaServices, reserved: kumaReserved,
  };
}

function insideOnly(mesh: string): DialectOf<'exposure'> {
  return unable('exposure', `the objects of ${mesh} by itself are for traffic inside the mesh; its gateways read Gateway API`);
}

/** NetworkPolicy by itself. */
export function networkPolicyDialects(dns: readonly DnsServer[] = [KUBE_DNS]): TargetDialects {
  return {
    routes: unable('routes', 'a NetworkPolicy routes nothing'),
    exposure: unable('exposure', 'a NetworkPolicy routes nothing'),
    ...networkPolicyPolicies(dns),
    services: networkPolicyServices,
    reserved: nothingReserved('NetworkPolicy'),
  };
}

/** An Ingress, for what comes from outside. */
export function ingressDialects(className: string): TargetDialects {
  const noPolicies = 'an Ingress has no policies';
  return {
    routes: unable('routes', 'an Ingress is for traffic from outside; an Exposure renders it'),
    exposure: ingressExposure(className),
    access: unable('access', noPolicies),
    namespaceDefault: unable('namespaceDefault', noPolicies),
    authentication: unable('authentication', noPolicies),
    egress: unable('egress', noPolicies),
    services: ingressServices,
    reserved: nothingReserved('Ingress'),
  };
}

const POLICIES: Record<MeshImplementation, (options: MeshOptions, channel: GatewayApiChannel) => Policies> = {
  [MeshImplementation.ISTIO]: istioPolicies,
  [MeshImplementation.ISTIO_AMBIENT]: istioAmbientPolicies,
  [MeshImplementation.LINKERD]: (_, channel) => linkerdPolicies(channel),
  [MeshImplementation.CONSUL]: ({ consulNamespaces }) => consulPolicies({ namespaces: consulNamespaces }),
  [MeshImplementation.KUMA]: kumaPolicies,
  [MeshImplementation.CILIUM]: ({ dns = [KUBE_DNS] }) => ciliumPolicies(dns),
};

const ROUTES: Record<MeshImplementation, (channel: GatewayApiChannel) => DialectOf<'routes'>> = {
  [MeshImplementation.ISTIO]: channel => sidecarRoutes(gatewayApiRoutes(channel, istioRoutes)),
  [MeshImplementation.ISTIO_AMBIENT]: channel => gatewayApiRoutes(channel, istioAmbientRoutes),
  [MeshImplementation.LINKERD]: channel => gatewayApiRoutes(channel, linkerdRoutes(channel)),
  [MeshImplementation.CONSUL]: channel => gatewayApiRoutes(channel, consulRoutes),
  [MeshImplementation.KUMA]: channel => gatewayApiRoutes(channel, kumaRoutes),
  [MeshImplementation.CILIUM]: channel => gatewayApiRoutes(channel, ciliumRoutes),
};

const through = (gateways: ExposureExtension) => (channel: GatewayApiChannel) => gatewayApiExposure(channel, gateways);

const EXPOSURES: Record<MeshImplementation, (channel: GatewayApiChannel) => DialectOf<'exposure'>> = {
  [MeshImplementation.ISTIO]: through(istioGateways),
  [MeshImplementation.ISTIO_AMBIENT]: through(istioGateways),
  // Linkerd leaves gateways to others.
  [MeshImplementation.LINKERD]: through(ANY_GATEWAY),
  [MeshImplementation.CONSUL]: through(consulGateways),
  [MeshImplementation.KUMA]: () => unable('exposure', 'Kuma 3.0 has no gateways of its own, and those of 2.14 pass over much of a route; '
    + 'a chart with a target of its own, `MeshTarget.gatewayApi()`, can go to a gateway of someone else'),
  [MeshImplementation.CILIUM]: through(ciliumGateways),
};

const RESERVED: Record<MeshImplementation, Reserved> = {
  [MeshImplementation.ISTIO]: istioReserved,
  [MeshImplementation.ISTIO_AMBIENT]: istioAmbientReserved,
  [MeshImplementation.LINKERD]: linkerdReserved,
  [MeshImplementation.CONSUL]: consulReserved,
  [MeshImplementation.KUMA]: kumaReserved,
  // It has no proxy in the pod, and its annotations are those of pods, Services and nodes (cilium/cilium `pkg/annotation/k8s.go`).
  [MeshImplementation.CILIUM]: nothingReserved('Cilium'),
};

const SERVICES: Record<MeshImplementation, ServiceReading> = {
  [MeshImplementation.ISTIO]: istioServices,
  [MeshImplementation.ISTIO_AMBIENT]: istioAmbientServices,
  [MeshImplementation.LINKERD]: linkerdServices,
  [MeshImplementation.CONSUL]: consulServices,
  [MeshImplementation.KUMA]: kumaServices,
  [MeshImplementation.CILIUM]: ciliumServices,
};

const nothingOfItsOwn = (what: string) => `Gateway API has no ${what} of its own; \`mesh\` says whose to render`;

const NO_POLICIES: Policies = {
  // Those of GEP-3779 will take this place: docs/architecture.md.
  access: unable('access', 'Gateway API has no access policies of its own, until a release ships those of GEP-3779; `mesh` says whose to render'),
  namespaceDefault: unable('namespaceDefault', nothingOfItsOwn('access policies')),
  authentication: unable('authentication', nothingOfItsOwn('word for mutual TLS')),
  egress: unable('egress', nothingOfItsOwn('policies on calls to the outside')),
};
