import type { Reader } from './reader';

/** How each API is read, loaded when there is something of it. A line each. */
export const READERS: readonly (() => Reader)[] = [
  () => (require('../dialects/consul/read/access') as typeof import('../dialects/consul/read/access')).CONSUL_ACCESS,
  () => (require('../dialects/kubernetes/read') as typeof import('../dialects/kubernetes/read')).KUBERNETES,
  () => (require('../dialects/kubernetes/read') as typeof import('../dialects/kubernetes/read')).INGRESS,
  () => (require('../dialects/cilium/read') as typeof import('../dialects/cilium/read')).CILIUM,
  () => (require('../dialects/gateway-api/read') as typeof import('../dialects/gateway-api/read')).GATEWAY_API,
  () => (require('../dialects/istio/read/routes') as typeof import('../dialects/istio/read/routes')).ISTIO_ROUTES,
  () => (require('../dialects/istio/read/access') as typeof import('../dialects/istio/read/access')).ISTIO_ACCESS,
  () => (require('../dialects/linkerd/read') as typeof import('../dialects/linkerd/read')).LINKERD,
  () => (require('../dialects/kuma/read') as typeof import('../dialects/kuma/read')).KUMA,
  () => (require('../dialects/smi/read/reader') as typeof import('../dialects/smi/read/reader')).SMI,
];
