import { clientsInBlock, clientsOfEntity, goesToEntity, isEntity } from './entities';
import { hostIs } from './hosts';
import { notKnown, peersOf } from './selector';
import type { Fields } from '../../../manifests/fields';
import { isBlock } from '../../../meaning/address';
import { type Condition, type Doubt, isTrue, NEVER, ALWAYS } from '../../../meaning/condition';
import { isOutside, type Outside, type PodPort } from '../../../meaning/world';

export type Direction = 'ingress' | 'egress';

/** Who is meant: a Doubt where it is not understood. */
export type Peer = Doubt
  | { readonly type: 'endpoints'; readonly are: Condition; readonly fields: Fields }
  | { readonly type: 'entity'; readonly name: string; readonly fields: Fields }
  | { readonly type: 'block'; readonly cidr: string; readonly except: readonly string[]; readonly fields: Fields }
  | { readonly type: 'host'; readonly pattern: string; readonly fields: Fields }
  | { readonly type: 'service'; readonly service: string; readonly namespace: string; readonly fields: Fields };

const WORDS: Readonly<Record<Direction, string>> = { ingress: 'from', egress: 'to' };

/** Whom a rule means; undefined for everyone. */
export function peersIn(rule: Fields, direction: Direction, namespace: string | undefined, reject: (doubt: Doubt) => void): Peer[] | undefined {
  const lists = Object.entries(KINDS).map(([name, read]) => ({ list: rule.field(`${WORDS[direction]}${name}`), read }))
    .filter(({ list }) => list.isSaid);
  if (lists.length === 0) return undefined;
  if (lists.length > 1) reject(notKnown(rule, 'Cilium takes a rule with peers of one kind only'));
  // What is empty is nobody, and everyone where something on the way drops the empty list.
  lists.filter(({ list }) => list.items().length === 0).forEach(({ list }) => list.doubt('an empty list may mean nobody, or everyone'));
  return lists.flatMap(({ list, read }) => list.items().map(item => read(item, namespace, reject)));
}

type Read = (item: Fields, namespace: string | undefined, reject: (doubt: Doubt) => void) => Peer;

const KINDS: Readonly<Record<string, Read>> = {
  Endpoints: (fields, namespace) => ({ type: 'endpoints', are: peersOf(fields, namespace), fields }),
  Entities: (fields, _, reject) => {
    const name = fields.text();
    if (!isEntity(name)) reject(notKnown(fields, 'it is no entity that is known here'));
    return { type: 'entity', name: name ?? '', fields };
  },
  CIDR: (fields, _, reject) => blockOf(fields, fields.text(), [], reject),
  CIDRSet: (fields, _, reject) => fields.field('cidr').isSaid
    ? blockOf(fields, fields.field('cidr').text(), fields.field('except').items().map(item => item.text()), reject)
    : other(fields, 'who is in a group of addresses is not known here'),
  Nodes: fields => other(fields, 'labels of nodes are not known here'),
  Groups: fields => other(fields, 'who is in a group of another provider is not known here'),
  FQDNs: fields => {
    const [name, pattern] = ['matchName', 'matchPattern'].map(field => fields.field(field).text());
    return { type: 'host', pattern: (name ?? pattern ?? '').toLowerCase().replace(/\.$/, ''), fields };
  },
  Services: (fields, own) => {
    const service = fields.field('k8sService');
    const [name, namespace = own] = ['serviceName', 'namespace'].map(field => service.field(field).text() || undefined);
    return name === undefined || namespace === undefined ? other(fields, 'it is not known which Services these are') : { type: 'service', service: name, namespace, fields };
  },
};

function other(fields: Fields, why: string): Doubt {
  fields.take();
  return notKnown(fields, why);
}

function blockOf(fields: Fields, cidr: string | undefined, except: readonly (string | undefined)[], reject: (doubt: Doubt) => void): Peer {
  const blocks = [cidr, ...except].filter(block => block !== undefined && isBlock(block));
  if (blocks.length <= except.length) {
    const doubt = notKnown(fields, 'it is no block of addresses');
    reject(doubt);
    return doubt;
  }
  const [first, ...others] = blocks.filter(block => block !== undefined);
  return { type: 'block', cidr: first, except: others, fields };
}

/** Clients that a peer means. */
export function clients(peer: Peer): Condition {
  switch (peer.type) {
    case 'unknown': return peer;
    case 'endpoints': return peer.are;
    case 'entity': return clientsOfEntity(peer.name, peer.fields);
    case 'block': return clientsInBlock(peer.cidr, peer.except, peer.fields);
    // No client is one of these.
    case 'host':
    case 'service': return NEVER;
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
    case 'host': return isOutside(to) ? hostIs(peer.pattern) : NEVER;
    case 'service': return isOutside(to) || !to.entrances.some(({ service, namespace }) => service === peer.service && namespace === peer.namespace) ? NEVER : ALWAYS;
  }
}

/** Pods, as if they called: what is said of clients can be asked of them. */
export function asCaller({ pod }: Pick<PodPort, 'pod'>): Parameters<typeof isTrue>[1] {
  return { client: { kind: 'pod', ...pod }, pod, port: 0, protocol: 'TCP' };
}

function known(truth: ReturnType<typeof isTrue>, doubt: Doubt): Condition {
  return truth === 'unknown' ? doubt : truth === 'yes' ? ALWAYS : NEVER;
}
