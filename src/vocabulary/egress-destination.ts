import type { CalledService } from './called-service';
import { checkCidr } from './cidr';
import { MeshService } from './mesh-service';
import { checkHostPattern, checkNotEmpty, checkObjectName, checkPort } from './names';
import type { RouteRetries, RouteTimeouts } from './request-handling';
import { RequestMatch } from './request-match';
import { RETRIES, retriesOf, TIMEOUTS, timeoutsOf } from './timeouts-and-retries';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, listOf, NUMBER, optional, record, TEXT } from '../input/shape';
import type * as model from '../model/egress';
import type { Every, Fields } from '../model/fields';
import { flatMap } from '../model/lists';
import type { RequestMatch as MatchModel } from '../model/match';

/**
 * TLS that the proxy of the mesh begins for a workload that speaks plain text. The name of the host is the SNI, and the certificate of
 * the server has to be for it.
 */
export interface EgressTls {
  /**
   * The port of the host that speaks TLS, such as 443.
   */
  readonly port: number;

  /**
   * A ConfigMap with the CA certificates that are trusted, under `ca.crt`, in the namespace of the policy. Excludes `clientSecret`.
   *
   * @default - the CAs of the system
   */
  readonly caConfigMap?: string;

  /**
   * A Secret, in the namespace of the policy, with the certificate that the proxy shows, `tls.crt`, its key, `tls.key`, and the CA
   * certificates that are trusted, `ca.crt`. Excludes `caConfigMap`.
   *
   * @default - the proxy shows no certificate
   */
  readonly clientSecret?: string;
}

/**
 * What happens to requests over HTTP to a host outside.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/egress-policy.md#what-each-target-renders
 */
export interface EgressHttpOptions {
  /**
   * The requests that are let out, any of which may match; the others to this port of the host are denied, unless another destination has
   * them.
   *
   * @default - every request
   */
  readonly requests?: RequestMatch[];

  /**
   * How long a request may take.
   *
   * @default - the default of the implementation
   */
  readonly timeouts?: RouteTimeouts;

  /**
   * Which requests are tried again.
   *
   * @default - the default of the implementation
   */
  readonly retries?: RouteRetries;

  /**
   * TLS that the proxy begins.
   *
   * @default - plain text to the host too
   */
  readonly tls?: EgressTls;
}

const OPTIONS = record<EgressHttpOptions>({
  requests: optional(listOf(instanceOf(RequestMatch, "a match, such as `HttpMatch.of({ methods: ['GET'], pathPrefix: '/cart' })`"))),
  timeouts: optional(TIMEOUTS),
  retries: optional(RETRIES),
  tls: optional(record<EgressTls>({ port: NUMBER, caConfigMap: optional(TEXT), clientSecret: optional(TEXT) })),
});

/** A port outside the cluster, and its protocol; or every port. */
export class EgressPort {
  /**
   * HTTP in plain text.
   *
   * @param port Its number, as the workload calls it.
   * @param options What happens to the requests on their way to a host.
   */
  public static http(port = 80, options: EgressHttpOptions = {}): EgressPort {
    const where = 'EgressPort.http';
    OPTIONS(where, 'options', options);
    const { requests, timeouts, retries, tls }: Fields<EgressHttpOptions, 'requests' | 'timeouts' | 'retries' | 'tls'> = options;
    return new EgressPort(BY_FACTORY, {
      port,
      protocol: 'HTTP',
      ...(requests && { requests: requestsOf(where, requests) }),
      ...(timeouts && { timeouts: timeoutsOf(`${where}: timeouts`, timeouts) }),
      ...(retries && { retries: retriesOf(`${where}: retries`, retries) }),
      ...(tls && { tls: tlsOf(`${where}: tls`, tls) }),
    });
  }

  /**
   * TLS that the workload itself begins, as for HTTPS. The client names the host in the SNI.
   */
  public static tls(port = 443): EgressPort {
    return new EgressPort(BY_FACTORY, { port, protocol: 'TLS' });
  }

  /** Any other protocol over TCP in which the client speaks first. */
  public static tcp(port: number): EgressPort {
    return new EgressPort(BY_FACTORY, { port, protocol: 'TCP' });
  }

  /**
   * A protocol over TCP in which the server speaks first, such as MySQL, SMTP, FTP or SSH. A proxy must not wait for bytes of the
   * client there.
   */
  public static serverFirst(port: number): EgressPort {
    return new EgressPort(BY_FACTORY, { port, protocol: 'ServerFirst' });
  }

  /**
   * Datagrams.
   */
  public static udp(port: number): EgressPort {
    return new EgressPort(BY_FACTORY, { port, protocol: 'UDP' });
  }

  /**
   * Every port, whatever is spoken there. Of a host, what is let out is then what goes to its addresses.
   */
  public static any(): EgressPort {
    return new EgressPort(BY_FACTORY, undefined);
  }

  private constructor(key: FactoryKey, private readonly value: model.EgressPort | undefined) {
    checkFactory(key, EgressPort);
    if (value !== undefined) {
      checkPort('EgressPort', value.port);
    }
  }

  /**
   * Nothing for every port.
   *
   * @internal
   */
  public _toModel(): model.EgressPort | undefined {
    return this.value;
  }
}

/**
 * Something that may be called: outside the cluster; or, if the policy closes it, in the cluster too.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/egress-policy.md#what-each-target-renders
 */
export class EgressDestination {
  /**
   * A host by its DNS name, on these ports.
   *
   * @param host Its name, like `api.example.com`; or `*.example.com` for every name below.
   * @param ports At least one, or `EgressPort.any()`.
   */
  public static host(host: string, ...ports: EgressPort[]): EgressDestination {
    const where = 'EgressDestination.host';
    checkHostPattern(where, host);
    if (!/\w\.\w/.test(host)) {
      throw misuse('MESH1009', where, `'${host}' is not the name of a host`, "Write the whole name, like 'api.example.com' or '*.example.com'");
    }
    const destination: Every<model.HostDestination> = { kind: 'host', host, ...portsOf(where, ports) };
    return new EgressDestination(BY_FACTORY, destination);
  }

