import type { CalledService } from './called-service';
import { checkCidr } from './cidr';
import { checkHasPods, MeshService } from './mesh-service';
import { checkClusterName, checkHostPattern, checkLabels, checkNamespace, checkNotEmpty, checkObjectName, checkPort, checkSomePods } from './names';
import type { RouteRetries, RouteTimeouts } from './request-handling';
import { RequestMatch } from './request-match';
import { RETRIES, retriesOf, TIMEOUTS, timeoutsOf } from './timeouts-and-retries';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, listOf, mapOf, NUMBER, optional, record, TEXT } from '../input/shape';
import type * as model from '../model/egress';
import { overlap, transportOf } from '../model/egress';
import type { Every, Fields } from '../model/fields';
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

/**
 * Pods in the cluster, by their labels.
 */
export interface EgressPods {
  /**
   * Labels that the pods have; at least one.
   */
  readonly labels: { [label: string]: string };

  /**
   * Namespace of the pods. Excludes `namespaceLabels`.
   *
   * @default - the namespace of the chart in which the policy stands
   */
  readonly namespace?: string;

  /**
   * Labels of the namespaces of the pods, all of which a namespace must have; an empty map is every namespace. Excludes `namespace`.
   *
   * @default - see `namespace`
   */
  readonly namespaceLabels?: { [label: string]: string };

  /**
   * Name of the cluster of the pods, where several make a cluster mesh.
   *
   * @default - this cluster
   */
  readonly cluster?: string;
}

const LABELS = mapOf(TEXT);
const PODS = record<EgressPods>({ labels: LABELS, namespace: optional(TEXT), namespaceLabels: optional(LABELS), cluster: optional(TEXT) });

/** A port of what is called, and its protocol; or a range of ports, or every port. */
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
   * Requests for an echo over ICMP, as `ping` sends them; of addresses, and of what is in the cluster. The answers come back by themselves.
   */
  public static ping(): EgressPort {
    return new EgressPort(BY_FACTORY, 'ping');
  }

  /**
   * Several ports in a row, with any protocol over TCP.
   *
   * @param first The lowest of them.
   * @param last The highest of them.
   */
  public static tcpRange(first: number, last: number): EgressPort {
    return EgressPort.range('EgressPort.tcpRange', first, last, 'TCP');
  }

  /**
   * Several ports in a row, for datagrams.
   *
   * @param first The lowest of them.
   * @param last The highest of them.
   */
  public static udpRange(first: number, last: number): EgressPort {
    return EgressPort.range('EgressPort.udpRange', first, last, 'UDP');
  }

  /**
   * Every port, whatever is spoken there. Of a host, what is let out is then what goes to its addresses.
   */
  public static any(): EgressPort {
    return new EgressPort(BY_FACTORY, 'any');
  }

  private static range(where: string, first: number, last: number, protocol: 'TCP' | 'UDP'): EgressPort {
    checkPort(where, first);
    checkPort(where, last);
    if (last <= first) {
      throw misuse('MESH1103', where, `${first} to ${last} is no range of ports`, 'Give the lowest port first, then the highest');
    }
    return new EgressPort(BY_FACTORY, { port: first, endPort: last, protocol });
  }

  private constructor(key: FactoryKey, private readonly value: Opening) {
    checkFactory(key, EgressPort);
    if (typeof value === 'object') {
      checkPort('EgressPort', value.port);
    }
  }

  /**
   * @internal
   */
  public _toModel(): Opening {
    return this.value;
  }
}

/** One port or a range, every port, or echoes over ICMP. */
type Opening = model.EgressPort | 'any' | 'ping';

