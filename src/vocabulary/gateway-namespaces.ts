import { checkLabels, checkNamespace, checkNotEmpty } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, listOf, mapOf, TEXT } from '../input/shape';
import type * as model from '../model/gateway';

/**
 * The namespaces whose routes, or whose ListenerSets, may attach to a gateway.
 *
 * @see https://gateway-api.sigs.k8s.io/guides/multiple-ns/
 */
export class GatewayNamespaces {
  /**
   * That of the gateway.
   */
  public static same(): GatewayNamespaces {
    return new GatewayNamespaces(BY_FACTORY, { kind: 'same' });
  }

  /**
   * Every namespace. Whoever may write in any of them may then take requests for any host of the listener.
   */
  public static all(): GatewayNamespaces {
    return new GatewayNamespaces(BY_FACTORY, { kind: 'all' });
  }

  /**
   * Those with these names.
   *
   * @param names The names.
   */
  public static named(...names: string[]): GatewayNamespaces {
    const where = 'GatewayNamespaces.named';
    listOf(TEXT)(where, 'names', names);
    checkNotEmpty(where, 'names', names, 'Name at least one');
    names.forEach(name => checkNamespace(where, name));
    return new GatewayNamespaces(BY_FACTORY, { kind: 'names', names: [...new Set(names)].sort() });
  }

  /**
   * Those with these labels. Whoever may label namespaces decides who may attach.
   *
   * @param labels The labels, all of them.
   */
  public static labelled(labels: { [label: string]: string }): GatewayNamespaces {
    const where = 'GatewayNamespaces.labelled';
    mapOf(TEXT)(where, 'labels', labels);
    if (Object.keys(labels).length === 0) {
      throw misuse('MESH1106', where, 'there is no label, so every namespace would be meant', 'Give at least one label, or use GatewayNamespaces.all()');
    }
    checkLabels(where, labels);
    return new GatewayNamespaces(BY_FACTORY, { kind: 'labels', labels: { ...labels } });
  }

  private constructor(key: FactoryKey, private readonly from: model.FromNamespaces) {
    checkFactory(key, GatewayNamespaces);
  }

  /** @internal */
  public _toModel(): model.FromNamespaces {
    return this.from;
  }
}

export const NAMESPACES = instanceOf(GatewayNamespaces, "GatewayNamespaces, such as `GatewayNamespaces.named('shop')`");
