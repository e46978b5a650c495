import type { Construct } from 'constructs';
import type { MeshIntentProps } from './mesh-intent';
import { MeshIntent } from './mesh-intent';
import { checkNoClients } from './route-clients';
import { portRoutes, ServiceRouting } from './route-intent';
import type { RuleOrder, ServiceRouteRule } from './route-rule';
import { checkRules, definitionsOf } from './service-route';
import { checkedPath, GATEWAY, HANDLING_PROPS, intentProps, ORDER, RULES, WHOLE_SERVICE } from './shapes';
import { coded } from '../errors/coded';
import { unsupported } from '../errors/diagnostics';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import { BOOLEAN, instanceOf, listOf, NUMBER, optional, record, TEXT } from '../input/shape';
import * as model from '../model/exposure';
import type { Every, Fields } from '../model/fields';
import { fieldsOf } from '../model/fields';
import { flatMap, grouped } from '../model/lists';
import type { PortRoute, RouteModel } from '../model/route';
import { holdAgainstApp } from '../targets/checks';
import type { Compilation } from '../targets/compile';
import { compile, compileExposed } from '../targets/compile';
import { ExposureGateway } from '../vocabulary/exposure-gateway';
import { ExposureTls } from '../vocabulary/exposure-tls';
import { Identity } from '../vocabulary/identity';
import { MeshService } from '../vocabulary/mesh-service';
import { checkHostname, checkHostPattern, checkNotEmpty, checkOneOf, checkObjectName, checkServicePortName } from '../vocabulary/names';
import type { RequestHandling } from '../vocabulary/request-handling';
import { SubjectAltName } from '../vocabulary/subject-alt-name';

/**
 * TLS that a gateway speaks with the pods.
 *
 * @see https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/
 */
export interface ExposureBackendTls {
  /**
   * The name in the certificate of the pods. The gateway sends it as the server name.
   */
  readonly hostname: string;

  /**
   * Name of a ConfigMap with the certificates to trust, under the key `ca.crt`. It is in the namespace of each Service.
   *
   * @default - the certificates that the system of the gateway trusts
   */
  readonly caConfigMap?: string;

  /**
   * The names of which the certificate of the pods has to have one, at most 5. The `hostname` is then only what the gateway asks for.
   *
   * @default - the `hostname`
   */
  readonly subjectAltNames?: SubjectAltName[];

  /**
   * Name of the port of each Service for which this holds. What holds for one port goes before what holds for all.
   *
   * @default - all ports
   */
  readonly portName?: string;
}

/**
 * Properties of `Exposure`. Handling, such as `timeouts`, holds for every rule that does not set the same property; it excludes
 * `route`, whose rules have handling of their own.
 */
export interface ExposureProps extends MeshIntentProps, RequestHandling {
  /**
   * The Service that takes the requests. Excludes `route`. Rules that redirect all requests need none.
   *
   * @default - see `route`
   */
  readonly service?: MeshService;

  /**
   * A release or a route, whose rules hold for requests from outside as well. Most gateways do not follow the routes that a mesh
   * has for a Service, so without `route` a canary gets no requests from outside, or more than its share. Excludes `service`
   * and `rules`.
   *
   * @default - see `service`
   */
  readonly route?: ServiceRouting;

  /**
   * The port of the Service, by number. It speaks HTTP or gRPC; TLS that is passed through; TCP, with TLS that ends at the gateway or without; or UDP.
   *
   * @default - the only port of the Service, or the only one that is routed
   */
  readonly port?: number;

  /**
   * Where requests go, as in a `ServiceRoute`: the first rule that matches decides, unless `order` says otherwise.
   *
   * @default - everything goes to the Service
   */
  readonly rules?: ServiceRouteRule[];

  /**
   * Which of several rules decides, if a request matches more than one, as in a `ServiceRoute`.
   *
   * @default RuleOrder.FIRST_MATCH
   */
  readonly order?: RuleOrder;

  /**
   * The hosts that clients ask for: `cart.example.com`, or `*.example.com` for all in a domain. TCP has them where TLS ends at the
   * gateway, and UDP has none. Other exposures may take other
   * requests to the same hosts: if two exposures may match one request, one of them has to be narrower, as `/cart` is within `/`.
   *
   * @default - every host
   */
  readonly hostnames?: string[];

