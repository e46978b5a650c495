import { portRef } from './object';
import type { Fields } from '../../manifests/fields';

/** A health check of the kubelet. */
export interface Probe {
  readonly kind: 'http' | 'https' | 'grpc' | 'tcp';
  /** Of the pods. */
  readonly port: number;
  /** What is asked for over HTTP, without query. */
  readonly path?: string;
}

/** The health checks of a container that come over the network. */
export function probesOf(container: Fields): Probe[] {
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].map(name => container.field(name)).filter(({ isSaid }) => isSaid);
  if (probes.length === 0) return [];
  const ports = new Map(container.field('ports').items().map(port => [port.field('name').text(), port.field('containerPort').integer()]));
  return probes.flatMap((probe): Probe | Probe[] => {
    const [http, grpc, tcp] = ['httpGet', 'grpc', 'tcpSocket'].map(field => probe.field(field));
    if (http.isSaid) return httpProbe(http, ports) ?? [];
    const [kind, fields] = grpc.isSaid ? ['grpc' as const, grpc] : ['tcp' as const, tcp];
    if (!fields.isSaid) return [];
    const port = numberOf(fields, ports);
    return port === undefined ? [] : [{ kind, port }];
  });
}

type Ports = ReadonlyMap<string | undefined, number | undefined>;

/** A name is that of a port of the same container. */
function numberOf(fields: Fields, ports: Ports): number | undefined {
  const port = portRef(fields.field('port'));
  const number = typeof port === 'string' ? ports.get(port) : port;
  return number ?? fields.doubt('the port of the health check is not known');
}

function httpProbe(http: Fields, ports: Ports): Probe | undefined {
  const said = http.field('path').text() || '/';
  const path = `${said.startsWith('/') ? '' : '/'}${said}`.split(/[?#]/)[0];
  const port = numberOf(http, ports);
  if (REWRITTEN.test(path) && port !== undefined && port >= 15901 && port <= 15903) {
    return http.doubt('the mesh has put this health check in the place of another one: give the workload as it was before');
  }
  if (TCP_REWRITTEN.test(path) && port === 15904) return tcpBefore(http);
  const kind = http.field('scheme').text()?.toUpperCase() === 'HTTPS' ? 'https' : 'http';
  return port === undefined ? undefined : { kind, port, path };
}

/** The health checks that Open Service Mesh, and Flomesh after it, write into the pods that they inject (pkg/injector/health_probes.go). */
const REWRITTEN = /^\/(?:osm|fsm)-(?:liveness|readiness|startup)-probe$/;
const TCP_REWRITTEN = /^\/(?:osm|fsm)-healthcheck$/;

/** A header of the new health check says which port the old one asked. */
function tcpBefore(http: Fields): Probe | undefined {
  const header = http.field('httpHeaders').items().find(one => one.field('name').text()?.toLowerCase() === 'original-tcp-port');
  const port = header?.field('value').integer();
  return port === undefined ? http.doubt('the mesh has put this health check in the place of another one') : { kind: 'tcp', port };
}
