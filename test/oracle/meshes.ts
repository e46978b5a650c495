import { MeshImplementation } from '../../src';

const { ISTIO, ISTIO_AMBIENT, LINKERD, CONSUL, KUMA, CILIUM } = MeshImplementation;

/** Under which titles the oracles ask each mesh behind Gateway API. A new mesh does not compile before it has its own. */
export const MESHES: Readonly<Record<MeshImplementation, { readonly access: string; readonly routes: string }>> = {
  [ISTIO]: { access: 'Istio', routes: 'Istio' },
  [ISTIO_AMBIENT]: { access: 'Istio, in ambient mode', routes: 'Istio, in ambient mode' },
  [LINKERD]: { access: 'Linkerd', routes: 'Linkerd, standard channel' },
  [CONSUL]: { access: 'Consul, with the namespaces of Kubernetes', routes: 'exposures, Consul' },
  [KUMA]: { access: 'Kuma', routes: 'Kuma, by Gateway API' },
  [CILIUM]: { access: 'Cilium', routes: 'Cilium' },
};