  /**
   * The gateway. Gateway API needs it; an Ingress has the class of its target instead. Excludes `gateways`.
   *
   * @default - none, for targets that need none
   */
  readonly gateway?: ExposureGateway;

  /**
   * Several gateways, or several listeners of one, which all take the same requests. One `ExposureGateway.own` at most may be among them, and one
   * `ExposureGateway.listenerSet`: their objects have the name of the exposure. Excludes `gateway`.
   *
   * @default - see `gateway`
   */
  readonly gateways?: ExposureGateway[];

  /**
   * TLS with clients.
   *
   * @default - plain text, or that of the listeners of a shared gateway
   */
  readonly tls?: ExposureTls;

  /**
   * Whether plain HTTP on port 80 is answered with the same URL in HTTPS (301). An Ingress has no field for it and refuses it.
   *
   * @default false - with TLS, the gateway does not listen for plain HTTP
   */
  readonly redirectHttp?: boolean;

  /**
   * TLS with the pods. Declare the port with the protocol inside TLS, HTTP or gRPC. Every Service that the rules name has to
   * accept TLS. An Ingress refuses it.
   *
   * @default - plain text, or the mutual TLS of the mesh that the gateway is part of
   */
  readonly backendTls?: ExposureBackendTls;
}

const SUBJECT = instanceOf(SubjectAltName, "a SubjectAltName, such as `SubjectAltName.hostname('cart.example.com')`");

const PROPS = intentProps<ExposureProps>({
  ...HANDLING_PROPS,
  service: optional(WHOLE_SERVICE),
  route: optional(instanceOf(ServiceRouting, 'a release or a route, such as a CanaryRelease')),
  port: optional(NUMBER),
  rules: optional(RULES),
  order: ORDER,
  hostnames: optional(listOf(TEXT)),
  gateway: optional(GATEWAY),
  gateways: optional(listOf(GATEWAY)),
  tls: optional(instanceOf(ExposureTls, "an ExposureTls, such as `ExposureTls.secret('cart-tls')`")),
  redirectHttp: optional(BOOLEAN),
  backendTls: optional(record<ExposureBackendTls>({
    hostname: TEXT, caConfigMap: optional(TEXT), subjectAltNames: optional(listOf(SUBJECT)), portName: optional(TEXT),
  })),
});

/** What is exposed is worked out by itself: the rest of the props. */
type Own = Fields<ExposureProps, 'hostnames' | 'gateway' | 'gateways' | 'tls' | 'redirectHttp' | 'backendTls', keyof MeshIntentProps | keyof Exposed>;
type Exposed = RequestHandling & Pick<ExposureProps, 'service' | 'route' | 'port' | 'rules' | 'order'>;

/**
 * A Service that takes requests from outside the cluster (north-south).
 *
 * What a target cannot express of an exposure is always an error: the rest of it would be open to the world. The target of a mesh
 * refuses what the gateways of that mesh do not read.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/exposure.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/concepts/api-overview/
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
 * @example
 * import { CertificateIssuer, Exposure, ExposureGateway, ExposureTls, MeshProtocol, MeshService } from 'cdk8s-mesh';
 *
 * const cart = MeshService.of('cart', { port: 8080 });
 *
 * new Exposure(chart, 'cart-outside', {
 *   service: cart,
 *   hostnames: ['cart.example.com'],
 *   gateway: ExposureGateway.own({ className: 'istio' }),
 *   tls: ExposureTls.certManager('cart-tls', CertificateIssuer.ofCluster('letsencrypt')),
 * });
 */
export class Exposure extends MeshIntent {
  private readonly callers: readonly model.NamedGateway[];

