import { ExposureTls } from './exposure-tls';
import type { GatewayNamespaces } from './gateway-namespaces';
import { NAMESPACES } from './gateway-namespaces';
import { checkHostPattern, checkKey, checkNotEmpty, checkObjectName, checkPort } from './names';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, listOf, mapOf, memberOf, NUMBER, optional, record, TEXT } from '../input/shape';
import type { Every, Fields } from '../model/fields';
import type * as model from '../model/gateway';
import { KINDS_OF } from '../model/gateway';

/**
 * The kind of route that an exposure becomes, by the protocol of its port.
 *
 * @see https://gateway-api.sigs.k8s.io/concepts/api-overview/#route-resources
 */
export enum RouteKind {
  /** Of ports that speak HTTP. */
  HTTP = 'HTTPRoute',

  /** Of ports that speak gRPC. */
  GRPC = 'GRPCRoute',

  /** Of ports that speak TLS, which is passed through; and of TCP behind TLS that ends at the gateway, by hostnames. */
  TLS = 'TLSRoute',

  /** Of ports that speak TCP. */
  TCP = 'TCPRoute',

  /** Of ports that speak UDP. */
  UDP = 'UDPRoute',
}

/**
 * Options of `GatewayListener.http`.
 */
export interface HttpListenerOptions {
  /**
   * The port.
   *
   * @default 80
   */
  readonly port?: number;

  /**
   * The host: `shop.example.com`, or `*.example.com` for all in a domain.
   *
   * @default - every host
   */
  readonly hostname?: string;

  /**
   * The namespaces whose routes may attach.
   *
   * @default GatewayNamespaces.same()
   */
  readonly namespaces?: GatewayNamespaces;

  /**
   * The kinds of routes that may attach.
   *
   * @default - all that the protocol carries
   */
  readonly kinds?: RouteKind[];
}

/**
 * Options of `GatewayListener.https` and `GatewayListener.tls`.
 */
export interface TlsListenerOptions {
  /**
   * The port.
   *
   * @default 443
   */
  readonly port?: number;

  /**
   * The host, by the server name that clients ask for: `shop.example.com`, or `*.example.com` for all in a domain.
   *
   * @default - every host
   */
  readonly hostname?: string;

  /**
   * TLS with clients.
   */
  readonly tls: ExposureTls;

  /**
   * What else the controller of the class takes, such as `gateway.istio.io/tls-cipher-suites`.
   *
   * @default - none
   */
  readonly tlsOptions?: { [name: string]: string };

  /**
   * The namespaces whose routes may attach.
   *
   * @default GatewayNamespaces.same()
   */
  readonly namespaces?: GatewayNamespaces;

  /**
   * The kinds of routes that may attach.
   *
   * @default - all that the protocol carries
   */
  readonly kinds?: RouteKind[];
}

/**
 * Options of `GatewayListener.tcp` and `GatewayListener.udp`.
 */
export interface PortListenerOptions {
  /**
   * The namespaces whose routes may attach.
   *
   * @default GatewayNamespaces.same()
   */
  readonly namespaces?: GatewayNamespaces;
}

const TLS = instanceOf(ExposureTls, "an ExposureTls, such as `ExposureTls.secret('shop-tls')`");
const COMMON = { port: optional(NUMBER), hostname: optional(TEXT), namespaces: optional(NAMESPACES), kinds: optional(listOf(memberOf(RouteKind, 'RouteKind'))) };
const HTTP_OPTIONS = record<HttpListenerOptions>(COMMON);
const TLS_OPTIONS = record<TlsListenerOptions>({ ...COMMON, tls: TLS, tlsOptions: optional(mapOf(TEXT)) });
const PORT_OPTIONS = record<PortListenerOptions>({ namespaces: optional(NAMESPACES) });

/**
 * Where a gateway listens: for a protocol, on a port, and for a host if it has one.
 *
 * @see https://gateway-api.sigs.k8s.io/api-types/gateway/
 */
