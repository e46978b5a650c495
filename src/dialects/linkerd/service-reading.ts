import type { PortFacts } from '../../model/service-facts';
import { gatewayHearing } from '../contract/gateway-hearing';
import type { ServiceReading } from '../contract/service-reading';
import { forms } from '../contract/service-reading';
import { none } from '../contract/support';

/** The ports that are opaque in a default installation (linkerd/linkerd2 `charts/linkerd-control-plane/values.yaml`). */
const OPAQUE_PORTS = [25, 587, 3306, 4444, 5432, 6379, 9300, 11211];

const OPAQUE_PORTS_WORD = 'config.linkerd.io/opaque-ports';

/** Numbers and ranges; none, where one is wrong (`policy-controller/k8s/index/src/ports.rs`). */
function isAmong(port: number, list: string): boolean {
  const ranges = list.split(',').map(range => range.trim()).filter(range => range !== '').map(range => range.split('-').map(bound => /^\s*\d+\s*$/.test(bound) ? Number(bound) : NaN));
  const areValid = ranges.every(([from, to = from, ...more]) => more.length === 0 && from >= 1 && from <= to && to <= 65535);
  return areValid && ranges.some(([from, to = from]) => port >= from && port <= to);
}

/** The annotation of a Service replaces the setting of the installation. */
function isOpaque(port: number, annotations: PortFacts['annotations']): boolean {
  const said = annotations?.[OPAQUE_PORTS_WORD];
  return said === undefined ? OPAQUE_PORTS.includes(port) : isAmong(port, String(said));
}

const NO_ADDRESS = 'Linkerd routes only calls to the address of a Service, and clients of a headless one call its pods';

/** How clients of the mesh read Services with routes (linkerd/linkerd2 `policy-controller/k8s/status/src/service.rs`, `core/src/outbound.rs`). */
export const linkerdServices: ServiceReading = {
  forms: forms({ headless: { parent: none(NO_ADDRESS) } }),
  words: {
    mesh: 'Linkerd',
    speaks: ({ port, appProtocol, annotations }) => {
      switch (appProtocol?.toLowerCase()) {
        case undefined: return isOpaque(port, annotations) ? ['TCP'] : ['HTTP', 'GRPC', 'TLS', 'TCP'];
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
  securesPorts: true,
  byLabels: true,
};

/** TrafficSplits become ServiceProfiles, which clients ask for by the address of a Service; they split connections too. */
export const linkerdSplitServices: ServiceReading = { forms: linkerdServices.forms, byLabels: false };
