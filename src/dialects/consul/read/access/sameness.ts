import { beside } from './beside';
import type { Source } from '../../../../meaning/decision';
import type { Truth } from '../../../../meaning/truth';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

/**
 * A SamenessGroup: partitions and peers whose services of one name are the same.
 *
 * @see https://developer.hashicorp.com/consul/docs/reference/config-entry/sameness-group
 */
export interface Group {
  readonly source: Source;
  readonly name: string;
  /** Whether services of this cluster are in it. Which partition that is stands in no manifest. */
  readonly isHere: Truth;
  /** Other members, in words. */
  readonly others: readonly string[];
  /** Who stands in for any service of which nothing else is said, as text. */
  readonly failover?: string;
}

export function groupOf(object: ReadObject): Group {
  const { fields, name } = object;
  const spec = fields.field('spec');
  const [isIncluded, isForFailover] = ['includeLocal', 'defaultForFailover'].map(field => spec.field(field).take() === true);
  const members = spec.field('members').items().map(item => {
    const [partition, peer] = ['partition', 'peer'].map(field => item.field(field).text() || undefined);
    if ((partition === undefined) === (peer === undefined)) item.doubt('Consul wants a partition or a peer');
    return { partition, peer };
  });
  beside(fields);
  const [finding] = fields.doubts();
  const words = members.map(({ partition, peer }) => peer === undefined ? `the partition '${partition}'` : `the peer '${peer}'`);
  const isPerhapsHere = members.some(({ partition }) => partition !== undefined);
  return {
    source: sourceOf(object),
    name,
    isHere: finding !== undefined ? 'unknown' : isIncluded ? 'yes' : isPerhapsHere ? 'unknown' : 'no',
    others: words,
    ...(isForFailover && { failover: `SamenessGroup: failover to ${finding === undefined ? words.join(', ') : doubtOf(finding).why}` }),
  };
}

/** The one of a name; undefined where it is not here, or is there twice. */
export function groupCalled(name: string, groups: readonly Group[]): Group | undefined {
  const [first, ...others] = groups.filter(group => group.name === name);
  return others.length === 0 ? first : undefined;
}
