import type { Construct } from 'constructs';
import { checkListeners } from './gateway-listeners';
import type { MeshIntentProps } from './mesh-intent';
import { checkedPath, intentProps } from './shapes';
import { SharedListeners } from './shared-listeners';
import { misuse } from '../errors/misuse';
import type { Shape } from '../input/shape';
import { BOOLEAN, listOf, mapOf, NUMBER, optional, record, TEXT } from '../input/shape';
import type { NamedGateway } from '../model/exposure';
import type { Every, Fields } from '../model/fields';
import type * as model from '../model/gateway';
import { flatMap } from '../model/lists';
import { compile } from '../targets/compile';
import type { GatewayPods } from '../vocabulary/exposure-gateway';
import { ExposureGateway, PODS, podsOf } from '../vocabulary/exposure-gateway';
import type { GatewayAddress } from '../vocabulary/gateway-address';
import { ADDRESS } from '../vocabulary/gateway-address';
import type { GatewayListener } from '../vocabulary/gateway-listener';
import { LISTENER } from '../vocabulary/gateway-listener';
import type { GatewayNamespaces } from '../vocabulary/gateway-namespaces';
import { NAMESPACES } from '../vocabulary/gateway-namespaces';
import { checkLabels, checkNotEmpty, checkObjectName, checkPort, checkQualifiedName } from '../vocabulary/names';
import type { NamespacedName } from '../vocabulary/namespaced-name';
import { NAMESPACED_NAME, namespacedName } from '../vocabulary/namespaced-name';

/**
 * An object with parameters for the controller of a gateway, in the namespace of the gateway.
 */
export interface GatewayParameters {
  /**
   * Its group. That of a ConfigMap is `''`.
   */
  readonly group: string;

  /**
   * Its kind, such as 'ConfigMap'.
   */
  readonly kind: string;

  /**
   * Its name.
   */
  readonly name: string;
}

/**
 * What the controller of a gateway creates for it, such as a Deployment and a Service.
 */
export interface GatewayInfrastructure {
  /**
   * Labels of these objects, at most 8.
   *
   * @default - none
   */
  readonly labels?: { [label: string]: string };

  /**
   * Annotations of these objects, at most 16.
   *
   * @default - none
   */
  readonly annotations?: { [annotation: string]: string };

  /**
   * Parameters for the controller.
   *
   * @default - none
   */
  readonly parameters?: GatewayParameters;
}

/**
 * Which certificates clients have to show, on the listeners of a port.
 */
export interface GatewayClientCertificates {
  /**
   * The ConfigMaps with the certificates to trust, under the key `ca.crt`.
   */
  readonly caConfigMaps: NamespacedName[];

  /**
   * Whether clients without a certificate, or with one that is not valid, are let in too. The pods then have to look at what the gateway tells
   * them of the certificate.
   *
   * @default false
   */
  readonly allowInsecureFallback?: boolean;

  /**
   * The port, for listeners on which this holds instead of what holds for all.
   *
   * @default - all ports that have none of their own
   */
  readonly port?: number;
}

/**
 * Properties of `SharedGateway`.
 */
export interface SharedGatewayProps extends MeshIntentProps {
  /**
   * Name of the GatewayClass, such as 'istio' or 'cilium': it says which controller runs the gateway.
   */
  readonly className: string;

  /**
   * Where it listens: at least one, and at most 64.
   */
  readonly listeners: GatewayListener[];

  /**
   * The namespaces whose ListenerSets may add listeners, as those of `ExposureGateway.listenerSet` do.
   *
   * @default - none
   */
  readonly allowedListeners?: GatewayNamespaces;

  /**
   * The addresses that it asks for, at most 16.
   *
   * @default - its controller chooses
   */
  readonly addresses?: GatewayAddress[];

  /**
   * Labels, annotations and parameters of what its controller creates.
   *
   * @default - as the controller has them
   */
  readonly infrastructure?: GatewayInfrastructure;

  /**
   * Which certificates clients have to show on listeners that end TLS: once for all ports, and once for each port that differs.
   *
   * @default - none
   */
  readonly clientCertificates?: GatewayClientCertificates[];

