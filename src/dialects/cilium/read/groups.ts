import type { Fields } from '../../../manifests/fields';
import { isBlock } from '../../../meaning/address';
import type { Doubt } from '../../../meaning/condition';
import { labels } from '../../../reading/cluster/object';
import type { ReadObject } from '../../../reading/objects';
import { doubtOf } from '../../../reading/understood';

/** The blocks of addresses of a CiliumCIDRGroup, or that they are not understood. */
export type Group = Doubt | { readonly type: 'blocks'; readonly blocks: readonly string[] };

export type Groups = ReadonlyMap<string, Group>;

export function groupsOf(objects: readonly ReadObject[]): Groups {
  return new Map(objects.filter(({ kind }) => kind === 'CiliumCIDRGroup').map(object => [object.name, groupOf(object)]));
}

function groupOf({ fields }: ReadObject): Group {
  labels(fields.field('metadata').field('labels'));
  const blocks = fields.field('spec').field('externalCIDRs').items().flatMap(blockOf);
  const [doubt] = fields.doubts();
  return doubt === undefined ? { type: 'blocks', blocks } : doubtOf(doubt);
}

function blockOf(item: Fields): string[] {
  const block = item.text();
  return block !== undefined && block.includes('/') && isBlock(block) ? [block] : item.doubt('it is no block of addresses') ?? [];
}
