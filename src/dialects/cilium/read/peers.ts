import { clientsInBlock, clientsOfEntity, clientsOutside, goesToEntity, isEntity } from './entities';
import type { Group, Groups } from './groups';
import { hostIs } from './hosts';
import { notKnown, peersOf } from './selector';
import type { Fields } from '../../../manifests/fields';
import { isBlock } from '../../../meaning/address';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt, isTrue, NEVER } from '../../../meaning/condition';
import { EVERYTHING } from '../../../meaning/selector';
import { exactly } from '../../../meaning/text';
import { isOutside, type Outside, type PodPort } from '../../../meaning/world';
import type { Cluster } from '../../../reading/cluster/cluster';

export type Direction = 'ingress' | 'egress';

/** Who is meant: a Doubt where it is not understood. */
export type Peer = Doubt
  | { readonly type: 'endpoints'; readonly are: Condition; readonly fields: Fields }
  | { readonly type: 'entity'; readonly name: string; readonly fields: Fields }
  | { readonly type: 'block'; readonly cidr: string; readonly except: readonly string[]; readonly fields: Fields }
  | { readonly type: 'group'; readonly group: Group; readonly fields: Fields }
  | { readonly type: 'host'; readonly pattern: string; readonly fields: Fields };

const WORDS: Readonly<Record<Direction, string>> = { ingress: 'from', egress: 'to' };

/** Where a rule stands. */
export interface Setting {
  /** Absent for all. */
  readonly namespace?: string;
  readonly groups: Groups;
  readonly cluster: Cluster;
}

/** Whom a rule means; undefined for everyone. */
export function peersIn(rule: Fields, direction: Direction, setting: Setting, reject: (doubt: Doubt) => void): Peer[] | undefined {
  const lists = Object.entries(KINDS).map(([name, read]) => ({ list: rule.field(`${WORDS[direction]}${name}`), read }))
    .filter(({ list }) => list.isSaid);
  if (lists.length === 0) return undefined;
  if (lists.length > 1) reject(notKnown(rule, 'Cilium takes a rule with peers of one kind only'));
  // What is empty is nobody, and everyone where something on the way drops the empty list.
  lists.filter(({ list }) => list.items().length === 0).forEach(({ list }) => list.doubt('an empty list may mean nobody, or everyone'));
  return lists.flatMap(({ list, read }) => list.items().map(item => read(item, setting, reject)));
}

type Read = (item: Fields, setting: Setting, reject: (doubt: Doubt) => void) => Peer;

const KINDS: Readonly<Record<string, Read>> = {
  Endpoints: (fields, { namespace }) => ({ type: 'endpoints', are: peersOf(fields, namespace), fields }),
  Entities: (fields, _, reject) => {
    const name = fields.text();
    if (!isEntity(name)) reject(notKnown(fields, 'it is no entity that is known here'));
    return { type: 'entity', name: name ?? '', fields };
  },
  CIDR: (fields, _, reject) => blockOf(fields, fields.text(), [], reject),
  CIDRSet: (fields, { groups }, reject) => {
    const [cidr, except] = [fields.field('cidr'), fields.field('except').items().map(item => item.text())];
    return cidr.isSaid ? blockOf(fields, cidr.text(), except, reject) : { type: 'group', group: groupOf(fields, groups), fields };
  },
  // Agents drop a policy with them, unless they run with `--enable-node-selector-labels`.
  Nodes: fields => other(fields, 'labels of nodes are not known here, and most agents drop the policy'),
  Groups: fields => other(fields, 'who is in a group of another provider is not known here'),
  FQDNs: fields => {
    const [name, pattern] = ['matchName', 'matchPattern'].map(field => fields.field(field).text());
    return { type: 'host', pattern: (name ?? pattern ?? '').toLowerCase().replace(/\.$/, ''), fields };
  },
  // One with a selector stands for its pods, at whichever port (`processRule` in `pkg/policy/k8s/service.go` of cilium/cilium).
  Services: (fields, { cluster }) => {
    const named = fields.field('k8sService');
    const [name, namespace] = ['serviceName', 'namespace'].map(field => named.field(field).text() || undefined);
    const service = name === undefined || namespace === undefined ? undefined : cluster.service(namespace, name);
    if (service === undefined || namespace === undefined) return other(fields, 'it is not known which Services these are');
    const { selector } = service;
    return selector === undefined ? other(fields, 'where a Service without a selector leads is not known here')
      : { type: 'endpoints', are: { type: 'pod', namespace: exactly(namespace), labels: { ...EVERYTHING, matchLabels: selector } }, fields };
  },
};