  /**
   * The Secret with the certificate that it shows to pods, where an exposure has `backendTls`.
   *
   * @default - none
   */
  readonly backendCertificate?: NamespacedName;

  /**
   * Its pods, for policies that let it in.
   *
   * @default - the pods that the controller of the class is known to create
   */
  readonly pods?: GatewayPods;
}

const PROPS: Shape = intentProps<SharedGatewayProps>({
  className: TEXT,
  listeners: listOf(LISTENER),
  allowedListeners: optional(NAMESPACES),
  addresses: optional(listOf(ADDRESS)),
  infrastructure: optional(record<GatewayInfrastructure>({
    labels: optional(mapOf(TEXT)),
    annotations: optional(mapOf(TEXT)),
    parameters: optional(record<GatewayParameters>({ group: TEXT, kind: TEXT, name: TEXT })),
  })),
  clientCertificates: optional(listOf(record<GatewayClientCertificates>({
    caConfigMaps: listOf(NAMESPACED_NAME), allowInsecureFallback: optional(BOOLEAN), port: optional(NUMBER),
  }))),
  backendCertificate: optional(NAMESPACED_NAME),
  pods: PODS,
});

type Own = Fields<SharedGatewayProps,
'className' | 'listeners' | 'allowedListeners' | 'addresses' | 'infrastructure' | 'clientCertificates' | 'backendCertificate' | 'pods', keyof MeshIntentProps>;

/**
 * A gateway that exposures share: one load balancer, with listeners for several protocols, ports and hosts, each with its own TLS.
 *
 * Exposures attach to it: `gateway: shared.gateway` to all listeners that let them in, `gateway: shared.listener('https')` to one. They may be in
 * other namespaces, if the listener lets in their routes.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/shared-gateway.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/api-types/gateway/
 * @example
 * import {
 *   CertificateIssuer, Exposure, ExposureTls, GatewayListener, GatewayNamespaces, MeshService, SharedGateway,
 * } from 'cdk8s-mesh';
 *
 * const gateway = new SharedGateway(chart, 'public', {
 *   className: 'istio',
 *   listeners: [
 *     GatewayListener.http('http', { namespaces: GatewayNamespaces.all() }),
 *     GatewayListener.https('https', {
 *       hostname: '*.example.com',
 *       tls: ExposureTls.certManager('wildcard-tls', CertificateIssuer.ofCluster('letsencrypt')),
 *       namespaces: GatewayNamespaces.labelled({ exposes: 'true' }),
 *     }),
 *   ],
 * });
 *
 * new Exposure(chart, 'cart-outside', {
 *   service: MeshService.of('cart', { port: 8080 }),
 *   hostnames: ['cart.example.com'],
 *   gateway: gateway.listener('https', 'http'),
 *   redirectHttp: true,
 * });
 */
export class SharedGateway extends SharedListeners {
  /** @internal */
  protected readonly _gateway: NamedGateway;

  /** @internal */
  protected readonly _listeners: readonly model.Listener[];

  private readonly allowsListeners: boolean;

  constructor(scope: Construct, id: string, props: SharedGatewayProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { className, listeners, allowedListeners, addresses = [], infrastructure = {}, clientCertificates, backendCertificate, pods }: Own = props;
    checkNotEmpty(path, 'listeners', listeners, "Give at least one: `GatewayListener.http('http')`");
    const gateway: Every<model.GatewayModel> = {
      name: this._name,
      namespace: this._namespace,
      base: { kind: 'class', className },
      pods: podsOf(path, { className, pods }).pods ?? {},
      listeners: listeners.map(listener => listener._toModel()),
      allowedListeners: allowedListeners?._toModel(),
      addresses: addresses.map(address => address._toModel()),
      infrastructure: infrastructureOf(path, infrastructure),
      clientCertificates: clientCertificates && clientCertificatesOf(path, clientCertificates),
      backendCertificate: backendCertificate && namespacedName(`${path}: backendCertificate`, 'name of a Secret', backendCertificate),
    };
    checkListeners(path, gateway.listeners);
    checkShown(path, gateway);
    this._gateway = { name: gateway.name, namespace: gateway.namespace, className, pods: gateway.pods };
    this._listeners = gateway.listeners;
    this.allowsListeners = gateway.allowedListeners !== undefined;
    this._render(target => compile('gateway', target, gateway));
  }