/** A Service has yet to tell the ports of its pods. */
type Called = model.EgressDestination | Exclude<model.InsideDestination, model.ServiceDestination> | CalledService;

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
    const called = portsOf(where, ports);
    if (called.ping) {
      throw misuse('MESH1006', where, 'an echo over ICMP does not say which host is meant', 'Name its addresses: EgressDestination.cidr');
    }
    const destination: Every<model.HostDestination> = { kind: 'host', host, ports: called.ports, anyPort: called.anyPort };
    return new EgressDestination(BY_FACTORY, () => destination);
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
   * @param exceptCidrs Smaller blocks in it that may not be called, like `['169.254.169.254/32']`. Another destination may still have them.
   * @param ports At least one, or `EgressPort.any()`.
   */
  public static cidrExcept(cidr: string, exceptCidrs: string[], ...ports: EgressPort[]): EgressDestination {
    const where = 'EgressDestination.cidrExcept';
    checkCidr(where, cidr, exceptCidrs);
    checkNotEmpty(where, 'exceptCidrs', exceptCidrs, 'For all of the block there is EgressDestination.cidr');
    return EgressDestination.block(where, cidr, [...new Set(exceptCidrs)].sort(), ports);
  }

  /**
   * Everything outside the cluster, on every port: nothing else outside stands beside it. It says so where the target, or a policy of the
   * namespace or the mesh, would deny it. For some ports only, there is `EgressDestination.cidr('0.0.0.0/0', …)`.
   */
  public static outside(): EgressDestination {
    const destination: Every<model.OutsideDestination> = { kind: 'outside', ports: [], anyPort: true };
    return new EgressDestination(BY_FACTORY, () => destination);
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
    checkHasPods(where, 'service', service);
    NUMBERS(where, 'ports', ports);
    ports.forEach(port => checkPort(where, port));
    return new EgressDestination(BY_FACTORY, () => ({ kind: 'service', service, ports }));
  }

  /**
   * Pods in the cluster by their labels, for a policy with `closeCluster`. Whether they let the calls in, their own policies say.
   *
   * @param pods Their labels, and their namespaces.
   * @param ports Ports of the pods: at least one, or `EgressPort.any()`.
   */
  public static pods(pods: EgressPods, ...ports: EgressPort[]): EgressDestination {
    const where = 'EgressDestination.pods';
    PODS(where, 'pods', pods);
    const { labels, namespace, namespaceLabels, cluster }: Fields<EgressPods, 'labels' | 'namespace' | 'namespaceLabels' | 'cluster'> = pods;
    checkSomePods(where, { labels, namespace, namespaceLabels }, 'EgressDestination.namespace');
    if (cluster !== undefined) checkClusterName(where, cluster);
    const called = insidePorts(where, ports);
    return new EgressDestination(BY_FACTORY, (own): Every<model.PodsDestination> => ({
      kind: 'pods',
      labels: { ...labels },
      namespace: namespaceLabels === undefined ? namespace ?? own : undefined,
      namespaceLabels: namespaceLabels && { ...namespaceLabels },
      cluster,
      ...called,
    }));
  }

  /**
   * Every pod of a namespace, for a policy with `closeCluster`.
   *
   * @param name Name of the namespace.
   * @param ports Ports of the pods: at least one, or `EgressPort.any()`.
   */
  public static namespace(name: string, ...ports: EgressPort[]): EgressDestination {
    const where = 'EgressDestination.namespace';
    checkNamespace(where, name);
    const destination: Every<model.NamespaceDestination> = { kind: 'namespace', name, ...insidePorts(where, ports) };
    return new EgressDestination(BY_FACTORY, () => destination);
  }

  /**
   * Every pod of the namespaces that have all these labels, for a policy with `closeCluster`.
   *
   * @param labels Labels of the namespace, as on its Namespace object.
   * @param ports Ports of the pods: at least one, or `EgressPort.any()`.
   */
  public static namespaceLabels(labels: { [label: string]: string }, ...ports: EgressPort[]): EgressDestination {
    const where = 'EgressDestination.namespaceLabels';
    LABELS(where, 'labels', labels);
    if (Object.keys(labels).length === 0) {
      throw misuse('MESH1106', where, 'there is no label, so every namespace would be meant', 'Give at least one label, or use EgressDestination.anyPod');
    }
    checkLabels(where, labels);
    const destination: Every<model.NamespaceLabelsDestination> = { kind: 'namespaceLabels', labels: { ...labels }, ...insidePorts(where, ports) };
    return new EgressDestination(BY_FACTORY, () => destination);
  }

  /**
   * Every pod of the cluster, for a policy with `closeCluster`: these ports are open then, and the others are not.
   *
   * @param ports Ports of the pods: at least one, or `EgressPort.any()`.
   */
  public static anyPod(...ports: EgressPort[]): EgressDestination {
    const destination: Every<model.AnyPodDestination> = { kind: 'anyPod', ...insidePorts('EgressDestination.anyPod', ports) };
    return new EgressDestination(BY_FACTORY, () => destination);
  }

  /**
   * The API server, for a policy with `closeCluster`. Only for targets that know it by what it is.
   *
   * @param ports Ports at which it listens itself, such as 6443, and not those of the Service `kubernetes`: at least one, or `EgressPort.any()`.
   */
  public static apiServer(...ports: EgressPort[]): EgressDestination {
    const destination: Every<model.ApiServerDestination> = { kind: 'apiServer', ...insidePorts('EgressDestination.apiServer', ports) };
    return new EgressDestination(BY_FACTORY, () => destination);
  }

  /**
   * The nodes of the cluster, and what runs in their network, for a policy with `closeCluster`. Only for targets that know nodes by what they
   * are.
   *
   * @param ports At least one, or `EgressPort.any()`.
   */
  public static nodes(...ports: EgressPort[]): EgressDestination {
    const destination: Every<model.NodesDestination> = { kind: 'nodes', ...insidePorts('EgressDestination.nodes', ports) };
    return new EgressDestination(BY_FACTORY, () => destination);
  }

  /**
   * The node on which the pod runs, and what runs in its network, for a policy with `closeCluster`. Only for targets that know nodes by what they
   * are.
   *
   * @param ports At least one, or `EgressPort.any()`.
   */
  public static ownNode(...ports: EgressPort[]): EgressDestination {
    const destination: Every<model.OwnNodeDestination> = { kind: 'ownNode', ...insidePorts('EgressDestination.ownNode', ports) };
    return new EgressDestination(BY_FACTORY, () => destination);
  }

  private static block(where: string, cidr: string, except: readonly string[] | undefined, ports: readonly EgressPort[]): EgressDestination {
    checkCidr(where, cidr, except ?? []);
    const destination: Every<model.CidrDestination> = { kind: 'cidr', cidr, except, ...barePorts(where, ports, 'Use EgressDestination.host') };
    return new EgressDestination(BY_FACTORY, () => destination);
  }

  private constructor(key: FactoryKey, private readonly destination: (ownNamespace: string) => Called) {
    checkFactory(key, EgressDestination);
  }

  /** @internal */
  public _toModel(ownNamespace: string): Called {
    return this.destination(ownNamespace);
  }
}

