import { checkLabels, checkNamespace, checkObjectName, checkPort } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { mapOf, NUMBER, optional, record, TEXT } from '../input/shape';
import type * as model from '../model/exposure';
import type { Fields } from '../model/fields';
import type { Listener } from '../model/gateway';

/**
 * The pods of a gateway, for policies that let the gateway in: meshes know clients by their pods. A mesh knows the pods of its own gateways
 * by the class and the name of the Gateway.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/exposure.md#the-gateway-and-access-policies
 */
export interface GatewayPods {
  /**
   * ServiceAccount that the pods run as. A gateway with a ServiceAccount counts as a part of the mesh.
   *
   * @default - the one that the mesh gives to its own gateways; unknown for other gateways, so a policy that lets one in is refused
   */
  readonly serviceAccount?: string;

  /**
   * Namespace of the pods.
   *
   * @default - the namespace of the Gateway
   */
  readonly namespace?: string;

  /**
   * Labels that select the pods. A NetworkPolicy needs them.
   *
   * @default - unknown
   */
  readonly podSelector?: { [label: string]: string };
}

/**
 * Options of `ExposureGateway.own`.
 */
export interface OwnGatewayOptions {
  /**
   * Name of the GatewayClass, such as 'istio' or 'cilium': it says which controller runs the gateway.
   */
  readonly className: string;

  /**
   * Its pods, for policies that let it in.
   *
   * @default - the pods that the controller of the class is known to create
   */
  readonly pods?: GatewayPods;
}

/**
 * Options of `ExposureGateway.listenerSet`.
 */
export interface ListenerSetOptions {
  /**
   * Name of the GatewayClass of the Gateway, for policies that let it in.
   *
   * @default - unknown
   */
  readonly className?: string;

  /**
   * Its pods, for policies that let it in.
   *
   * @default - the pods that the controller of the class is known to create
   */
  readonly pods?: GatewayPods;
}

/**
 * Options of `ExposureGateway.shared`.
 */
export interface SharedGatewayOptions {
  /**
   * Name of the listener that takes the requests.
   *
   * @default - every listener that accepts such routes for the hostnames, including one for plain HTTP
   */
  readonly sectionName?: string;

  /**
   * Port of the listeners that take the requests, to which `redirectHttp` sends them.
   *
   * @default - every port; `redirectHttp` sends them to 443
   */
  readonly port?: number;

  /**
   * Name of the ListenerSet that has the listeners.
   *
   * @default - the listeners of the Gateway itself
   */
  readonly listenerSet?: string;

  /**
   * Namespace of the ListenerSet.
   *
   * @default - the namespace of the exposure
   */
  readonly listenerSetNamespace?: string;

  /**
   * Name of the listener for plain HTTP, whose requests `redirectHttp` sends to HTTPS.
   *
   * @default - unknown, so `redirectHttp` is refused
   */
  readonly httpSectionName?: string;

  /**
   * Name of the GatewayClass of the Gateway, for policies that let it in.
   *
   * @default - unknown
   */
  readonly className?: string;

  /**
   * Its pods, for policies that let it in.
   *
   * @default - the pods that the controller of the class is known to create
   */
  readonly pods?: GatewayPods;
}

export const PODS = optional(record<GatewayPods>({ serviceAccount: optional(TEXT), namespace: optional(TEXT), podSelector: optional(mapOf(TEXT)) }));
const OWN = record<OwnGatewayOptions>({ className: TEXT, pods: PODS });
const SHARED = record<SharedGatewayOptions>({
  sectionName: optional(TEXT),
  port: optional(NUMBER),
  listenerSet: optional(TEXT),
  listenerSetNamespace: optional(TEXT),
  httpSectionName: optional(TEXT),
  className: optional(TEXT),
  pods: PODS,
});
const LISTENER_SET = record<ListenerSetOptions>({ className: optional(TEXT), pods: PODS });

/**
 * The gateway through which requests come from outside, in Gateway API. An Ingress has the class of its target instead.
 *
 * @see https://gateway-api.sigs.k8s.io/api-types/gateway/
 */
export class ExposureGateway {
  /**
   * A Gateway for this exposure alone, in its namespace: a listener for each hostname, on port 443 with TLS or 80 without.
   * Most controllers give each Gateway a load balancer, with an address of its own.
   *
   * @param options Its class.
   */
  public static own(options: OwnGatewayOptions): ExposureGateway {
    OWN('ExposureGateway.own', 'options', options);
    return new ExposureGateway(BY_FACTORY, { kind: 'own', className: options.className, ...podsOf('ExposureGateway.own', options) });
  }

