import type { Fields } from '../../../manifests/fields';
import { allOf, ALWAYS, answered, anyOf, type Condition, type Doubt, NEVER, noneOf } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import { type Selector, selects, selectsNamespace } from '../../../meaning/selector';
import { exactly } from '../../../meaning/text';
import { all, truthOf } from '../../../meaning/truth';
import { isCalled, isOutside, type Outside, type PodPort } from '../../../meaning/world';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import type { ReadObject } from '../../../reading/objects';
import { sourceOf } from '../../../reading/objects';
import { selectorOf } from '../../../reading/selector';
import { doubtOf, UNNAMED } from '../../../reading/understood';

/** A NetworkPolicy, in one direction. */
export interface Policy {
  readonly source: Source;
  readonly namespace: string;
  /** Undefined where it is not understood. */
  readonly pods: Selector | undefined;
  readonly rules: readonly Rule[];
  /** Something that is not understood, beside its rules. */
  readonly doubt?: Doubt;
}

export interface Rule {
  readonly source: Source;
  /** Absent for everyone. */
  readonly peers?: readonly Peer[];
  /** Absent for all. */
  readonly ports?: readonly Port[];
  /** Something of it that is not understood. */
  readonly doubt?: Doubt;
}

/** Who is meant: a Doubt where it is not understood. */
export type Peer = Doubt | PodPeer | Block;

interface Block {
  readonly type: 'block';
  readonly cidr: string;
  readonly except: readonly string[];
  readonly doubt: Doubt;
}

interface PodPeer {
  readonly type: 'pods';
  readonly doubt: Doubt;
  /** Absent for the namespace of the policy. */
  readonly namespaces?: Selector;
  readonly pods: Selector;
}

export type Port = Doubt | { readonly type: 'port'; readonly protocol: string; readonly doubt: Doubt; readonly first?: number | string; readonly last?: number };

export type Direction = 'ingress' | 'egress';

