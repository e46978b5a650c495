import type { Construct } from 'constructs';
import { MeshIntent, type MeshIntentProps } from './mesh-intent';
import { misuse } from '../errors/misuse';
import { checkConcrete } from '../input/factory';
import { nearest } from '../input/nearest';
import { TEXT } from '../input/shape';
import type { NamedGateway } from '../model/exposure';
import type { Listener } from '../model/gateway';
import type { SharedGatewayOptions } from '../vocabulary/exposure-gateway';
import { ExposureGateway } from '../vocabulary/exposure-gateway';
import { Identity } from '../vocabulary/identity';

/**
 * Listeners that exposures share: those of a `SharedGateway`, or of a `SharedListenerSet`.
 */
export abstract class SharedListeners extends MeshIntent {
  /**
   * The gateway that listens.
   *
   * @internal
   */
  protected abstract readonly _gateway: NamedGateway;

  /**
   * Its listeners.
   *
   * @internal
   */
  protected abstract readonly _listeners: readonly Listener[];

  /** @internal */
  constructor(scope: Construct, id: string, props: MeshIntentProps) {
    checkConcrete(new.target, SharedListeners, 'shared listeners, such as `new SharedGateway(…)`');
    super(scope, id, props);
  }

  /**
   * All of the listeners that let an exposure in.
   */
  public get gateway(): ExposureGateway {
    return this.attached({});
  }

  /**
   * One of the listeners, for exposures.
   *
   * @param name Name of the listener.
   * @param httpName Name of the listener for plain HTTP, for exposures with `redirectHttp`; the other one is then for HTTPS.
   */
  public listener(name: string, httpName?: string): ExposureGateway {
    const listener = this.listenerOf('name', name);
    if (httpName === undefined) return this.attached({ sectionName: name })._at(listener);
    const http = this.listenerOf('httpName', httpName);
    const wrong = listener.protocol !== 'HTTPS' ? { ...listener, wanted: 'HTTPS' } : http.protocol !== 'HTTP' ? { ...http, wanted: 'HTTP' } : undefined;
    if (wrong !== undefined) {
      throw misuse('MESH1610', this._path, `requests go from HTTP to HTTPS, and listener '${wrong.name}' is for ${wrong.protocol}, not ${wrong.wanted}`,
        'Name the listener for HTTPS first, and that for HTTP second');
    }
    return this.attached({ sectionName: name, httpSectionName: httpName })._at(listener);
  }

  /**
   * The gateway, as a client of Services: for the `sources` of policies that let it in.
   */
  public get identity(): Identity {
    return Identity._ofGateways([this._gateway]);
  }

  /**
   * Where the listeners are, if that is not the gateway itself.
   *
   * @internal
   */
  protected _set(): Pick<SharedGatewayOptions, 'listenerSet' | 'listenerSetNamespace'> {
    return {};
  }

  private attached(sections: Pick<SharedGatewayOptions, 'sectionName' | 'httpSectionName'>): ExposureGateway {
    const { name, namespace, className, pods } = this._gateway;
    return ExposureGateway.shared(name, namespace, { className, pods, ...this._set(), ...sections });
  }

  private listenerOf(parameter: string, name: string): Listener {
    TEXT(this._path, parameter, name);
    const found = this._listeners.find(listener => listener.name === name);
    if (found === undefined) {
      const names = this._listeners.map(listener => listener.name);
      const near = nearest(name, names);
      throw misuse('MESH1610', this._path, `there is no listener '${name}'`,
        near === undefined ? `There are ${names.map(known => `'${known}'`).join(', ')}` : `Did you mean '${near}'?`);
    }
    return found;
  }
}
