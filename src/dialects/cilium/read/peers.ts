import type { InBlocks } from './agents';
import { clientsInBlock, clientsInBlocks, clientsOfEntity, goesToEntity, isEntity } from './entities';
import { type Among, groupNamed, type Groups, groupsSelected } from './groups';
import { hostIs } from './hosts';
import { notKnown, peersOf, requirementsOf } from './selector';
import type { Fields } from '../../../manifests/fields';
import { isBlock } from '../../../meaning/address';
import { allOf, ALWAYS, answered, type Condition, type Doubt, isTrue, NEVER } from '../../../meaning/condition';
import { EVERYTHING } from '../../../meaning/selector';
import { exactly } from '../../../meaning/text';
import { isOutside, type Outside, type PodPort } from '../../../meaning/world';
import type { Cluster } from '../../../reading/cluster/cluster';
import { selectorOf } from '../../../reading/selector';
import { understood } from '../../../reading/understood';

export type Direction = 'ingress' | 'egress';

/** Who is meant: a Doubt where it is not understood. */
export type Peer = Doubt
  | { readonly type: 'endpoints'; readonly are: Condition; readonly fields: Fields }
  | { readonly type: 'entity'; readonly name: string; readonly fields: Fields }
  | { readonly type: 'block'; readonly cidr: string; readonly except: readonly string[]; readonly fields: Fields; readonly others?: InBlocks }
  | { readonly type: 'groups'; readonly among: Among; readonly fields: Fields; readonly others?: InBlocks }
  | { readonly type: 'nodes'; readonly are: Condition; readonly fields: Fields }
  | { readonly type: 'host'; readonly pattern: string; readonly fields: Fields };

const WORDS: Readonly<Record<Direction, string>> = { ingress: 'from', egress: 'to' };

/** Where a rule stands. */
export interface Setting {
  /** Absent for all. */
  readonly namespace?: string;
  readonly groups: Groups;
  readonly cluster: Cluster;
  /** Whether agents know labels of nodes; undefined where that is not known. */
  readonly nodeLabels: boolean | undefined;
  /** Who else is in blocks than those outside. */
  readonly others?: InBlocks;
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
    if (!isEntity(name)) reject(notKnown(fields, 'it is not an entity that is known here'));
    return { type: 'entity', name: name ?? '', fields };
  },
  CIDR: (fields, { others }, reject) => ofOthers(blockOf(fields, fields.text(), [], reject), others),
  CIDRSet: (fields, { groups, others }, reject) => {
    const [cidr, except] = [fields.field('cidr'), fields.field('except').items().map(item => item.text())];
    return ofOthers(cidr.isSaid ? blockOf(fields, cidr.text(), except, reject) : groupsIn(fields, groups), others);
  },
  // They mean other nodes than that of the pod (`parseToCiliumIngressCommonRule` in `pkg/k8s/apis/cilium.io/utils/utils.go`).
  Nodes: (fields, { nodeLabels }, reject) => {
    if (nodeLabels !== true) reject(notKnown(fields, 'agents drop the policy, unless they run with `--enable-node-selector-labels`'));
    const isOfAll = requirementsOf(selectorOf(fields)).length === 0;
    return { type: 'nodes', are: understood(fields, isOfAll ? ALWAYS : notKnown(fields, 'labels of nodes are not known here')), fields };
  },
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
    const doubt = notKnown(fields, 'it is not a block of addresses');
    reject(doubt);
    return doubt;
  }
  return { type: 'block', cidr: first, except: others, fields };
}

function ofOthers(peer: Peer, others: InBlocks | undefined): Peer {
  return others !== undefined && (peer.type === 'block' || peer.type === 'groups') ? { ...peer, others } : peer;
}

function blocksIn(texts: readonly (string | undefined)[]): string[] {
  return texts.flatMap(text => text !== undefined && isBlock(text) ? text : []);
}

function groupsIn(fields: Fields, groups: Groups): Peer {
  const [name, selector] = [fields.field('cidrGroupRef').text(), fields.field('cidrGroupSelector')];
  if (selector.isSaid === (name !== undefined)) return other(fields, 'Cilium takes a group by its name, or by a selector');
  if (fields.field('except').isSaid) return other(fields, 'releases of Cilium differ in what a group without a block means');
  const among = name === undefined ? groupsSelected(selector, groups) : groupNamed(name, fields, groups);
  return typeof among === 'function' ? { type: 'groups', among, fields } : among;
}

/** Clients that a peer means. */
export function clients(peer: Peer): Condition {
  switch (peer.type) {
    case 'unknown': return peer;
    case 'endpoints': return peer.are;
    case 'entity': return clientsOfEntity(peer.name, peer.fields);
    case 'block': return clientsInBlock(peer.cidr, peer.except, peer.fields, peer.others);
    case 'groups': return allOf(clientsInBlocks(peer.fields, peer.others), peer.among(within => ({ type: 'address', within, except: [] })));
    case 'nodes': return allOf(clientsOfEntity('remote-node', peer.fields), peer.are);
    // No client is one.
    case 'host': return NEVER;
  }
}

/** Whether calls go to what a peer means. */
export function destination(peer: Peer, to: PodPort | Outside): Condition {
  switch (peer.type) {
    case 'unknown': return peer;
    case 'endpoints': return isOutside(to) ? NEVER : answered(isTrue(peer.are, asCaller(to)), notKnown(peer.fields, 'the labels are not known'));
    case 'entity': return isEntity(peer.name) ? goesToEntity(peer.name, to, peer.fields) : notKnown(peer.fields, 'it is not an entity that is known here');
    case 'block': return isOutside(to) ? { type: 'toAddress', within: peer.cidr, except: peer.except } : podsInBlocks(peer.others);
    case 'groups': return isOutside(to) ? peer.among(within => ({ type: 'toAddress', within, except: [] })) : podsInBlocks(peer.others);
    case 'nodes': return goesToEntity('remote-node', to, peer.fields);
    case 'host': return isOutside(to) ? hostIs(peer.pattern) : NEVER;
  }
}

/** What is in the cluster has an identity of its own. */
function podsInBlocks(others: InBlocks | undefined): Condition {
  return others?.kinds.includes('pod') === true ? others.doubt : NEVER;
}

/** Pods, as if they called: what is said of clients can be asked of them. */
export function asCaller({ pod }: Pick<PodPort, 'pod'>): Parameters<typeof isTrue>[1] {
  return { client: { kind: 'pod', ...pod }, pod, port: 0, protocol: 'TCP' };
}