/** What a NetworkPolicy says of both directions; undefined where it says nothing of one. */
export function policiesOf(object: ReadObject): Readonly<Record<Direction, Policy | undefined>> {
  const spec = object.fields.field('spec');
  const types = spec.field('policyTypes').items().map(type => {
    const said = type.text();
    return said === 'Ingress' || said === 'Egress' ? said : type.doubt('no API server takes it');
  });
  const isFor = (direction: 'Ingress' | 'Egress') => types.includes(direction) || types.includes(undefined);
  const pods = selectorOf(spec.field('podSelector'));
  const [ingress, egress] = [rulesOf(object, 'ingress', 'from'), rulesOf(object, 'egress', 'to')];
  const [doubt] = object.fields.doubts().filter(({ place }) => !/^spec\.(?:ingress|egress)\[/.test(place.path));
  const policy = (rules: readonly Rule[]): Policy => ({
    source: sourceOf(object), namespace: object.namespace ?? DEFAULT_NAMESPACE, pods, rules, ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
  });
  // Without types, it is for ingress, and for egress where it has such rules.
  return {
    ingress: types.length === 0 || isFor('Ingress') ? policy(ingress) : undefined,
    egress: types.length === 0 ? egress.length > 0 ? policy(egress) : undefined : isFor('Egress') ? policy(egress) : undefined,
  };
}

function rulesOf(object: ReadObject, direction: Direction, peers: 'from' | 'to'): Rule[] {
  return object.fields.field('spec').field(direction).items().map((rule): Rule => {
    const [own, ports] = [rule.field(peers).items().map(peerOf), rule.field('ports').items().map(portOf)];
    const [doubt] = rule.doubts();
    return {
      source: sourceOf(object, rule),
      ...(own.length > 0 && { peers: own }),
      ...(ports.length > 0 && { ports }),
      ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
    };
  });
}

function peerOf(fields: Fields): Peer {
  const [block, namespaces, pods] = ['ipBlock', 'namespaceSelector', 'podSelector'].map(name => fields.field(name));
  if (block.isSaid) {
    const cidr = block.field('cidr').text();
    const except = block.field('except').items().map(item => item.text());
    return cidr === undefined || except.includes(undefined) ? notUnderstood(fields, 'the block is not understood') : {
      type: 'block',
      cidr,
      except: except.filter(one => one !== undefined),
      doubt: { ...notUnderstood(fields, 'networks differ in whether a block holds for pods'), about: JSON.stringify([cidr, except]) },
    };
  }
  const [inNamespaces, some] = [selectorOf(namespaces), selectorOf(pods)];
  if (inNamespaces === undefined || some === undefined) return notUnderstood(fields, 'the selector is not understood');
  return { type: 'pods', doubt: notUnderstood(fields, 'the labels are not known'), pods: some, ...(namespaces.isSaid && { namespaces: inNamespaces }) };
}

function portOf(fields: Fields): Port {
  const [port, protocol = 'TCP', last] = [fields.field('port').take(), fields.field('protocol').text(), fields.field('endPort').integer()];
  if (port !== undefined && typeof port !== 'number' && typeof port !== 'string') return notUnderstood(fields, 'the port is not understood');
  if (!['TCP', 'UDP', 'SCTP'].includes(protocol) || (last !== undefined && (typeof port !== 'number' || last < port))) {
    return notUnderstood(fields, 'no API server takes it');
  }
  const doubt = notUnderstood(fields, UNNAMED);
  return { type: 'port', protocol, doubt, ...(port !== undefined && { first: port }), ...(last !== undefined && { last }) };
}

function notUnderstood({ place }: Fields, why: string): Doubt {
  return { type: 'unknown', why, place };
}

/** Whom a rule is for. */
export function clientsOf({ peers }: Rule, namespace: string): Condition {
  return peers === undefined ? ALWAYS : anyOf(...peers.map(peer => clientCondition(peer, namespace)));
}

function clientCondition(peer: Peer, namespace: string): Condition {
  switch (peer.type) {
    case 'unknown': return peer;
    case 'pods': return {
      type: 'pod',
      labels: peer.pods,
      ...(peer.namespaces === undefined ? { namespace: exactly(namespace) } : { namespaceLabels: peer.namespaces }),
    };
    case 'block': return allOf({ type: 'address', within: peer.cidr, except: peer.except }, anyOf(noneOf({ type: 'client', kinds: ['pod'] }), peer.doubt));
  }
}

/** Whether a rule is for calls to a port of pods, or outside. */
export function goesTo({ peers }: Rule, namespace: string, to: PodPort | Outside): Condition {
  return peers === undefined ? ALWAYS : anyOf(...peers.map(peer => destination(peer, namespace, to)));
}

function destination(peer: Peer, namespace: string, to: PodPort | Outside): Condition {
  switch (peer.type) {
    case 'unknown': return peer;
    case 'pods': return isOutside(to) ? NEVER : answered(all([
      peer.namespaces === undefined ? truthOf(to.pod.namespace === namespace)
        : selectsNamespace(peer.namespaces, to.pod.namespaceLabels, to.pod.namespace),
      selects(peer.pods, to.pod),
    ]), { ...peer.doubt, about: JSON.stringify([peer.namespaces ?? namespace, peer.pods]) });
    case 'block':
      // The address of a pod is not known here.
      return isOutside(to) ? { type: 'toAddress', within: peer.cidr, except: peer.except } : peer.doubt;
  }
}

/** Whether a rule is for a port. */
export function isAtPort({ ports }: Rule, to: PodPort | Outside): Condition {
  return ports === undefined ? ALWAYS : anyOf(...ports.map(port => portCondition(port, to)));
}

function portCondition(port: Port, to: PodPort | Outside): Condition {
  if (port.type === 'unknown') return port;
  const { first, last = first } = port;
  if (port.protocol !== (to.protocol === 'UDP' ? 'UDP' : 'TCP')) return NEVER;
  if (first === undefined) return ALWAYS;
  const isRange = typeof first === 'number' && typeof last === 'number';
  // Outside, ports have no names.
  if (isOutside(to)) return isRange ? { type: 'toPort', first, last } : NEVER;
  if (typeof first === 'string') return answered(isCalled(to, first), port.doubt);
  return first === to.port || (isRange && first <= to.port && to.port <= last) ? ALWAYS : NEVER;
}
