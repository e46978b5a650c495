import { checkNamespace, checkObjectName } from './names';
import { optional, record, TEXT } from '../input/shape';

/**
 * An object by its name, and its namespace if that is another one.
 */
export interface NamespacedName {
  /**
   * Its name.
   */
  readonly name: string;

  /**
   * Its namespace. In another namespace than that of the gateway, a ReferenceGrant opens it.
   *
   * @default - the namespace of what refers to it
   */
  readonly namespace?: string;
}

export const NAMESPACED_NAME = record<NamespacedName>({ name: TEXT, namespace: optional(TEXT) });

/** The same, checked. */
export function namespacedName(where: string, what: string, { name, namespace }: NamespacedName): NamespacedName {
  checkObjectName(where, what, name);
  if (namespace !== undefined) {
    checkNamespace(where, namespace);
  }
  return { name, ...(namespace !== undefined && { namespace }) };
}
