import type { Every } from '../model/fields';
import type { PodSelection } from '../model/service-ref';
import type { MeshService } from '../vocabulary/mesh-service';

/** What is known of the pods of a Service. */
export function podsOf({ podSelector, serviceAccount, _subset: subset, _facts: facts }: MeshService): Every<PodSelection> {
  return { podSelector, serviceAccount, subset, facts };
}