  /**
   * Further listeners on it, of an exposure: a ListenerSet, in the namespace of the exposure.
   */
  public get listenerSet(): ExposureGateway {
    if (!this.allowsListeners) {
      throw misuse('MESH1006', this._path, 'the gateway lets in no ListenerSets', 'Give it `allowedListeners: GatewayNamespaces.same()`, or other namespaces');
    }
    const { name, namespace, className, pods } = this._gateway;
    return ExposureGateway.listenerSet(name, namespace, { className, pods });
  }
}

function infrastructureOf(path: string, infrastructure: GatewayInfrastructure): Every<model.Infrastructure> {
  const { labels = {}, annotations = {}, parameters }: Fields<GatewayInfrastructure, 'labels' | 'annotations' | 'parameters'> = infrastructure;
  checkLabels(`${path}: infrastructure`, labels);
  Object.keys(annotations).forEach(key => checkQualifiedName(`${path}: infrastructure`, 'annotation', key));
  return { labels: { ...labels }, annotations: { ...annotations }, parameters: parameters && parametersOf(path, parameters) };
}

function parametersOf(path: string, { group, kind, name }: Fields<GatewayParameters, 'group' | 'kind' | 'name'>): Every<model.ObjectRef> {
  checkObjectName(`${path}: infrastructure`, `name of a ${kind}`, name);
  return { group, kind, name };
}

function clientCertificatesOf(path: string, certificates: readonly GatewayClientCertificates[]): Every<model.ClientCertificates> {
  const where = `${path}: clientCertificates`;
  checkNotEmpty(path, 'clientCertificates', certificates, 'Leave it out if clients show none');
  const ports = certificates.map(({ port }) => port);
  const twice = ports.find((port, i) => ports.indexOf(port) !== i);
  if (new Set(ports).size < ports.length) {
    throw misuse('MESH1005', where, `${twice === undefined ? 'all ports have' : `port ${twice} has`} certificates of clients twice`, 'Give each once, with all of its `caConfigMaps`');
  }
  const byPort = flatMap(certificates, one => one.port === undefined ? [] : [{ port: one.port, ...validationOf(where, one) }]);
  byPort.forEach(({ port }) => checkPort(where, port));
  const ofAll = certificates.find(({ port }) => port === undefined);
  return { ofAll: ofAll && validationOf(where, ofAll), byPort: byPort.sort((a, b) => a.port - b.port) };
}

/** Clients show certificates where TLS ends. Listeners of ListenerSets are not known here. */
function checkShown(path: string, { clientCertificates, listeners, allowedListeners }: model.GatewayModel): void {
  if (clientCertificates === undefined || allowedListeners !== undefined) return;
  const ports = flatMap(listeners, ({ port, tls }) => tls?.how.mode === 'terminate' ? [port] : []);
  const lone = clientCertificates.byPort.find(({ port }) => !ports.includes(port));
  if (ports.length === 0 || lone !== undefined) {
    throw misuse('MESH1006', `${path}: clientCertificates`, `clients show certificates where TLS ends, and no listener opens it${lone === undefined ? '' : ` on port ${lone.port}`}`,
      ports.length === 0 ? 'Add a listener with GatewayListener.https, or leave it out' : `Name the port of a listener that does: ${[...new Set(ports)].join(' or ')}`);
  }
}

function validationOf(
  where: string, { caConfigMaps, allowInsecureFallback = false }: Fields<GatewayClientCertificates, 'caConfigMaps' | 'allowInsecureFallback', 'port'>,
): Every<model.ClientValidation> {
  checkNotEmpty(where, 'caConfigMaps', caConfigMaps, 'Name at least one');
  return { authorities: caConfigMaps.map(ref => namespacedName(where, 'name of a ConfigMap', ref)), isOptional: allowInsecureFallback };
}
