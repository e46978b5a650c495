import type { ServicePort } from './mesh-service-port';
import { checkLabels, checkNamespace, checkObjectName } from './names';
import { misuse } from '../errors/misuse';
import { checkConcrete } from '../input/factory';
import type { ServiceFacts } from '../model/service-facts';

/**
 * Pods that do the same work, for policies that hold at the pods: those of a Service (see `MeshService`), or some without a Service (see
 * `MeshPods`).
 */
export abstract class MeshWorkload {
  /** Namespace of the pods, if it was given. */
  public readonly namespace?: string;

  /** ServiceAccount that the pods run as, if it was given. */
  public readonly serviceAccount?: string;

  /** Labels that select the pods, if they were given. */
  public readonly podSelector?: { [label: string]: string };

  /**
   * Name of the Service, if there is one.
   *
   * @internal
   */
  public abstract readonly _service: string | undefined;

  /**
   * The ports, with what each of them speaks.
   *
   * @internal
   */
  public abstract readonly _ports: readonly ServicePort[];

  /**
   * Of a subset: the labels of `podSelector` that not all pods of the Service have.
   *
   * @internal
   */
  public abstract readonly _subset?: { readonly [label: string]: string };

  /**
   * What the Service says of itself, as far as it is known.
   *
   * @internal
   */
  public abstract readonly _facts?: ServiceFacts;

  /** @internal */
  public constructor(where: string, namespace?: string, serviceAccount?: string, podSelector?: { [label: string]: string }) {
    checkConcrete(new.target, MeshWorkload, "a workload, such as MeshService.of('cart', { port: 8080 })");
    if (namespace !== undefined) {
      checkNamespace(where, namespace);
    }
    if (serviceAccount !== undefined) {
      checkObjectName(where, 'ServiceAccount name', serviceAccount);
    }
    if (podSelector !== undefined) {
      if (Object.keys(podSelector).length === 0) {
        throw misuse('MESH1106', where, '`podSelector` is empty and would select every pod of the namespace', 'Give the labels of the pods');
      }
      checkLabels(where, podSelector);
    }
    this.namespace = namespace;
    this.serviceAccount = serviceAccount;
    this.podSelector = podSelector;
  }

  /**
   * What it is called in messages.
   *
   * @internal
   */
  public abstract get _called(): string;
}
