import type { AppOptions } from './arbitraries/options';
import type { Reader } from './end-to-end';
import type { WrittenApp } from './written';
import { ConsulNamespaces, GatewayApiChannel, MeshImplementation, MeshTarget, SmiImplementation } from '../../../src';
import { allowedByCilium } from '../../../src/evaluators/access/cilium';
import { decidedByConsul } from '../../../src/evaluators/access/consul';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../../../src/evaluators/access/istio-ambient';
import { passesGateway, tokensBehindGateway } from '../../../src/evaluators/access/istio-gateway';
import { allowedByKuma } from '../../../src/evaluators/access/kuma';
import { allowedByLinkerd, serversOf } from '../../../src/evaluators/access/linkerd';
import { allowedByNetworkPolicy } from '../../../src/evaluators/access/network-policy';
import { type Request, TRUST_DOMAIN } from '../../../src/evaluators/access/request';
import { allowedBySmi } from '../../../src/evaluators/access/smi';
import { routedByConsul } from '../../../src/evaluators/routes/consul';
import { routedByGateway, routedByGatewayApi } from '../../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../../src/evaluators/routes/gateway-api-readings';
import { routedByIngress } from '../../../src/evaluators/routes/ingress';
import { routedByKuma } from '../../../src/evaluators/routes/kuma';
import { toService } from '../../../src/evaluators/routes/outcome';
import { routedByVirtualService } from '../../../src/evaluators/routes/virtual-service';
import type { Title } from '../../../src/targets/catalogue';
import { OF_TCP } from '../../dialects/consul/read/foreign';
import { anyIsOwn, auditsNothing, byCilium, byLinkerd, byWaypoint, deniesSpellings, either, outsideOnly, type Stricter } from '../access/promises';
import { letOutByCilium } from '../egress/cilium';
import { letOutByIstio } from '../egress/istio';
import { letOutByKuma } from '../egress/kuma';
import { letOutByLinkerd } from '../egress/linkerd';
import { letOutByNetworkPolicy } from '../egress/network-policy';
import { letOutByOsm } from '../egress/osm';
import { routedBySmi } from '../routes/smi';

/** A target, and how its manifests are read. */
export interface AppTarget extends Reader, Omit<AppOptions, 'dialects'> {
  readonly target: MeshTarget;
  /** Whether clients get in where nobody says anything, or that is up to the installation. */
  readonly unsaid: 'open' | 'as installed';
  /** Where it lets in less than was written, as a page in docs/traps says. */
  readonly stricter?: Stricter;
  /** Whether what a health check asks is let in from anyone, as the docstring of `healthProbes` says. */
  readonly openProbes?: boolean;
  /** Where it lets in nothing that nobody speaks of, and says so. */
  /** Whether it lets nothing out of which nobody speaks. */
  readonly closesOutside?: true;
  readonly closes?: (app: WrittenApp, warnings: readonly string[], request: Request) => boolean;
}

const everyone = () => true;

const WORKS = { called: true, backend: true, exposed: true };
/** A name for a host is no Service to any mesh, and to few gateways. */
const FORMS: AppTarget['forms'] = { headless: WORKS, externalName: { called: false, backend: false, exposed: false }, selectorless: WORKS };
/** Only what is sent to the address of a Service is routed. */
const BY_ADDRESS: AppTarget['forms'] = { ...FORMS, headless: { ...WORKS, called: false } };
/** Nothing is certain of what a mesh that is not known does. */
const ANY_MESH: AppTarget['forms'] = { ...FORMS, headless: { ...WORKS, called: false, backend: false } };

const MESH = {
  mesh: true,
  known: 'labels',
  words: ['names alone', 'of Kubernetes', 'of protocols'],
  uniqueNames: false,
  forms: FORMS,
  accounts: ['shared', 'own'],
  wholeWorkloads: false,
  unsaid: 'open',
  letsOut: everyone,
  exposed: routedByGateway(READINGS.specification),
  accountOf: (gateway: string) => gateway,
  gateway: { className: 'any', pods: { serviceAccount: 'gateway', namespace: 'infra' }, arePods: true },
} as const;
const toServices: Reader['routed'] = (_, request) => toService(request);

