/** A port as a Service has it. */
export interface Port {
  readonly port: number;
  readonly name?: string;
  readonly appProtocol?: string;
}

export type Spoken = 'http' | 'grpc' | 'tls' | 'tcp';

/** What each mesh takes a port for, read from its source once more; routes for anything else have no effect. */
export type Speech = (port: Port) => readonly Spoken[];

const REQUESTS: readonly Spoken[] = ['http', 'grpc'];
const STREAM: readonly Spoken[] = ['tcp'];

/** istio/istio `pkg/config/kube/conversion.go`, `pkg/config/protocol/instance.go`. */
export const istio: Speech = ({ port, name, appProtocol }) => {
  if (appProtocol === 'kubernetes.io/h2c' || appProtocol === 'kubernetes.io/ws') return REQUESTS;
  if (appProtocol === 'kubernetes.io/wss') return ['tls'];
  const said = (appProtocol ?? name ?? '').toLowerCase();
  const word = /^grpc-web/.test(said) ? 'grpc-web' : said.replace(/-.*/s, '');
  if (['http', 'http2', 'http_proxy', 'grpc', 'grpc-web'].includes(word)) return REQUESTS;
  if (['https', 'tls'].includes(word)) return ['tls'];
  if (['tcp', 'mongo', 'mysql', 'redis'].includes(word)) return STREAM;
  return [25, 53, 3306, 27017].includes(port) ? STREAM : [...REQUESTS, 'tcp'];
};

/** linkerd/linkerd2 `policy-controller/core/src/outbound.rs`, `policy-controller/grpc/src/outbound.rs` (`to_proto`). */
export const linkerd: Speech = ({ port, appProtocol }) => {
  if (appProtocol === undefined) {
    return [25, 587, 3306, 4444, 5432, 6379, 9300, 11211].includes(port) ? STREAM : ['http', 'grpc', 'tls', 'tcp'];
  }
  const said = appProtocol.toLowerCase();
  if (said === 'http') return ['http'];
  return said === 'kubernetes.io/h2c' ? REQUESTS : STREAM;
};

/** kumahq/kuma `pkg/plugins/runtime/k8s/controllers/meshservice_controller.go`, `pkg/core/metadata/protocol.go`. */
export const kuma: Speech = ({ appProtocol = 'tcp' }) => /^(http2?|grpc)$/i.test(appProtocol) ? REQUESTS : ['tcp', 'tls'];

/** What a backend has to say that routes lead to it: kumahq/kuma `pkg/plugins/policies/core/xds/meshroute/listeners.go`, makeSplits. */
export const kumaBackends: Speech = ({ appProtocol }) => {
  const splits = { http: ['http', 'http2', 'grpc'], tcp: ['tcp', 'http', 'http2', 'grpc'] };
  const isIn = (protocols: readonly string[]) => protocols.includes(appProtocol ?? 'tcp');
  return [...isIn(splits.http) ? REQUESTS : [], ...isIn(splits.tcp) ? ['tcp', 'tls'] as const : []];
};

/** openservicemesh/osm `pkg/compute/kube/client.go`, `pkg/envoy/generator/lds/inmesh.go`. */
export const osm: Speech = ({ name = '', appProtocol }) => {
  const said = (appProtocol ?? /^(tcp-server-first|http|tcp|grpc)-/.exec(name)?.[1] ?? 'http').toLowerCase();
  if (/^(http|grpc)$/.test(said)) return REQUESTS;
  return /^tcp(-server-first)?$/.test(said) ? ['tcp', 'tls'] : [];
};

/** Others do not go by what a Service says of its ports. */
export const deaf: Speech = () => ['http', 'grpc', 'tls', 'tcp'];