  constructor(scope: Construct, id: string, props: ExposureProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { service, ports } = routedBy(path, props);
    checkNoClients(path, ports);
    const { hostnames, gateway, gateways, tls, redirectHttp = false, backendTls }: Own = props;
    const exposure: Every<model.ExposureModel> = {
      route: {
        name: this._name,
        namespace: this._namespace ?? service.namespace,
        service,
        ports: [exposedPort(path, props.port, ports)],
        traffic: {},
      },
      hostnames: hostnamesOf(path, hostnames),
      gateways: gatewaysOf(path, { gateway, gateways }),
      tls: tls?._toModel(),
      redirectHttp,
      backendTls: backendTls && backendTlsOf(path, backendTls),
    };
    checkDistinct(path, exposure);
    checkTls(path, exposure);
    this.callers = model.namedGateways(exposure);
    const compiled = this._render(target => {
      const { route } = props;
      if (route?._release === undefined) return compile('exposure', target, exposure);
      const [there, here] = [route._movedBy(target.id), target._dialects.movedBy];
      if (there !== here) return unmoved(target.id, route, there, here);
      if (here === undefined) return compile('exposure', target, exposure);
      const { additions, moves, ...compilation } = compileExposed(target, exposure, route._release);
      route._add(target.id, additions, moves);
      return compilation;
    });
    if (model.exposedServices(exposure).length > 0) compiled.forEach(([target]) => this._lead(target.id, exposure.route));
    holdAgainstApp({ intent: this, chart: this._chart, statements: compiled.filter(([, { errors }]) => errors.length === 0).map(([target]) => ({ kind: 'exposure', target, model: exposure })) });
  }

  /**
   * The gateway, or all of them, as a client of the Service: for the `sources` of a policy that lets them in. A policy for the Service that does
   * not let each of them in is an error, since no request from outside would come through.
   */
  public get identity(): Identity {
    this.checkHasGateway("Give it one; or name the ServiceAccount of the controller: `Identity.serviceAccount('ingress-nginx', 'ingress-nginx')`");
    return Identity._ofGateways(this.callers);
  }

  /**
   * The gateway, by its name: for a `GatewayAccessPolicy`, or a `JwtAuthentication`, of the gateway. Of several, each has a policy of its own: name
   * it, with `ExposureGateway.shared`.
   */
  public get gateway(): ExposureGateway {
    this.checkHasGateway('Give it one');
    if (this.callers.length > 1) {
      throw misuse('MESH1006', this._path, `the exposure has ${this.callers.length} gateways, and each needs a policy of its own`, "Name it: `ExposureGateway.shared('public', 'infra')`");
    }
    const [{ name, namespace, className, pods }] = this.callers;
    return ExposureGateway.shared(name, namespace, { className, pods });
  }

  private checkHasGateway(remedy: string): void {
    if (this.callers.length === 0) {
      throw misuse('MESH1006', this._path, 'the exposure has no `gateway`', remedy);
    }
  }
}

/** Nothing is rendered of an exposure whose requests no controller would move. */
function unmoved(targetId: string, { node: { path } }: ServiceRouting, there: string | undefined, here: string | undefined): Compilation {
  const [why, remedy] = there === undefined
    ? [`${here} moves releases here, and '${path}' is not among them`, 'Give the chart of the release this target too, or expose the `service`']
    : [`${there} moves '${path}' in this cluster, and would not know of the exposure`, 'Give the target of this chart the same `delivery`'];
  return { manifests: [], claims: [], leftOut: [], errors: [coded(unsupported('exposure', targetId, 'this exposure of a release', why, remedy))] };
}

function gatewaysOf(path: string, { gateway, gateways }: Pick<ExposureProps, 'gateway' | 'gateways'>): model.Gateway[] {
  checkNotEmpty(path, 'gateways', gateways, 'Leave it out for targets that need no gateway');
  if (gateway === undefined && gateways === undefined) {
    return [];
  }
  const one = checkOneOf(path, { gateway, gateways }, 'MESH1006', 'there is no gateway', 'Write all of them in `gateways`');
  return (one.gateway === undefined ? one.gateways : [one.gateway]).map(each => each._toModel());
}