/** A VirtualService stands in place of all routes of a Service. */
const routedByIstio: Reader['routed'] = (manifests, request) =>
  (manifests.some(isForService) ? routedByVirtualService : routedByGatewayApi(READINGS.istio))(manifests, request);

/** Others are for hosts outside. */
function isForService({ kind, spec }: any): boolean {
  return kind === 'VirtualService' && spec.hosts.some((host: string) => !host.includes('.') || host.endsWith('.svc.cluster.local'));
}

/**
 * A policy for one Service has the waypoint deny what comes by others of its namespace, which are named where the app has them, or a route
 * that leads to them.
 */
function closesWaypoint(
  { policies, routing, conventions: { telling } }: WrittenApp, warnings: readonly string[], { client, entrance }: Request,
): boolean {
  const own = policies.filter(({ namespace, leavesRest }) => namespace === entrance?.namespace && !leavesRest)
    .map(({ destination }) => destination.service);
  const isLedTo = routing?.route.rules.some(({ backends = [] }) => backends.some(({ service }) => service.name === entrance?.service)) === true;
  return client.meshed && entrance !== undefined && own.length > 0 && !own.includes(entrance.service)
    && ((telling === 'in words' && !isLedTo) || warnings.some(warning => warning.includes('MESH5010') && warning.includes(`'${entrance.service}'`)));
}

/** The pods of a gateway run as its name, with the class behind it. */
const istioGateways = {
  exposed: routedByGateway(READINGS.istio),
  accountOf: (gateway: string) => `${gateway}-istio`,
  passesGateway,
  tokensBehind: tokensBehindGateway,
  gateway: { className: 'istio', arePods: true, readsPolicies: true },
} as const;

/** A port without a Server is open to everyone, or whatever the annotations of the pods say. */
const linkerd: Omit<AppTarget, 'target'> = {
  ...MESH,
  words: ['names alone', 'of Kubernetes'],
  forms: BY_ADDRESS,
  routed: routedByGatewayApi(READINGS.linkerd),
  letsIn: (manifests, request) => serversOf(manifests, request).length === 0 ? 'as installed' : allowedByLinkerd(manifests, request),
  letsOut: letOutByLinkerd,
  unsaid: 'as installed',
  openProbes: true,
  stricter: byLinkerd,
};
const lettingIn = (judge: ReturnType<typeof decidedByConsul>): typeof judge => (manifests, request) => judge([...manifests, OF_TCP], request);
/** Pods are registered that the endpoints of a Service name; who calls it by its name in Kubernetes gets its addresses. */
const consul = {
  ...MESH,
  letsIn: lettingIn(decidedByConsul('mirrored')),
  known: 'registered name',
  accounts: ['own'],
  forms: { ...BY_ADDRESS, selectorless: { ...WORKS, backend: false } },
  wholeWorkloads: true,
  unsaid: 'as installed',
  stricter: anyIsOwn,
} as const;
const consulGateways = {
  ...consul, routed: toServices, exposed: routedByGateway(READINGS['consul-gateway']), gateway: { className: 'consul', arePods: true },
} as const;
const oneNamespace = { uniqueNames: true, letsIn: lettingIn(decidedByConsul('single')) } as const;
/** A TrafficTarget is for a ServiceAccount, and what none allows is denied. */
const smi = {
  ...MESH, forms: BY_ADDRESS, routed: routedBySmi, known: 'ServiceAccount', accounts: ['shared'], unsaid: 'as installed',
} as const;
/** Proxies deny what no permission allows; as installed, one allows all. */
const kuma = {
  ...MESH,
  words: ['of protocols'],
  // A MeshService is of an address; without a selector, it is one of all pods of the namespace.
  forms: { ...FORMS, headless: { called: false, backend: false, exposed: true }, selectorless: { ...WORKS, backend: false } },
  letsOut: letOutByKuma,
  unsaid: 'as installed',
  letsIn: allowedByKuma,
  stricter: anyIsOwn,
} as const;
const gatewayApi = (mesh: MeshImplementation, options = {}) => MeshTarget.gatewayApi({ mesh, ...options });
const EXPERIMENTAL = { channel: GatewayApiChannel.EXPERIMENTAL };

