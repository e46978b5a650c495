import type { TitledReading } from '../../meaning/journey';

/** The meshes, by the words of the command line. A reading of none of them holds in all. */
export const MESHES = { istio: 'Istio', linkerd: 'Linkerd', consul: 'Consul', kuma: 'Kuma', cilium: 'Cilium', smi: 'SMI' } as const;

export type Mesh = keyof typeof MESHES | 'none';

/** What a mesh reads; without one, all of it. */
export function readBy(readings: readonly TitledReading[], mesh: Mesh | undefined): readonly TitledReading[] {
  return mesh === undefined ? readings : readings.filter(({ title }) => {
    const own = (Object.keys(MESHES) as (keyof typeof MESHES)[]).find(name => title.includes(MESHES[name]));
    return own === undefined || own === mesh;
  });
}
