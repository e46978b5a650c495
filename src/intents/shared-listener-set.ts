import type { Construct } from 'constructs';
import { checkListeners } from './gateway-listeners';
import type { MeshIntentProps } from './mesh-intent';
import { checkedPath, GATEWAY, intentProps } from './shapes';
import { SharedListeners } from './shared-listeners';
import { misuse } from '../errors/misuse';
import type { Shape } from '../input/shape';
import { listOf } from '../input/shape';
import type { NamedGateway } from '../model/exposure';
import type { Every, Fields } from '../model/fields';
import type * as model from '../model/gateway';
import { compile } from '../targets/compile';
import type { ExposureGateway, SharedGatewayOptions } from '../vocabulary/exposure-gateway';
import type { GatewayListener } from '../vocabulary/gateway-listener';
import { LISTENER } from '../vocabulary/gateway-listener';
import { checkNotEmpty } from '../vocabulary/names';

/**
 * Properties of `SharedListenerSet`.
 */
export interface SharedListenerSetProps extends MeshIntentProps {
  /**
   * The gateway: `shared.gateway`, or `ExposureGateway.shared('public', 'infra')`. Its `allowedListeners` have to let in ListenerSets of this
   * namespace.
   */
  readonly gateway: ExposureGateway;

  /**
   * Where it listens, beside its own listeners: at least one, and at most 64.
   */
  readonly listeners: GatewayListener[];
}

const PROPS: Shape = intentProps<SharedListenerSetProps>({ gateway: GATEWAY, listeners: listOf(LISTENER) });

type Own = Fields<SharedListenerSetProps, 'gateway' | 'listeners', keyof MeshIntentProps>;

/**
 * Listeners that several exposures share, on a gateway that exists: a team adds its hosts and certificates, and the platform keeps its Gateway.
 *
 * Exposures attach to it as to a `SharedGateway`.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/shared-listener-set.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/geps/gep-1713/
 * @example
 * import { Exposure, ExposureGateway, ExposureTls, GatewayListener, MeshService, SharedListenerSet } from 'cdk8s-mesh';
 *
 * const listeners = new SharedListenerSet(chart, 'shop', {
 *   gateway: ExposureGateway.shared('public', 'infra', { className: 'istio' }),
 *   listeners: [GatewayListener.https('https', { hostname: '*.shop.example.com', tls: ExposureTls.secret('shop-tls') })],
 * });
 *
 * new Exposure(chart, 'cart-outside', {
 *   service: MeshService.of('cart', { port: 8080 }),
 *   hostnames: ['cart.shop.example.com'],
 *   gateway: listeners.listener('https'),
 * });
 */
export class SharedListenerSet extends SharedListeners {
  /** @internal */
  protected readonly _gateway: NamedGateway;

  /** @internal */
  protected readonly _listeners: readonly model.Listener[];

  constructor(scope: Construct, id: string, props: SharedListenerSetProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props);
    const { gateway, listeners }: Own = props;
    const parent = gateway._toModel();
    if (parent.kind !== 'shared' || parent.listenerSet !== undefined || parent.sectionName !== undefined || parent.port !== undefined) {
      throw misuse('MESH1006', path, 'listeners are added to a Gateway as a whole', "Name it: `ExposureGateway.shared('public', 'infra')`");
    }
    checkNotEmpty(path, 'listeners', listeners, "Give at least one: `GatewayListener.http('http')`");
    const { name, namespace = this._namespace, className, pods = {} } = parent;
    const set: Every<model.GatewayModel> = {
      name: this._name,
      namespace: this._namespace,
      base: { kind: 'gateway', gateway: { name, namespace } },
      pods,
      listeners: listeners.map(listener => listener._toModel()),
      allowedListeners: undefined,
      addresses: [],
      infrastructure: { labels: {}, annotations: {} },
      clientCertificates: undefined,
      backendCertificate: undefined,
    };
    checkListeners(path, set.listeners);
    this._gateway = { name, namespace, className, pods };
    this._listeners = set.listeners;
    this._render(target => compile('gateway', target, set));
  }

  /** @internal */
  protected _set(): Pick<SharedGatewayOptions, 'listenerSet' | 'listenerSetNamespace'> {
    return { listenerSet: this._name, listenerSetNamespace: this._namespace };
  }
}