/** By their titles in the catalogue; and Consul, where the namespaces of Kubernetes share one of its own. */
export const TARGETS: Readonly<Record<Title | `${Title & `${string}Consul`}, with one namespace`, AppTarget>> = {
  'SMI': { ...smi, target: MeshTarget.smi(), letsIn: allowedBySmi('spec') },
  'SMI, Open Service Mesh': { ...smi, target: MeshTarget.smi({ implementation: SmiImplementation.OSM }), letsIn: allowedBySmi('osm'), letsOut: letOutByOsm, closesOutside: true },
  'SMI, Linkerd': { ...smi, target: MeshTarget.smi({ implementation: SmiImplementation.LINKERD }), letsIn: everyone },
  'Gateway API': { ...MESH, forms: ANY_MESH, target: MeshTarget.gatewayApi(), routed: routedByGatewayApi(READINGS.specification), letsIn: everyone },
  'Gateway API, experimental channel': {
    ...MESH, forms: ANY_MESH, target: MeshTarget.gatewayApi(EXPERIMENTAL), routed: routedByGatewayApi(READINGS.specification), letsIn: everyone,
  },
  'Gateway API, Istio': {
    ...MESH,
    target: gatewayApi(MeshImplementation.ISTIO),
    forms: { ...FORMS, headless: { ...WORKS, backend: false } },
    routed: routedByIstio,
    letsIn: allowedByIstio,
    stricter: either(auditsNothing, deniesSpellings),
    letsOut: letOutByIstio,
    ...istioGateways,
  },
  'Gateway API, Istio ambient': {
    ...MESH,
    target: gatewayApi(MeshImplementation.ISTIO_AMBIENT),
    forms: ANY_MESH,
    routed: routedByGatewayApi(READINGS['istio-ambient']),
    letsIn: allowedByIstioAmbient,
    ...istioGateways,
    asksBeforeRoutes: true,
    stricter: either(byWaypoint, deniesSpellings),
    closes: closesWaypoint,
  },
  'Gateway API, Linkerd': { ...linkerd, target: gatewayApi(MeshImplementation.LINKERD) },
  'Gateway API, Linkerd, experimental channel': { ...linkerd, target: gatewayApi(MeshImplementation.LINKERD, EXPERIMENTAL) },
  'Gateway API, Consul': { ...consulGateways, target: gatewayApi(MeshImplementation.CONSUL, { consulNamespaces: ConsulNamespaces.MIRRORED }) },
  'Gateway API, Consul, with one namespace': {
    ...consulGateways, ...oneNamespace, target: gatewayApi(MeshImplementation.CONSUL, { consulNamespaces: ConsulNamespaces.SINGLE }),
  },
  'Gateway API, Kuma': { ...kuma, target: gatewayApi(MeshImplementation.KUMA, { trustDomain: TRUST_DOMAIN }), routed: routedByGatewayApi(READINGS.kuma) },
  'Gateway API, Cilium': {
    ...MESH,
    target: gatewayApi(MeshImplementation.CILIUM, { nodeSelectorLabels: true }),
    forms: BY_ADDRESS,
    mesh: false,
    routed: routedByGatewayApi(READINGS.cilium),
    letsIn: allowedByCilium,
    exposed: routedByGateway(READINGS.cilium),
    gateway: { className: 'cilium', arePods: false },
    letsOut: letOutByCilium,
    stricter: byCilium,
  },
  'Ingress': {
    ...MESH,
    target: MeshTarget.ingress({ className: 'nginx' }),
    routed: toServices,
    letsIn: everyone,
    exposed: routedByIngress,
    gateway: { arePods: true },
  },
  'Consul': { ...consul, target: MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED }), routed: routedByConsul('mirrored') },
  'Consul, with one namespace': {
    ...consul, ...oneNamespace, target: MeshTarget.consul({ namespaces: ConsulNamespaces.SINGLE }), routed: routedByConsul('single'),
  },
  'Kuma': { ...kuma, target: MeshTarget.kuma({ trustDomain: TRUST_DOMAIN }), routed: routedByKuma },
  'NetworkPolicy': {
    ...MESH,
    target: MeshTarget.networkPolicy(),
    mesh: false,
    routed: toServices,
    letsIn: allowedByNetworkPolicy('outside'),
    letsOut: letOutByNetworkPolicy,
    stricter: outsideOnly,
  },
};
