import { ciliumGateways } from './gateways';
import { ciliumPolicies } from './policies';
import { ciliumRoutes } from './routes';
import { ciliumServices } from './service-reading';
import { ciliumTelemetry } from './telemetry';
import { KUBE_DNS } from '../../model/dns';
import { onNode } from '../contract/bypass';
import { unable } from '../contract/dialect';
import { nothingReserved } from '../contract/reserved';
import type { Mesh } from '../gateway-api/extension/mesh';

export const cilium: Mesh<'Cilium', false> = {
  title: 'Cilium',
  options: ['dns', 'ipProtocols', 'nodeSelectorLabels'],
  experimental: false,
  routes: () => ciliumRoutes,
  gateways: ciliumGateways,
  externalBackend: unable('externalBackend', 'Cilium does not read XBackend'),
  policies: ({ dns = [KUBE_DNS], ipProtocols = false, nodeSelectorLabels = false }) => ciliumPolicies({ dns, ipProtocols, nodeSelectorLabels }),
  services: () => ciliumServices,
  // It has no proxy in the pod, and its annotations are those of pods, Services and nodes (cilium/cilium `pkg/annotation/k8s.go`). Pods on the
  // network of their node have no endpoint, which policies are for.
  reserved: nothingReserved('Cilium', pod => onNode(pod)),
  telemetry: ciliumTelemetry,
  // A NetworkPolicy adds to what its own policies allow.
  traffic: undefined,
};
