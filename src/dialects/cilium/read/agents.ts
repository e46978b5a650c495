import type { Cluster } from '../../../reading/cluster/cluster';

const SAID = new Map([['true', true], ['false', false], ['', false]]);

/** Whether agents know labels of nodes, by the ConfigMap of the installation; undefined where it is not in the files, or not understood. */
export function knowNodeLabels({ configMaps }: Cluster): boolean | undefined {
  const own = configMaps.filter(({ name }) => name === 'cilium-config');
  const [first, ...others] = own.map(({ fields }) => SAID.get(fields.field('data').field('enable-node-selector-labels').text() ?? ''));
  return others.every(one => one === first) ? first : undefined;
}