  /**
   * A Gateway that exists, with its listeners. The listeners say whether there is TLS, and with which certificates; their
   * `allowedRoutes` have to let in routes of the namespace of the exposure. An Ingress has no such listeners and refuses it.
   *
   * @param name Name of the Gateway.
   * @param namespace Its namespace. If left out, that of the exposure.
   * @param options Which of its listeners.
   */
  public static shared(name: string, namespace?: string, options: SharedGatewayOptions = {}): ExposureGateway {
    const where = 'ExposureGateway.shared';
    SHARED(where, 'options', options);
    for (const section of [options.sectionName, options.httpSectionName]) {
      if (section !== undefined) {
        checkObjectName(where, 'name of a listener', section);
      }
    }
    const { sectionName, port, httpSectionName, listenerSet, listenerSetNamespace, className }: Shared = options;
    if (port !== undefined) {
      checkPort(where, port);
    }
    if (listenerSetNamespace !== undefined && listenerSet === undefined) {
      throw misuse('MESH1006', where, '`listenerSetNamespace` is that of a `listenerSet`, and there is none', 'Give its name, or leave it out');
    }
    return new ExposureGateway(BY_FACTORY, {
      kind: 'shared',
      ...refOf(where, name, namespace),
      ...(sectionName !== undefined && { sectionName }),
      ...(port !== undefined && { port }),
      ...(httpSectionName !== undefined && { httpSectionName }),
      ...(port !== undefined && { httpsPort: port }),
      ...(listenerSet !== undefined && { listenerSet: refOf(where, listenerSet, listenerSetNamespace, 'name of a ListenerSet') }),
      ...(className !== undefined && { className }),
      ...podsOf(where, options),
    });
  }

  /**
   * A Gateway that exists, and listeners of this exposure beside its own: a ListenerSet, in the namespace of the exposure. The
   * `allowedListeners` of the Gateway have to let it in.
   *
   * @param name Name of the Gateway.
   * @param namespace Its namespace. If left out, that of the exposure.
   * @param options What is known about the Gateway.
   * @see https://gateway-api.sigs.k8s.io/geps/gep-1713/
   */
  public static listenerSet(name: string, namespace?: string, options: ListenerSetOptions = {}): ExposureGateway {
    const where = 'ExposureGateway.listenerSet';
    LISTENER_SET(where, 'options', options);
    return new ExposureGateway(BY_FACTORY, { kind: 'listenerSet', ...refOf(where, name, namespace), ...options, ...podsOf(where, options) });
  }

  private constructor(key: FactoryKey, private readonly gateway: model.Gateway) {
    checkFactory(key, ExposureGateway);
  }

  /** @internal */
  public _toModel(): model.Gateway {
    return this.gateway;
  }

  /**
   * The same, where its listener is known.
   *
   * @internal
   */
  public _at({ port, protocol, tls }: Pick<Listener, 'port' | 'protocol' | 'tls'>): ExposureGateway {
    return this.gateway.kind !== 'shared' ? this : new ExposureGateway(BY_FACTORY, {
      ...this.gateway, ...(protocol === 'HTTPS' && { httpsPort: port }), ...(tls && { tlsMode: tls.how.mode }),
    });
  }
}

type Shared = Fields<SharedGatewayOptions, 'sectionName' | 'port' | 'httpSectionName' | 'listenerSet' | 'listenerSetNamespace' | 'className', 'pods'>;

function refOf(where: string, name: string, namespace: string | undefined, what = 'name of a Gateway'): model.GatewayRef {
  checkObjectName(where, what, name);
  if (namespace !== undefined) {
    checkNamespace(where, namespace);
  }
  return { name, ...(namespace !== undefined && { namespace }) };
}

/** The pods of a gateway, checked, and its class. */
export function podsOf(where: string, { className, pods }: ListenerSetOptions): Pick<model.Gateway, 'pods'> {
  if (className !== undefined) {
    checkObjectName(where, 'name of a GatewayClass', className);
  }
  if (pods === undefined || Object.keys(pods).length === 0) {
    return {};
  }
  const { serviceAccount, namespace, podSelector } = pods;
  if (serviceAccount !== undefined) {
    checkObjectName(where, 'ServiceAccount name', serviceAccount);
  }
  if (namespace !== undefined) {
    checkNamespace(where, namespace);
  }
  if (podSelector !== undefined && Object.keys(podSelector).length === 0) {
    throw misuse('MESH1106', where, '`podSelector` is empty and would select every pod of the namespace', 'Give the labels of the pods');
  }
  checkLabels(where, podSelector ?? {});
  return { pods: { ...pods } };
}