/** Objects of one kind would have one name; and a route names no listener twice, nor a gateway as a whole beside one of its listeners. */
function checkDistinct(path: string, { route, gateways }: model.ExposureModel): void {
  const parentOf = (one: model.Gateway) => {
    if (one.kind !== 'shared') return one.kind;
    const { name, namespace = route.namespace }: model.SecretRef = one.listenerSet ?? one;
    return JSON.stringify([one.listenerSet !== undefined, namespace, name]);
  };
  for (const [one, ...others] of grouped(gateways, parentOf).values()) {
    if (others.length > 0 && one.kind !== 'shared') {
      throw misuse('MESH1006', path, `several ExposureGateway.${one.kind} would have the name of the exposure`, 'Write an exposure for each');
    }
    const sections = flatMap([one, ...others], each => each.kind === 'shared' ? [each.sectionName] : []);
    if (one.kind === 'shared' && others.length > 0 && (sections.includes(undefined) || new Set(sections).size < sections.length)) {
      throw misuse('MESH1006', path, `\`gateways\` has several of the same listeners of '${one.name}'`, 'Name another `sectionName` in each');
    }
  }
}

/** The Service, and the rules of its ports. */
function routedBy(path: string, props: ExposureProps): Pick<RouteModel, 'service' | 'ports'> {
  const { service, route, port, rules, order, ...others } = props;
  const isOfService = service !== undefined || route !== undefined;
  if (!isOfService && rules !== undefined && rules.length > 0 && rules.every(({ redirect }) => redirect !== undefined)) {
    checkRules(path, rules, order);
    const nowhere = MeshService.of('redirects', { port: 80 });
    return { service: { name: nowhere.name }, ports: portRoutes(path, { ...others, service: nowhere }, definitionsOf(rules), order) };
  }
  const one = checkOneOf(path, { service, route }, 'MESH1601', 'nothing is exposed', 'Give a `service`, or a `route`, or `rules` that redirect all requests');
  if (one.service !== undefined) {
    if (rules !== undefined) {
      checkRules(path, rules, order);
    }
    return {
      service: { name: one.service.name, namespace: one.service.namespace, groupKind: one.service._groupKind },
      ports: portRoutes(path, { ...others, service: one.service, ...(port !== undefined && { ports: [port] }) },
        rules === undefined ? [{ backends: [{ service: one.service, weight: 1 }] }] : definitionsOf(rules), order),
    };
  }
  const own = (['rules', 'order', ...fieldsOf(HANDLING_PROPS)] as const).find(prop => props[prop] !== undefined);
  if (own !== undefined) {
    throw misuse('MESH1005', path, `\`${own}\` goes with \`service\`, and \`route\` has rules of its own`, 'Move it to the route, or leave it out');
  }
  const { namespace, service: routed, ports } = one.route._route;
  return { service: { name: routed.name, namespace: routed.namespace ?? namespace, groupKind: routed.groupKind }, ports };
}

function exposedPort(path: string, port: number | undefined, ports: readonly PortRoute[]): PortRoute {
  const routed = ports.filter(({ rules }) => rules.length > 0);
  const numbers = listed(routed.map(p => String(p.port)), 'or');
  const found = port === undefined ? routed : routed.filter(p => p.port === port);
  const remedy = routed.length > 0 ? `Write \`port: ${numbers}\`` : 'Give a rule for it';
  if (found.length > 1) {
    throw misuse('MESH1602', path, `an exposure is for one port, and ${found.length} ports are possible`, remedy);
  }
  if (found.length === 0) {
    throw misuse('MESH1603', path, `no rule is for port ${port}`, remedy);
  }
  return found[0];
}

function hostnamesOf(path: string, hostnames: readonly string[] | undefined): string[] {
  checkNotEmpty(path, 'hostnames', hostnames, 'Leave it out for every host');
  return [...new Set(hostnames?.map(host => checkHostPattern(path, host)))].sort();
}

type BackendTls = Fields<ExposureBackendTls, 'hostname' | 'caConfigMap' | 'subjectAltNames' | 'portName'>;

