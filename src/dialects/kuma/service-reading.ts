import type { Protocol } from '../../model/protocol';
import { mark } from '../contract/marks';
import type { ServiceReading } from '../contract/service-reading';
import { forms } from '../contract/service-reading';
import { none } from '../contract/support';

const NO_MESH_SERVICE = none('Kuma makes a MeshService of each of its pods, and none of the Service');

const IGNORED = none('Kuma makes no MeshService of it, and its proxies no inbound');

/** `pkg/plugins/runtime/k8s/controllers/pod_controller.go`, `pkg/plugins/runtime/k8s/metadata/annotations.go`. */
const ignored: ServiceReading['marks'] = marks => {
  const said = mark(marks, 'kuma.io/ignore', 'annotations');
  return said === undefined || !['true', 'yes', 'enabled'].includes(said.value) ? [] : [{
    by: said.by, roles: { parent: IGNORED, backend: IGNORED, exposed: IGNORED, destination: IGNORED }, remedy: 'Leave it out',
  }];
};

/** MeshServices (kumahq/kuma `pkg/plugins/runtime/k8s/controllers/meshservice_controller.go`, `pkg/core/metadata/protocol.go`). */
export const kumaServices: ServiceReading = {
  forms: forms({
    headless: { parent: NO_MESH_SERVICE, backend: NO_MESH_SERVICE },
    externalName: { backend: none('Kuma makes no MeshService of it') },
    selectorless: { backend: none('its MeshService takes in every pod of the namespace') },
  }),
  marks: ignored,
  words: {
    mesh: 'Kuma',
    speaks: ({ appProtocol }): readonly Protocol[] => {
      switch (appProtocol?.toLowerCase()) {
        case 'http': case 'http2': case 'grpc': return ['HTTP', 'GRPC'];
        default: return ['TCP', 'TLS'];
      }
    },
    // Letter for letter (`pkg/plugins/policies/core/xds/meshroute/listeners.go`, `MakeTCPSplit`).
    speaksAsBackend: ({ appProtocol = 'tcp' }): readonly Protocol[] => {
      switch (appProtocol) {
        case 'http': case 'http2': case 'grpc': return ['HTTP', 'GRPC', 'TCP', 'TLS'];
        case 'tcp': return ['TCP', 'TLS'];
        default: return [];
      }
    },
    byName: false,
    write: { HTTP: 'http', GRPC: 'grpc', TLS: 'tcp', TCP: 'tcp' },
    routes: 'and never reads the route',
    backends: 'and sends nothing to it',
  },
  byContainerNames: 'Kuma',
  byLabels: true,
};

/** By itself, it finds the ports of routes by the names that Services give them (`pkg/plugins/policies/core/rules/resolve/targetref.go`). */
export const kumaNativeServices: ServiceReading = { ...kumaServices, portsByName: 'Kuma' };
