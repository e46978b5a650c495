import { notKnown, requirementsOf } from './selector';
import type { Fields } from '../../../manifests/fields';
import { isBlock } from '../../../meaning/address';
import { allOf, anyOf, type Condition, type Doubt, noneOf } from '../../../meaning/condition';
import type { Labels, Requirement } from '../../../meaning/selector';
import { labels } from '../../../reading/cluster/object';
import type { ReadObject } from '../../../reading/objects';
import { selectorOf } from '../../../reading/selector';
import { doubtOf } from '../../../reading/understood';

/** A CiliumCIDRGroup. */
export interface Group {
  readonly labels: Labels;
  readonly blocks: readonly string[];
  /** Something of it that is not understood. */
  readonly doubt?: Doubt;
}

export type Groups = ReadonlyMap<string, Group>;

/** Whether an address is among those of groups, by what is true where it is in a block. */
export type Among = (isWithin: (block: string) => Condition) => Condition;

export function groupsOf(objects: readonly ReadObject[]): Groups {
  return new Map(objects.filter(({ kind }) => kind === 'CiliumCIDRGroup').map(object => [object.name, groupOf(object)]));
}

function groupOf({ fields }: ReadObject): Group {
  const group = { labels: labels(fields.field('metadata').field('labels')), blocks: fields.field('spec').field('externalCIDRs').items().flatMap(blockOf) };
  const [doubt] = fields.doubts();
  return doubt === undefined ? group : { ...group, doubt: doubtOf(doubt) };
}

function blockOf(item: Fields): string[] {
  const block = item.text();
  return block !== undefined && block.includes('/') && isBlock(block) ? [block] : item.doubt('it is not a block of addresses') ?? [];
}

/** One that is not there is for nobody, but it may be in other files. */
export function groupNamed(name: string, fields: Fields, groups: Groups): Among {
  const group = groups.get(name);
  return group === undefined ? () => notKnown(fields, `there is no CiliumCIDRGroup '${name}' in the files`) : among([group]);
}

function among(groups: readonly Group[]): Among {
  return isWithin => anyOf(...groups.flatMap(({ blocks, doubt }) => doubt === undefined ? blocks.map(isWithin) : [doubt]));
}

/**
 * An address has the labels of all groups that it is in. So two conditions may hold for one by two groups, and what one group has to lack is
 * true outside of it (`cidrsAndLabelsForCIDRGroup` and `matchesEncodedRequirement` in `pkg/policy` of cilium/cilium).
 */
export function groupsSelected(fields: Fields, groups: Groups): Among | Doubt {
  const selector = selectorOf(fields);
  const requirements = requirementsOf(selector);
  if (selector === undefined || requirements.some(({ key }) => /^io\.cilium\.|:/.test(key))) return notKnown(fields, 'the selector is not understood');
  if (!requirements.some(({ operator }) => operator === 'In' || operator === 'Exists')) {
    return notKnown(fields, 'where no label has to be there, releases of Cilium differ in whether it means pods, too');
  }
  return isWithin => allOf(...requirements.map(requirement => isMet(requirement, fields, groups, isWithin)));
}

function isMet({ key, ...requirement }: Requirement, fields: Fields, groups: Groups, isWithin: Parameters<Among>[0]): Condition {
  const having = (isSo: (value: string) => boolean) => [...groups.values()]
    .filter(({ labels: own, doubt }) => doubt !== undefined || (Object.hasOwn(own, key) && isSo(own[key])));
  const isIn = (values: readonly string[] | undefined) => {
    const isMeant = (value: string) => values === undefined || values.includes(value);
    const [meant, others] = [having(isMeant), values === undefined ? [] : having(value => !isMeant(value))];
    if (meant.length === 0) return notKnown(fields, `no CiliumCIDRGroup in the files has this label '${key}'`);
    const differ = notKnown(fields, `releases of Cilium differ in which '${key}' an address has that is in several groups`);
    return others.length === 0 ? among(meant)(isWithin) : allOf(among(meant)(isWithin), anyOf(noneOf(among(others)(isWithin)), differ));
  };
  switch (requirement.operator) {
    case 'In': return isIn(requirement.values);
    case 'NotIn': return noneOf(isIn(requirement.values));
    case 'Exists': return isIn(undefined);
    case 'DoesNotExist': return noneOf(isIn(undefined));
  }
}
