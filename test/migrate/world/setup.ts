import type { SmiMesh } from '../../../src/dialects/smi/read/meshes';
import { documentsIn } from '../../../src/manifests/documents';
import { World } from '../../../src/migrate/world';

/** The world of some documents of one file. */
export function worldOf(text: string, mesh: SmiMesh = 'osm', namespace?: string): World {
  return new World(documentsIn('a.yaml', text), { mesh, namespace });
}

export const findingsOf = ({ findings }: World) =>
  findings.map(({ place: { file, line, path }, message, isUnknown }) => `${file}:${line} ${path}: ${message}${isUnknown ? '' : ' (assumed)'}`);

/** A Deployment whose pods have this specification and these metadata, as JSON. */
export function deployment(name: string, pod: unknown, metadata: unknown = { labels: { app: name } }): string {
  return JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop' }, spec: { template: { metadata, spec: pod } } });
}

export function joined(...documents: readonly string[]): string {
  return documents.join('\n---\n');
}