function other(fields: Fields, why: string): Doubt {
  fields.take();
  return notKnown(fields, why);
}

function blockOf(fields: Fields, cidr: string | undefined, except: readonly (string | undefined)[], reject: (doubt: Doubt) => void): Peer {
  const [first, ...others] = blocksIn([cidr, ...except]);
  if (first === undefined || others.length < except.length) {
    const doubt = notKnown(fields, 'it is no block of addresses');
    reject(doubt);
    return doubt;
  }
  return { type: 'block', cidr: first, except: others, fields };
}

function blocksIn(texts: readonly (string | undefined)[]): string[] {
  return texts.flatMap(text => text !== undefined && isBlock(text) ? text : []);
}

/** One that is not there is for nobody, but it may be in other files. */
function groupOf(fields: Fields, groups: Groups): Group {
  const [name, selector] = [fields.field('cidrGroupRef').text(), fields.field('cidrGroupSelector')];
  if (selector.isSaid || name === undefined) {
    selector.take();
    return notKnown(fields, 'which groups of addresses are selected is not known here');
  }
  if (fields.field('except').isSaid) return notKnown(fields, 'releases of Cilium differ in what a group is without a block');
  return groups.get(name) ?? notKnown(fields, `there is no CiliumCIDRGroup '${name}' in the files`);
}

/** Clients that a peer means. */
export function clients(peer: Peer): Condition {
  switch (peer.type) {
    case 'unknown': return peer;
    case 'endpoints': return peer.are;
    case 'entity': return clientsOfEntity(peer.name, peer.fields);
    case 'block': return clientsInBlock(peer.cidr, peer.except, peer.fields);
    case 'group': return inGroup(peer.group, within => clientsInBlock(within, [], peer.fields), clientsOutside(peer.fields));
    // No client is one.
    case 'host': return NEVER;
  }
}

/** Whether calls go to what a peer means. */
export function destination(peer: Peer, to: PodPort | Outside): Condition {
  switch (peer.type) {
    case 'unknown': return peer;
    case 'endpoints': return isOutside(to) ? NEVER : known(isTrue(peer.are, asCaller(to)), notKnown(peer.fields, 'the labels are not known'));
    case 'entity': return isEntity(peer.name) ? goesToEntity(peer.name, to, peer.fields) : notKnown(peer.fields, 'it is no entity that is known here');
    // What is in the cluster has an identity of its own.
    case 'block': return isOutside(to) ? { type: 'toAddress', within: peer.cidr, except: peer.except } : NEVER;
    case 'group': return isOutside(to) ? inGroup(peer.group, within => ({ type: 'toAddress', within, except: [] }), ALWAYS) : NEVER;
    case 'host': return isOutside(to) ? hostIs(peer.pattern) : NEVER;
  }
}

/** Whether something is in one of the blocks of a group; of those that it might be, where the group is not understood. */
function inGroup(group: Group, isWithin: (block: string) => Condition, perhaps: Condition): Condition {
  return group.type === 'blocks' ? anyOf(...group.blocks.map(isWithin)) : allOf(perhaps, group);
}

/** Pods, as if they called: what is said of clients can be asked of them. */
export function asCaller({ pod }: Pick<PodPort, 'pod'>): Parameters<typeof isTrue>[1] {
  return { client: { kind: 'pod', ...pod }, pod, port: 0, protocol: 'TCP' };
}

function known(truth: ReturnType<typeof isTrue>, doubt: Doubt): Condition {
  return truth === 'unknown' ? doubt : truth === 'yes' ? ALWAYS : NEVER;
}
