import type { MigrateFlags } from './migrate-flags';
import { Misuse } from './options';
import { SMI_MESHES, type SmiMesh } from '../dialects/smi/read/meshes';
import type { Document } from '../manifests/documents';
import { groupOf } from '../manifests/names';
import { meshesAmong, type OldMesh, OLD_MESHES } from '../migrate/policies/old-meshes';

/** What is migrated: SMI, as a mesh read it, or the policies of a mesh. */
export type Source = { readonly type: 'smi'; readonly from: SmiMesh } | { readonly type: 'policies'; readonly from: OldMesh };

/** By the option, and otherwise by what the files hold. Linkerd and Consul have read SMI, and have policies of their own. */
export function sourceOf({ from, only }: Pick<MigrateFlags, 'from' | 'only'>, manifests: readonly Document[]): Source {
  const source = found(from, manifests);
  const [others] = [source.type === 'smi' ? only.policies : only.smi];
  if (others.length > 0) throw new Misuse(`'${others[0]}' is ${source.type === 'smi' ? 'not for SMI' : 'for SMI, and there is none in the files'}`);
  return source;
}

function found(from: SmiMesh | OldMesh | undefined, manifests: readonly Document[]): Source {
  const objects = manifests.flatMap(({ content }) => 'broken' in content ? [] : [{ group: groupOf(content.manifest), kind: String(content.manifest?.kind), manifest: content.manifest }]);
  const hasSmi = objects.some(({ group }) => group.endsWith('smi-spec.io'));
  const meshes = meshesAmong(objects);
  if (from !== undefined) {
    const hasPolicies = isOldMesh(from) && (!isSmiMesh(from) || (!hasSmi && meshes.includes(from)));
    return hasPolicies ? { type: 'policies', from } : { type: 'smi', from: from as SmiMesh };
  }
  if (hasSmi || meshes.length === 0) {
    throw new Misuse(`'--from' is missing: what SMI means depends on the mesh that read it. It is one of ${SMI_MESHES.join(', ')}`);
  }
  const [only, ...others] = meshes;
  if (others.length > 0) throw new Misuse(`'--from' is missing, and the files have policies of ${meshes.map(mesh => OLD_MESHES[mesh].title).join(' and ')}. It is one of ${meshes.join(', ')}`);
  return { type: 'policies', from: only };
}

function isOldMesh(from: string): from is OldMesh {
  return Object.hasOwn(OLD_MESHES, from);
}

function isSmiMesh(from: string): from is SmiMesh {
  return SMI_MESHES.some(one => one === from);
}