  /**
   * Addresses, on these ports.
   *
   * @param cidr The addresses, like `203.0.113.0/24`.
   * @param ports At least one, or `EgressPort.any()`.
   */
  public static cidr(cidr: string, ...ports: EgressPort[]): EgressDestination {
    const where = 'EgressDestination.cidr';
    return EgressDestination.block(where, cidr, undefined, ports);
  }

  /**
   * Addresses, without some of them, on these ports.
   *
   * @param cidr The addresses, like `0.0.0.0/0`.
   * @param except Smaller blocks in it that may not be called, like `['169.254.169.254/32']`. Another destination may still have them.
   * @param ports At least one, or `EgressPort.any()`.
   */
  public static cidrExcept(cidr: string, except: string[], ...ports: EgressPort[]): EgressDestination {
    const where = 'EgressDestination.cidrExcept';
    checkCidr(where, cidr, except);
    checkNotEmpty(where, 'except', except, 'For all of the block there is EgressDestination.cidr');
    return EgressDestination.block(where, cidr, [...new Set(except)].sort(), ports);
  }

  /**
   * The pods of a Service in the cluster, for a policy with `closeCluster`. Whether they let the calls in, their own policies say.
   *
   * @param service The Service; it needs its `podSelector`.
   * @param ports Ports of the Service; all that it has, if there are none.
   */
  public static service(service: MeshService, ...ports: number[]): EgressDestination {
    const where = 'EgressDestination.service';
    SERVICE(where, 'service', service);
    NUMBERS(where, 'ports', ports);
    ports.forEach(port => checkPort(where, port));
    return new EgressDestination(BY_FACTORY, { kind: 'service', service, ports });
  }

  private static block(where: string, cidr: string, except: readonly string[] | undefined, ports: readonly EgressPort[]): EgressDestination {
    checkCidr(where, cidr, except ?? []);
    const { ports: all, anyPort } = portsOf(where, ports);
    const destination: Every<model.CidrDestination> = { kind: 'cidr', cidr, except, ports: all.map(port => bare(where, port)), anyPort };
    return new EgressDestination(BY_FACTORY, destination);
  }

  private constructor(key: FactoryKey, private readonly destination: model.EgressDestination | CalledService) {
    checkFactory(key, EgressDestination);
  }

  /** @internal */
  public _toModel(): model.EgressDestination | CalledService {
    return this.destination;
  }
}

function requestsOf(where: string, requests: readonly RequestMatch[]): readonly MatchModel[] {
  checkNotEmpty(where, 'requests', requests, 'Leave it out for every request');
  const matches = requests.map(request => request._toModel());
  if (matches.some(({ hosts }) => hosts !== undefined)) {
    throw misuse('MESH1503', where, 'only routes can match on hosts', 'Leave out `hosts`: the host is that of the destination');
  }
  return matches;
}

function tlsOf(where: string, { port, caConfigMap, clientSecret }: Fields<EgressTls, 'port' | 'caConfigMap' | 'clientSecret'>): model.OriginatedTls {
  checkPort(where, port);
  if (caConfigMap !== undefined && clientSecret !== undefined) {
    throw misuse('MESH1005', where, '`caConfigMap` and `clientSecret` exclude each other', 'Put the CA certificates into the Secret, as `ca.crt`');
  }
  if (caConfigMap !== undefined) checkObjectName(where, 'name of a ConfigMap', caConfigMap);
  if (clientSecret !== undefined) checkObjectName(where, 'name of a Secret', clientSecret);
  return { port, ...(caConfigMap !== undefined && { caConfigMap }), ...(clientSecret !== undefined && { clientSecret }) };
}

/** A port of which no more is said than what is spoken there. */
function bare(where: string, one: model.EgressPort): model.EgressPort {
  const { port, requests, timeouts, retries, tls } = one;
  const said = Object.entries({ requests, timeouts, retries, tls }).filter(([, value]) => value !== undefined).map(([name]) => `\`${name}\``);
  if (said.length > 0) {
    throw misuse('MESH1006', where, `${listed(said)} of port ${port} need the name of a host`, 'Use EgressDestination.host');
  }
  return one;
}

const SERVICE = instanceOf(MeshService, "a MeshService, such as `MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } })`");
const NUMBERS = listOf(NUMBER);
const PORTS = listOf(instanceOf(EgressPort, 'an EgressPort, such as `EgressPort.tls(443)`'));

function portsOf(where: string, ports: readonly EgressPort[]): Every<Pick<model.CidrDestination, 'ports' | 'anyPort'>> {
  PORTS(where, 'ports', ports);
  checkNotEmpty(where, 'ports', ports, 'Give the ports, like EgressPort.tls(443)');
  const models = flatMap(ports, port => port._toModel() ?? []);
  if (models.length < ports.length) {
    if (ports.length > 1) {
      throw misuse('MESH1103', where, '`EgressPort.any()` has all other ports too', 'Give it alone, or leave it out');
    }
    return { ports: [], anyPort: true };
  }
  const key = ({ port, protocol }: model.EgressPort) => `${protocol === 'UDP' ? 'UDP' : 'TCP'} port ${port}`;
  const twice = models.map(key).find((k, i, all) => all.indexOf(k) !== i);
  if (twice !== undefined) {
    throw misuse('MESH1103', where, `${twice} is given twice`, 'Give it once');
  }
  return { ports: models, anyPort: undefined };
}
