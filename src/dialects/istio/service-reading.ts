import { waypointOf } from './options';
import { protocolInWords } from '../../model/port-protocol';
import type { Protocol } from '../../model/protocol';
import type { PortFacts } from '../../model/service-facts';
import { BY_BACKEND_TLS, gatewayHearing } from '../contract/gateway-hearing';
import { mark } from '../contract/marks';
import type { ServiceReading, WordReading } from '../contract/service-reading';
import { forms } from '../contract/service-reading';
import { none, partial } from '../contract/support';
import type { MeshOptions } from '../gateway-api/extension/mesh';

/** Ports on which Istio does not detect HTTP, if their protocol is not declared (istio/istio `pkg/config/kube/conversion.go`). */
const NOT_SNIFFED = [25, 53, 3306, 27017];

/** If the protocol is not declared, Istio detects HTTP or TCP. Requests of gRPC are requests of HTTP. */
function speaks(port: PortFacts): readonly Protocol[] {
  const said = protocolInWords(port);
  switch (said) {
    case undefined: return NOT_SNIFFED.includes(port.port) ? ['TCP'] : ['HTTP', 'GRPC', 'TCP'];
    case 'HTTP': case 'GRPC': return ['HTTP', 'GRPC'];
    default: return [said];
  }
}

const WORDS: WordReading = {
  mesh: 'Istio',
  speaks,
  byName: true,
  write: { HTTP: 'http', GRPC: 'grpc', TLS: 'tls', TCP: 'tcp' },
  routes: 'and never reads the route',
  requests: 'and leaves out rules on requests, so nobody is let in',
};

/**
 * The names of HTTP/2. A gateway detects nothing, and speaks HTTP/1.1 to any other port (istio/istio
 * `pilot/pkg/networking/core/cluster_builder.go`, `setUpstreamProtocol`).
 */
const HTTP2 = /^(http2|grpc|grpc-web)(-|$)/i;

const GATEWAYS = gatewayHearing({
  byName: true,
  tls: BY_BACKEND_TLS,
  also: ({ name, appProtocol }, spoken) => spoken !== 'GRPC' || appProtocol === 'kubernetes.io/h2c' || HTTP2.test(appProtocol ?? name ?? '') ? undefined : {
    isCertain: true, why: 'the gateways of Istio speak HTTP/1.1 to it, and gRPC is HTTP/2', remedy: 'Write `appProtocol: grpc` on the port of the Service',
  },
});

const ALIAS = partial('requests go to that host only if Istio knows it, as a Service or by a ServiceEntry');

const EXPORTS = 'networking.istio.io/exportTo';

/** Who sees a Service (istio/istio `pilot/pkg/model/push_context.go`, `initServiceRegistry`). */
const visible: ServiceReading['marks'] = marks => {
  const said = mark(marks, EXPORTS, 'annotations');
  const namespaces = said?.value.split(',').map(name => name.trim()) ?? ['*'];
  if (said === undefined || said.value === '' || namespaces.includes('*')) return [];
  const support = namespaces.includes('~') ? none('no proxy sees it') : partial('only proxies of these namespaces see it');
  return [{ by: said.by, roles: { parent: support, backend: support, exposed: support }, remedy: `Leave the annotation '${EXPORTS}' out` }];
};

const WAYPOINT = 'istio.io/use-waypoint';
const WAYPOINT_NAMESPACE = 'istio.io/use-waypoint-namespace';

/** Which waypoint gets the requests (istio/istio `pilot/pkg/serviceregistry/ambient/waypoints.go`); the pods let in that of the target. */
function behindWaypoint(wanted: string): ServiceReading['marks'] {
  return marks => {
    const own = mark(marks, WAYPOINT, 'labels');
    const said = own ?? mark(marks, WAYPOINT, 'namespaceLabels');
    if (said === undefined) return [];
    if (said.value === 'none') {
      return [{
        by: said.by,
        roles: {
          parent: none('no waypoint gets its requests, and only waypoints read routes'),
          requests: none('no waypoint gets its requests, and only waypoints tell them apart'),
        },
        remedy: `Write \`${WAYPOINT}: ${wanted}\``,
      }];
    }
    const elsewhere = mark(marks, WAYPOINT_NAMESPACE, own === undefined ? 'namespaceLabels' : 'labels');
    if (said.value !== wanted) {
      const why = `its pods let in the waypoint '${wanted}', and not that one`;
      return [{ by: said.by, roles: { destination: none(why) }, remedy: `Say \`waypoint: '${said.value}'\` for the target` }];
    }
    return elsewhere === undefined || elsewhere.value === marks.namespace ? [] : [{
      by: elsewhere.by,
      roles: { destination: none(`its pods let in the waypoint of namespace '${marks.namespace}', and not that one`) },
      remedy: `Leave the label '${WAYPOINT_NAMESPACE}' out`,
    }];
  };
}

/** Sidecars. */
export const istioServices: ServiceReading = {
  forms: forms({
    headless: { backend: none('a sidecar sends such requests on to the address that the client called, past the backend') },
    externalName: { backend: ALIAS },
  }),
  marks: visible,
  words: WORDS,
  gateways: GATEWAYS,
  byLabels: true,
};

/** ztunnel and waypoints. */
export function istioAmbientServices(options: MeshOptions): ServiceReading {
  return {
    forms: forms({
      headless: {
        parent: none('a waypoint sees only calls to the address of a Service, and clients of a headless one call its pods'),
        backend: partial('waypoints know the pods of such a backend only by what their clients call'),
      },
      externalName: { backend: none('ambient mode does not know Services of that type') },
    }),
    marks: behindWaypoint(waypointOf(options)),
    words: WORDS,
    gateways: GATEWAYS,
    byLabels: true,
  };
}
