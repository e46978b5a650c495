import { SYSTEM_NAMESPACE } from './apis';
import { kumaBypass } from './bypass';
import type { Reserved } from '../contract/reserved';

/** Paths are those of kumahq/kuma. */
export const kumaReserved: Reserved = {
  mesh: 'Kuma',
  // A policy in it has the role `system` (`pkg/core/resources/labels/compute.go`, ComputePolicyRole), which holds for all pods of the
  // mesh, or all clients (`pkg/plugins/policies/core/matchers/dataplane.go`, dppSelectedByNamespace).
  system: { namespace: SYSTEM_NAMESPACE, of: ['routes', 'release', 'exposure', 'access', 'namespaceDefault', 'authentication', 'egress'] },
  // The health of the sidecar itself (`pkg/plugins/runtime/k8s/webhooks/injector/injector.go`).
  inbound: [[9902, 9902]],
  outbound: [],
  // `api/mesh/v1alpha1/dataplane_helpers.go`, `pkg/core/resources/labels/compute.go`. Kuma keeps those that are there already.
  metadata: [
    {
      in: ['label', 'annotation'],
      key: 'kuma.io/effect', // pkg/core/resources/model/resource.go, IsShadowedResource
      effect: 'does not enforce an object in shadow mode',
      remedy: 'Leave it out: Kuma has no policies that only report whom they deny',
    },
    {
      in: ['label', 'annotation'],
      key: 'kuma.io/mesh',
      ofChart: true,
      effect: 'puts the object into that mesh, and objects without it into `default`',
      remedy: "Write it in the labels of the chart, so that all of a policy has it: `new Chart(app, 'shop', { labels: { 'kuma.io/mesh': 'prod' } })`",
    },
    { in: ['label', 'annotation'], key: 'kuma.io/', effect: 'decides by it what a policy holds for', remedy: 'Leave it out: Kuma sets it' },
    { in: ['label', 'annotation'], key: 'k8s.kuma.io/', effect: 'decides by it which namespace a policy holds for', remedy: 'Leave it out: Kuma sets it' },
  ],
  bypass: kumaBypass,
};
