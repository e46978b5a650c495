import { MeshImplementation, SmiImplementation } from './implementations';
import type { GatewayApiChannel } from '../dialects/gateway-api/extension/channel';
import type { ConsulNamespaces } from '../dialects/gateway-api/extension/consul-namespaces';
import type { Mesh, MeshOptions } from '../dialects/gateway-api/extension/mesh';
import type { SmiReader } from '../dialects/smi';
import type { DnsServer } from '../model/dns';

/** Dialects are many, and an app has few targets: each is loaded with the first target that writes it. */
const LOAD = {
  cilium: (): typeof import('../dialects/cilium') => require('../dialects/cilium'),
  consul: (): typeof import('../dialects/consul') => require('../dialects/consul'),
  gatewayApi: (): typeof import('../dialects/gateway-api') => require('../dialects/gateway-api'),
  istio: (): typeof import('../dialects/istio') => require('../dialects/istio'),
  kubernetes: (): typeof import('../dialects/kubernetes') => require('../dialects/kubernetes'),
  kuma: (): typeof import('../dialects/kuma') => require('../dialects/kuma'),
  linkerd: (): typeof import('../dialects/linkerd') => require('../dialects/linkerd'),
  linkerdSplits: (): typeof import('./linkerd-splits') => require('./linkerd-splits'),
  smi: (): typeof import('../dialects/smi') => require('../dialects/smi'),
};

export const gatewayApi = (channel: GatewayApiChannel, mesh: Mesh | undefined, options: MeshOptions) =>
  LOAD.gatewayApi().gatewayApi(channel, mesh, options);
export const consulByItself = (namespaces: ConsulNamespaces, deniesByDefault?: boolean) =>
  LOAD.consul().consulByItself(namespaces, deniesByDefault);
export const kumaByItself = (trustDomain: string) => LOAD.kuma().kumaByItself(trustDomain);
export const networkPolicyByItself = (dns?: readonly DnsServer[]) => LOAD.kubernetes().networkPolicyByItself(dns);
export const ingress = (className: string) => LOAD.kubernetes().ingress(className);

/** The meshes behind Gateway API: all that the library knows of one is in its record. */
export const MESHES = {
  get [MeshImplementation.ISTIO]() { return LOAD.istio().istio; },
  get [MeshImplementation.ISTIO_AMBIENT]() { return LOAD.istio().istioAmbient; },
  get [MeshImplementation.LINKERD]() { return LOAD.linkerd().linkerd; },
  get [MeshImplementation.CONSUL]() { return LOAD.consul().consul; },
  get [MeshImplementation.KUMA]() { return LOAD.kuma().kuma; },
  get [MeshImplementation.CILIUM]() { return LOAD.cilium().cilium; },
} as const satisfies Record<MeshImplementation, Mesh>;

/** Those who read SMI. */
export const SMI_READERS = {
  get [SmiImplementation.SPEC]() { return LOAD.smi().smiSpec; },
  get [SmiImplementation.OSM]() { return LOAD.smi().openServiceMesh; },
  get [SmiImplementation.LINKERD]() { return LOAD.linkerdSplits().linkerdSplits; },
} as const satisfies Record<Exclude<SmiImplementation, SmiImplementation.ARGO_ROLLOUTS>, SmiReader>;
