import type { MovingField } from '../../model/moving-field';
import type { ReleaseModel } from '../../model/release';

/** Fields of an object in the namespace of a release. */
export function movingIn({ route: { namespace } }: ReleaseModel, group: string, kind: string, name: string, ...jsonPointers: string[]): MovingField {
  return { group, kind, name, ...(namespace !== undefined && { namespace }), jsonPointers };
}

/** The number of pods, which every controller sets. */
export function movingReplicas(model: ReleaseModel): MovingField {
  return movingIn(model, 'apps', 'Deployment', model.workload.name, '/spec/replicas');
}