function backendTlsOf(path: string, { hostname, caConfigMap, subjectAltNames, portName }: BackendTls): Every<model.BackendTls> {
  checkHostname(`${path}: backendTls`, hostname);
  if (caConfigMap !== undefined) {
    checkObjectName(`${path}: backendTls`, 'name of a ConfigMap', caConfigMap);
  }
  checkNotEmpty(`${path}: backendTls`, 'subjectAltNames', subjectAltNames, 'Leave it out for the `hostname`');
  if (portName !== undefined) {
    checkServicePortName(`${path}: backendTls`, portName);
  }
  return { hostname, caConfigMap, subjectAltNames: subjectAltNames?.map(name => name._toModel()) ?? [], portName };
}

function checkTls(path: string, { route, hostnames, gateways, tls, redirectHttp, backendTls }: model.ExposureModel): void {
  const [{ port, protocol }] = route.ports;
  const passthrough = tls?.mode === 'passthrough';
  if (passthrough !== (protocol === 'TLS')) {
    throw misuse('MESH1605', path, passthrough ? `TLS is passed through to port ${port}, which speaks ${protocol}` : `port ${port} speaks TLS, and the gateway would open it`,
      passthrough ? 'Declare the port with MeshProtocol.TLS, or let the gateway open TLS: ExposureTls.secret'
        : 'Add `tls: ExposureTls.passthrough()`; or declare the port with the protocol inside TLS, and add `backendTls`');
  }
  const wrong = gateways.find(gateway => gateway.kind === 'shared' && gateway.tlsMode !== undefined && passthrough !== (gateway.tlsMode === 'passthrough'));
  if (wrong?.kind === 'shared') {
    throw misuse('MESH1605', path, passthrough ? `TLS is passed through to port ${port}, and listener '${wrong.sectionName}' of the gateway opens it`
      : `listener '${wrong.sectionName}' of the gateway passes TLS through, and port ${port} speaks ${protocol}`,
    passthrough ? 'Name a listener with `ExposureTls.passthrough()`'
      : 'Name a listener where TLS ends, or declare the port with MeshProtocol.TLS and add `tls: ExposureTls.passthrough()`');
  }
  if (protocol === 'TCP' || protocol === 'UDP') {
    checkBytes(path, port, protocol, { hostnames, gateways, tls, redirectHttp });
  }
  if (passthrough && backendTls !== undefined) {
    throw misuse('MESH1606', path, 'TLS is passed through from clients to pods, and the gateway speaks no TLS itself', 'Leave out `backendTls`');
  }
  if (hostnames.length === 0 && (passthrough || (tls?.mode === 'terminate' && tls.issuer !== undefined))) {
    throw misuse('MESH1607', path, passthrough ? 'TLS is passed through by hostname, and the exposure has no `hostnames`' : 'cert-manager gets certificates for hostnames, and the exposure has no `hostnames`',
      "Give `hostnames: ['cart.example.com']`");
  }
  if (redirectHttp && tls === undefined && !areShared(gateways)) {
    throw misuse('MESH1006', path, '`redirectHttp` sends clients to HTTPS, and the exposure has no `tls`', 'Add `tls`, or leave out `redirectHttp`');
  }
}

/** Their listeners say whether there is TLS. */
function areShared(gateways: readonly model.Gateway[]): boolean {
  return gateways.length > 0 && gateways.every(({ kind }) => kind === 'shared');
}

/** What has no requests has no URLs; and hosts only within TLS that the gateway ends, on a listener of this exposure or on one that exists. */
function checkBytes(
  path: string, port: number, protocol: 'TCP' | 'UDP', { hostnames, gateways, tls, redirectHttp }: Omit<model.ExposureModel, 'route' | 'backendTls'>,
): void {
  if (redirectHttp || (protocol === 'UDP' && tls !== undefined)) {
    throw misuse('MESH1605', path, `port ${port} speaks ${protocol}, which has no ${redirectHttp ? 'URLs to redirect' : 'TLS'}`,
      redirectHttp ? 'Leave out `redirectHttp`' : 'Leave out `tls`');
  }
  if (hostnames.length > 0 && (protocol === 'UDP' || (tls === undefined && !areShared(gateways)))) {
    throw misuse('MESH1604', path, `port ${port} speaks ${protocol}, which has no hosts`,
      protocol === 'UDP' ? 'Leave out `hostnames`' : 'Leave out `hostnames`, or have TLS end at the gateway, with `tls`');
  }
}
