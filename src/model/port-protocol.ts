import type { Protocol } from './protocol';

/** What a Service says of a port that its number does not tell. */
export interface PortWords {
  readonly name?: string;
  readonly appProtocol?: string;
}

/** The first part of a name, and of an `appProtocol`. */
const WORDS: ReadonlyMap<string, Protocol> = new Map([
  ['http', 'HTTP'],
  ['http2', 'HTTP'],
  ['http_proxy', 'HTTP'],
  ['grpc', 'GRPC'],
  ['tls', 'TLS'],
  ['https', 'TLS'],
  ['tcp', 'TCP'],
  ['mongo', 'TCP'],
  ['mysql', 'TCP'],
  ['redis', 'TCP'],
]);

const APP_PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['kubernetes.io/h2c', 'HTTP'],
  ['kubernetes.io/ws', 'HTTP'],
  ['kubernetes.io/wss', 'TLS'],
]);

/**
 * What a port speaks by the words of its Service, as Istio reads them; other meshes do not go by names. An `appProtocol` goes
 * before the name, whatever it says; gRPC-Web is what browsers make of gRPC: HTTP.
 */
export function protocolInWords({ name, appProtocol }: PortWords): Protocol | undefined {
  const words = (appProtocol ?? name ?? '').toLowerCase();
  const known = appProtocol === undefined ? undefined : APP_PROTOCOLS.get(appProtocol);
  return known ?? (words.startsWith('grpc-web') ? 'HTTP' : WORDS.get(words.split('-')[0]));
}
