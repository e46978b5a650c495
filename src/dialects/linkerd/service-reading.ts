import { none } from '../dialect';
import { gatewayHearing } from '../gateway-hearing';
import type { ServiceReading } from '../service-reading';
import { forms } from '../service-reading';

/** Those that an installation takes for opaque by itself (linkerd/linkerd2 `charts/linkerd-control-plane/values.yaml`). */
const OPAQUE_PORTS = [25, 587, 3306, 4444, 5432, 6379, 9300, 11211];

const NO_ADDRESS = 'Linkerd reads routes of what is sent to the address of a Service, and clients have those of its pods';

/** What clients of the mesh make of Services, by routes (linkerd/linkerd2 `policy-controller/k8s/status/src/service.rs`, `core/src/outbound.rs`). */
export const linkerdServices: ServiceReading = {
  forms: forms({ headless: { parent: none(NO_ADDRESS) } }),
  words: {
    mesh: 'Linkerd',
    speaks: ({ port, appProtocol }) => {
      switch (appProtocol?.toLowerCase()) {
        case undefined: return OPAQUE_PORTS.includes(port) ? ['TCP'] : ['HTTP', 'GRPC', 'TLS', 'TCP'];
        case 'http': return ['HTTP'];
        case 'kubernetes.io/h2c': return ['HTTP', 'GRPC'];
        default: return ['TCP'];
      }
    },
    byName: false,
    write: { HTTP: 'http', GRPC: 'kubernetes.io/h2c', TCP: 'linkerd.io/tcp' },
    routes: 'and never reads the route',
  },
  // Those of others.
  gateways: gatewayHearing({}),
  byLabels: true,
};

/** TrafficSplits become ServiceProfiles, which clients ask for by the address of a Service; they split connections too. */
export const linkerdSplitServices: ServiceReading = { forms: linkerdServices.forms, byLabels: false };
