import { istioAmbientBypass, istioBypass } from './bypass';
import type { Reserved, ReservedKey } from '../contract/reserved';

/** Paths are those of istio/istio. */
const METADATA: readonly ReservedKey[] = [
  {
    in: ['annotation'],
    key: 'istio.io/dry-run', // pkg/config/validation/validation.go; pilot/pkg/security/authz/builder/builder.go
    effect: 'only reports what a policy with it would deny',
    remedy: 'Write `mode: AccessMode.AUDIT` for that',
  },
  {
    in: ['label'],
    key: 'istio.io/rev', // pkg/config/model.go, ObjectInRevision
    effect: 'lets only one control plane read the object',
    remedy: 'Leave it out: labels of pods and namespaces choose their control plane',
  },
  {
    in: ['label', 'annotation'],
    key: 'internal.istio.io/', // pkg/config/constants/constants.go
    effect: 'keeps these names for objects that it creates, and reads routes with them differently',
    remedy: 'Leave it out',
  },
  {
    in: ['annotation'],
    key: 'gateway.istio.io/', // pilot/pkg/config/kube/gatewaycommon/deploymentcontroller.go
    effect: 'gives the gateway another ServiceAccount or another name, and policies then let in someone else',
    remedy: 'Write the Gateway by hand, and use ExposureGateway.shared',
  },
];

/**
 * Calls to these ports bypass the sidecar: SSH; HBONE; and the health and metrics of the sidecar itself (istio/istio
 * `tools/istio-iptables/pkg/capture/run.go`, `manifests/charts/istio-control/istio-discovery/files/injection-template.yaml`). The
 * root namespace is refused by what selects pods (`workload.ts`): there, routes hold for their Service only.
 */
export const istioReserved: Reserved = {
  mesh: 'Istio',
  inbound: [[22, 22], [15008, 15008], [15020, 15021], [15090, 15090]],
  outbound: [],
  metadata: METADATA,
  bypass: istioBypass,
};

/** Ztunnel listens inside the pod, on the ports to which it is redirected, and on that of HBONE (`cni/pkg/iptables/iptables.go`). */
export const istioAmbientReserved: Reserved = {
  ...istioReserved,
  inbound: [[15001, 15001], [15006, 15006], [15008, 15008], [15053, 15053]],
  bypass: istioAmbientBypass,
};