function requestsOf(where: string, requests: readonly RequestMatch[]): readonly MatchModel[] {
  checkNotEmpty(where, 'requests', requests, 'Leave it out for every request');
  const matches = requests.map(request => request._toModel());
  if (matches.some(({ hosts }) => hosts !== undefined)) {
    throw misuse('MESH1503', where, 'only routes and policies of gateways can match on hosts', 'Leave out `hosts`: the host is that of the destination');
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
function bare(where: string, one: model.EgressPort, remedy: string): model.EgressPort {
  const { port, requests, timeouts, retries, tls } = one;
  const said = Object.entries({ requests, timeouts, retries, tls }).filter(([, value]) => value !== undefined).map(([name]) => `\`${name}\``);
  if (said.length > 0) {
    throw misuse('MESH1006', where, `${listed(said)} of port ${port} need the name of a host`, remedy);
  }
  return one;
}

/** Ports of which no more is said than what is spoken there. */
function barePorts(where: string, ports: readonly EgressPort[], remedy: string): Ports {
  const { ports: all, ...others } = portsOf(where, ports);
  return { ports: all.map(port => bare(where, port, remedy)), ...others };
}

function insidePorts(where: string, ports: readonly EgressPort[]): Ports {
  return barePorts(where, ports, 'Say it of the Service: requests with a ServiceAccessPolicy, the rest with a ServiceRoute');
}

type Ports = Every<model.CalledPorts>;

const SERVICE = instanceOf(MeshService, "a MeshService, such as `MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } })`");
const NUMBERS = listOf(NUMBER);
const PORTS = listOf(instanceOf(EgressPort, 'an EgressPort, such as `EgressPort.tls(443)`'));

function portsOf(where: string, ports: readonly EgressPort[]): Ports {
  PORTS(where, 'ports', ports);
  checkNotEmpty(where, 'ports', ports, 'Give the ports, like EgressPort.tls(443)');
  const openings = ports.map(port => port._toModel());
  if (openings.includes('any')) {
    if (ports.length > 1) {
      throw misuse('MESH1103', where, '`EgressPort.any()` has all other ports too', 'Give it alone, or leave it out');
    }
    return { ports: [], anyPort: true, ping: undefined };
  }
  const pings = openings.filter(one => one === 'ping').length;
  if (pings > 1) {
    throw misuse('MESH1103', where, '`EgressPort.ping()` is given twice', 'Give each once');
  }
  const models = openings.filter(one => typeof one === 'object');
  const twice = models.find((port, i) => models.some((other, j) => j < i && overlap(port, other)));
  if (twice !== undefined) {
    const { port, endPort, protocol } = twice;
    throw misuse('MESH1103', where, endPort === undefined ? `${transportOf(protocol)} port ${port} is given twice`
      : `some of the ${transportOf(protocol)} ports ${port} to ${endPort} are given twice`, 'Give each once');
  }
  return { ports: models, anyPort: undefined, ping: pings > 0 ? true : undefined };
}
