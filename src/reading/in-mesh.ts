import type { Pod } from '../meaning/call';
import type { TitledReading } from '../meaning/world';

/** Whether pods are taken to be in the mesh: those are not that say so of one mesh, and of no other that they are in it. */
export function isInMesh(readings: readonly TitledReading[], pod: Pod): boolean {
  const said = readings.map(({ reading }) => reading.isInMesh?.(pod));
  return said.includes(true) || !said.includes(false);
}
