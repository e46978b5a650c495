import { isBlock } from '../../../meaning/address';
import type { Client } from '../../../meaning/call';
import { anyOf, type Condition } from '../../../meaning/condition';
import type { Decision, Source } from '../../../meaning/decision';
import type { Gate, Outside, Passage, PodPort } from '../../../meaning/world';
import { isOutside } from '../../../meaning/world';
import { grouped } from '../../../model/lists';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { annotations, keyOf, labels } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';

/** Where an EgressNetwork is for every namespace, unless one of its own has the address. */
const GLOBAL = 'linkerd-egress';

/** What may be on an EgressNetwork. */
const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'];

interface EgressNetwork {
  readonly source: Source;
  readonly key: string;
  /** What is in one of its blocks; undefined where these are those of the installation. */
  readonly isIn: Condition | undefined;
  /** Undefined where something of it is not understood. */
  readonly passage: Passage | undefined;
}

/**
 * What leaves for outside, by the EgressNetwork of the namespace of the client. Of several, the one with the smallest block decides, and without
 * blocks, those of the installation, which are not in the files: that is unknown, and so is what becomes of it by routes.
 *
 * @see https://linkerd.io/2/reference/egress-network/
 */
export function leavingBy(all: readonly ReadObject[]): (client: Client, to: PodPort | Outside) => readonly Gate[] {
  const networks = all.filter(({ kind }) => kind === 'EgressNetwork')
    .map(object => ({ namespace: object.namespace ?? DEFAULT_NAMESPACE, ...networkOf(object) }));
  const routed = new Set(all.filter(({ kind }) => ROUTES.includes(kind)).flatMap(networksOf));
  const byNamespace = grouped(networks, ({ namespace }) => namespace);
  return (client, to) => {
    // Datagrams, and clients without a proxy, go past it.
    if (client.kind !== 'pod' || client.meshed === false || !isOutside(to) || to.protocol === 'UDP') return [];
    const own = [...new Set([client.namespace, GLOBAL])].flatMap(namespace => byNamespace.get(namespace) ?? []);
    const isPlain = own.every(({ passage, key }) => passage !== undefined && !routed.has(key));
    if (isPlain && own.every(({ passage }) => passage === 'allowed')) return [];
    const [network, ...others] = own;
    return [{ title: 'Linkerd', decision: isPlain && others.length === 0 && network.isIn !== undefined ? by(network, network.isIn) : unknown(network.source) }];
  };
}

function networkOf(object: ReadObject): EgressNetwork {
  const { fields, namespace = DEFAULT_NAMESPACE, name } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  const blocks = spec.field('networks').items().map((block): Condition => {
    const [within, except] = [block.field('cidr').text(), block.field('except').items().flatMap(item => item.text() ?? [])];
    if ([within, ...except].some(one => one === undefined || !isBlock(one))) block.doubt('it is no block of addresses');
    return { type: 'toAddress', within: within ?? '', except };
  });
  const policy = spec.field('trafficPolicy').text();
  const passage = policy === 'Allow' ? 'allowed' : policy === 'Deny' ? 'denied' : undefined;
  return {
    source: sourceOf(object),
    key: keyOf(namespace, name),
    isIn: blocks.length === 0 ? undefined : anyOf(...blocks),
    passage: fields.doubts().length === 0 ? passage : undefined,
  };
}

function by({ source, passage = 'denied' }: EgressNetwork, isIn: Condition): Decision<Passage> {
  const then = { value: passage, why: `its trafficPolicy is ${passage === 'denied' ? 'Deny' : 'Allow'}`, source };
  return { branches: [{ when: isIn, then, source }], otherwise: { value: 'allowed', why: 'no EgressNetwork has the address' } };
}

function unknown(source: Source): Decision<Passage> {
  const why = 'what an EgressNetwork lets out is not known here';
  return { branches: [], otherwise: { value: { unknown: why }, why, source } };
}

/** The EgressNetworks that a route is on. */
function networksOf({ fields, namespace = DEFAULT_NAMESPACE }: ReadObject): string[] {
  const parents = fields.field('spec').field('parentRefs').items().filter(ref => ref.field('kind').text() === 'EgressNetwork');
  return parents.map(ref => keyOf(ref.field('namespace').text() ?? namespace, ref.field('name').text() ?? ''));
}
