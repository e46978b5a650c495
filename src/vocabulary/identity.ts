import type { IConstruct } from 'constructs';
import { kubeObject } from './kube-object';
import { checkNamespace, checkObjectName } from './names';
import type { Source } from '../model/access';

/**
 * Who makes a request, as mutual TLS proves it.
 */
export class Identity {
  /**
   * The pods that run as a ServiceAccount.
   *
   * SMI: a source of kind ServiceAccount. Istio: the principal `<trust domain>/ns/<namespace>/sa/<name>`. Linkerd: an
   * `identityRefs` entry of kind ServiceAccount.
   *
   * @param name Name of the ServiceAccount.
   * @param namespace Its namespace. If left out, the namespace of the chart in which the policy stands.
   */
  public static serviceAccount(name: string, namespace?: string): Identity {
    checkObjectName('Identity.serviceAccount', 'ServiceAccount name', name);
    if (namespace !== undefined) {
      checkNamespace('Identity.serviceAccount', namespace);
    }
    return new Identity(own => ({ kind: 'serviceAccount', name, namespace: namespace ?? own }));
  }

  /**
   * The pods that run as a ServiceAccount of the app, e.g. a `ServiceAccount` of cdk8s-plus.
   *
   * @param serviceAccount A construct whose default child is an ApiObject of kind ServiceAccount, or that ApiObject.
   */
  public static fromKubeServiceAccount(serviceAccount: IConstruct): Identity {
    const { name, metadata } = kubeObject('Identity.fromKubeServiceAccount', serviceAccount, 'ServiceAccount');
    return Identity.serviceAccount(name, metadata.namespace);
  }

  /**
   * Every pod of a namespace, whatever its ServiceAccount.
   *
   * Istio: the principals `<trust domain>/ns/<name>/sa/*`. Linkerd: an `identityRefs` entry of kind Namespace. SMI
   * knows ServiceAccounts only: refused.
   *
   * @param name Name of the namespace.
   */
  public static namespace(name: string): Identity {
    checkNamespace('Identity.namespace', name);
    return new Identity(() => ({ kind: 'namespace', name }));
  }

  /**
   * Every client that the mesh has authenticated.
   *
   * Istio: the principal `*`. Linkerd: the identity `*`. SMI knows ServiceAccounts only: refused.
   */
  public static anyAuthenticated(): Identity {
    return new Identity(() => ({ kind: 'anyAuthenticated' }));
  }

  private constructor(private readonly source: (ownNamespace: string) => Source) {}

  /** @internal */
  public _toModel(ownNamespace: string): Source {
    return this.source(ownNamespace);
  }
}
