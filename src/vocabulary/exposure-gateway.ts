import type { FactoryKey } from '../factory';
import { BY_FACTORY, checkFactory } from '../factory';
import { checkNamespace, checkObjectName } from './names';
import type * as model from '../model/exposure';
import { optional, record, TEXT } from '../shape';

/**
 * Options of `ExposureGateway.own`.
 */
export interface OwnGatewayOptions {
  /**
   * Name of the GatewayClass, such as 'istio' or 'cilium': it says which controller runs the gateway.
   */
  readonly className: string;
}

/**
 * Options of `ExposureGateway.shared`.
 */
export interface SharedGatewayOptions {
  /**
   * Name of the listener that takes the requests.
   *
   * @default - every listener that takes such routes for the hostnames, one for plain HTTP too
   */
  readonly sectionName?: string;

  /**
   * Name of the listener for plain HTTP, whose requests `redirectHttp` sends to HTTPS.
   *
   * @default - unknown, so `redirectHttp` is refused
   */
  readonly httpSectionName?: string;
}

const OWN = record({ className: TEXT });
const SHARED = record({ sectionName: optional(TEXT), httpSectionName: optional(TEXT) });

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
    checkObjectName('ExposureGateway.own', 'name of a GatewayClass', options.className);
    return new ExposureGateway(BY_FACTORY, { kind: 'own', className: options.className });
  }

  /**
   * A Gateway that exists, with its listeners. Those say whether there is TLS, and with which certificates; and their
   * `allowedRoutes` have to let in routes of the namespace of the exposure. Ingress: refused.
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
    return new ExposureGateway(BY_FACTORY, { kind: 'shared', ...refOf(where, name, namespace), ...options });
  }

  /**
   * A Gateway that exists, and listeners of this exposure beside its own: a ListenerSet, in the namespace of the exposure. The
   * `allowedListeners` of the Gateway have to let it in.
   *
   * @param name Name of the Gateway.
   * @param namespace Its namespace. If left out, that of the exposure.
   * @see https://gateway-api.sigs.k8s.io/geps/gep-1713/
   */
  public static listenerSet(name: string, namespace?: string): ExposureGateway {
    return new ExposureGateway(BY_FACTORY, { kind: 'listenerSet', ...refOf('ExposureGateway.listenerSet', name, namespace) });
  }

  private constructor(key: FactoryKey, private readonly gateway: model.Gateway) {
    checkFactory(key, ExposureGateway);
  }

  /** @internal */
  public _toModel(): model.Gateway {
    return this.gateway;
  }
}

function refOf(where: string, name: string, namespace: string | undefined): model.GatewayRef {
  checkObjectName(where, 'name of a Gateway', name);
  if (namespace !== undefined) {
    checkNamespace(where, namespace);
  }
  return { name, ...(namespace !== undefined && { namespace }) };
}
