import type { Support } from './support';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import { NAMESPACE_DEFAULT_FEATURES } from '../../model/features/namespace-default';
import { fieldsOf, recordOf } from '../../model/fields';

/** The same answer for all but denying by default in a namespace. */
export function allButDenyAll(support: Support): Readonly<Record<Exclude<NamespaceDefaultFeature, 'NamespaceDenyAll'>, Support>> {
  return recordOf(fieldsOf(NAMESPACE_DEFAULT_FEATURES), () => support);
}