export class GatewayListener {
  /**
   * HTTP in plain text.
   *
   * @param name Its name among those of the gateway, such as 'http'.
   */
  public static http(name: string, options: HttpListenerOptions = {}): GatewayListener {
    HTTP_OPTIONS('GatewayListener.http', 'options', options);
    return new GatewayListener(BY_FACTORY, listenerOf('GatewayListener.http', name, 'HTTP', { port: 80, ...options }));
  }

  /**
   * HTTP within TLS, which ends at the gateway.
   *
   * @param name Its name among those of the gateway, such as 'https'.
   * @param options Its certificate.
   */
  public static https(name: string, options: TlsListenerOptions): GatewayListener {
    const where = 'GatewayListener.https';
    TLS_OPTIONS(where, 'options', options);
    if (options.tls._toModel().mode === 'passthrough') {
      throw misuse('MESH1605', where, 'TLS is passed through, and the gateway sees no HTTP within it', 'Use GatewayListener.tls, or ExposureTls.secret');
    }
    return new GatewayListener(BY_FACTORY, listenerOf(where, name, 'HTTPS', { port: 443, ...options }));
  }

  /**
   * Anything within TLS: it is passed through to pods by its server name, or ends at the gateway before TCP.
   *
   * @param name Its name among those of the gateway, such as 'tls'.
   * @param options Whether it is passed through.
   */
  public static tls(name: string, options: TlsListenerOptions): GatewayListener {
    TLS_OPTIONS('GatewayListener.tls', 'options', options);
    return new GatewayListener(BY_FACTORY, listenerOf('GatewayListener.tls', name, 'TLS', { port: 443, ...options }));
  }

  /**
   * Connections over TCP.
   *
   * @param name Its name among those of the gateway, such as 'postgres'.
   * @param port The port.
   */
  public static tcp(name: string, port: number, options: PortListenerOptions = {}): GatewayListener {
    PORT_OPTIONS('GatewayListener.tcp', 'options', options);
    return new GatewayListener(BY_FACTORY, listenerOf('GatewayListener.tcp', name, 'TCP', { port, ...options }));
  }

  /**
   * Datagrams over UDP.
   *
   * @param name Its name among those of the gateway, such as 'dns'.
   * @param port The port.
   */
  public static udp(name: string, port: number, options: PortListenerOptions = {}): GatewayListener {
    PORT_OPTIONS('GatewayListener.udp', 'options', options);
    return new GatewayListener(BY_FACTORY, listenerOf('GatewayListener.udp', name, 'UDP', { port, ...options }));
  }

  private constructor(key: FactoryKey, private readonly listener: model.Listener) {
    checkFactory(key, GatewayListener);
  }

  /** @internal */
  public _toModel(): model.Listener {
    return this.listener;
  }
}

export const LISTENER = instanceOf(GatewayListener, "a GatewayListener, such as `GatewayListener.http('http')`");

type Options = Partial<TlsListenerOptions> & { readonly port: number };
type Said = Fields<Options, 'port' | 'hostname' | 'tls' | 'tlsOptions' | 'namespaces' | 'kinds'>;

function listenerOf(where: string, name: string, protocol: model.ListenerProtocol, options: Options): Every<model.Listener> {
  const { port, hostname, tls, tlsOptions = {}, namespaces, kinds }: Said = options;
  checkObjectName(where, 'name of a listener', name);
  checkPort(where, port);
  checkNotEmpty(where, 'kinds', kinds, 'Leave it out for all kinds');
  const other = kinds?.find(kind => !KINDS_OF[protocol].includes(kind));
  if (other !== undefined) {
    throw misuse('MESH1608', where, `${protocol} carries no ${other}`, `Use ${listed(KINDS_OF[protocol], 'or')}`);
  }
  Object.keys(tlsOptions).forEach(key => checkKey('MESH1008', where, 'option', key));
  return {
    name,
    protocol,
    port,
    hostname: hostname === undefined ? undefined : checkHostPattern(where, hostname),
    tls: tls && { how: tls._toModel(), options: { ...tlsOptions } },
    namespaces: namespaces?._toModel() ?? { kind: 'same' },
    kinds: [...new Set<model.RouteKind>(kinds)],
  };
}
