import { documentsIn } from '../../../../manifests/documents';
import { Fields } from '../../../../manifests/fields';
import type { ReadObject } from '../../../../reading/objects';

/** What the installation says, where it is among the manifests. */
export interface MeshConfig {
  /** Objects there hold for the whole mesh. */
  readonly rootNamespace: string;
  /** That of the mesh, and its aliases. Absent where they are not known. */
  readonly trustDomains?: readonly string[];
}

/** Of the ConfigMap that istiod reads, or of an IstioOperator. */
export function meshConfigOf(operators: readonly ReadObject[], configMaps: readonly ReadObject[]): MeshConfig {
  const said = [
    ...operators.map(({ fields }) => fields.field('spec').field('meshConfig')),
    ...configMaps.filter(({ name }) => /^istio(?:-|$)/.test(name)).flatMap(meshOf),
  ].filter(({ isSaid }) => isSaid);
  const [root] = said.flatMap(fields => fields.field('rootNamespace').text() ?? []);
  const domains = said.flatMap(fields => [fields.field('trustDomain'), ...fields.field('trustDomainAliases').items()]).flatMap(field => field.text() ?? []);
  said.forEach(fields => fields.take());
  return {
    rootNamespace: root ?? 'istio-system',
    ...(said.length > 0 && { trustDomains: domains.length === 0 ? ['cluster.local'] : domains }),
  };
}

/** It stands there as a text. */
function meshOf({ fields, place: { file } }: ReadObject): Fields[] {
  const mesh = fields.field('data').field('mesh').text();
  return mesh === undefined ? [] : [...documentsIn(file, mesh)].flatMap(({ content }) => 'broken' in content ? [] : [Fields.of(file, content)]);
}
