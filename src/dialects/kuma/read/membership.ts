import { joins } from './joining';
import type { Mesh, Meshes } from './mesh';
import type { Pod } from '../../../meaning/call';
import { unknownBy } from '../../../meaning/decision';
import type { Gate } from '../../../meaning/world';

/** Meshes of a pod whose proxy may not be in them; before 3.0, it takes and sends nothing then. */
export function keptOutOf(pod: Pod, meshes: Meshes): readonly Mesh[] {
  return meshes.all.filter(mesh => mesh.joining !== undefined && joins(pod, mesh.joining) !== 'yes' && meshes.holds(pod, one => one === mesh) !== 'no');
}

/** Nothing of it passes for certain. */
export function membership(pod: Pod, meshes: Meshes): readonly Gate[] {
  const [first, ...others] = keptOutOf(pod, meshes);
  if (first === undefined) return [];
  const why = 'whether these pods may be in the mesh depends on the release of Kuma';
  return [{ title: 'Mesh of Kuma', decision: { branches: [], otherwise: { value: unknownBy(why, [first, ...others]), why, source: first.source } } }];
}
