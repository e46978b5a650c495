import type { Fields } from '../../../../manifests/fields';
import { isBlock, isIn } from '../../../../meaning/address';
import type { Condition } from '../../../../meaning/condition';
import type { Passage } from '../../../../meaning/world';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { annotations, keyOf, labels } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { ageOf, type Owner } from '../../../../reading/ranking';

/** An EgressNetwork: addresses outside the cluster, and whether they may be called. */
export interface EgressNetwork extends Owner {
  readonly key: string;
  readonly namespace: string;
  /** Without any, it is for all addresses outside the cluster. */
  readonly blocks: readonly Block[];
  /** Undefined where something of it is not understood. */
  readonly passage: Passage | undefined;
  /** Those that are said to carry no protocol that Linkerd knows; absent where nothing is said. */
  readonly opaquePorts?: readonly (readonly [first: number, last: number])[];
  /** Whether it may have addresses of the cluster, so that Linkerd follows no routes on it. */
  readonly mayOverlap: boolean;
}

export interface Block {
  readonly is: Condition;
  readonly size: number;
}

/** What Linkerd takes for addresses of the cluster, unless it is installed with others (`clusterNetworks`). */
export const CLUSTER: readonly string[] = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'];

export function networkOf(object: ReadObject): EgressNetwork {
  const { fields, namespace = DEFAULT_NAMESPACE, name, manifest } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  const { 'config.linkerd.io/opaque-ports': opaque } = annotations(metadata.field('annotations'));
  const blocks = spec.field('networks').items().flatMap(block => blockOf(block) ?? []);
  const opaquePorts = opaque === undefined ? undefined : portsIn(opaque) ?? metadata.field('annotations').doubt('these are no ports');
  const policy = spec.field('trafficPolicy').text();
  const passage = policy === 'Allow' ? 'allowed' : policy === 'Deny' ? 'denied' : undefined;
  return {
    source: sourceOf(object),
    key: keyOf(namespace, name),
    namespace,
    blocks,
    passage: fields.doubts().length === 0 ? passage : undefined,
    ...(opaquePorts !== undefined && { opaquePorts }),
    mayOverlap: blocks.some(({ within }) => CLUSTER.some(block => isIn(block, addressOf(within)) || isIn(within, addressOf(block)))),
    ...ageOf(manifest?.metadata?.creationTimestamp, keyOf(namespace, name)),
  };
}

function blockOf(fields: Fields): (Block & { readonly within: string }) | undefined {
  const [within, except] = [fields.field('cidr').text(), fields.field('except').items().flatMap(item => item.text() ?? [])];
  if (within === undefined || ![within, ...except].every(isBlock)) return fields.doubt('it is not a block of addresses');
  return { within, is: { type: 'toAddress', within, except }, size: except.reduce((left, one) => left - sizeOf(one), sizeOf(within)) };
}

/** Without those of the network and of the broadcast, in blocks that have them (`block_size` in `policy-controller/k8s/api/src/policy/network.rs`). */
function sizeOf(block: string): number {
  const isV6 = block.includes(':');
  const [, length = isV6 ? '128' : '32'] = block.split('/');
  return 2 ** ((isV6 ? 128 : 32) - Number(length)) - (!isV6 && Number(length) < 31 ? 2 : 0);
}

function addressOf(block: string): string {
  return block.split('/')[0];
}

function portsIn(text: string): [number, number][] | undefined {
  const all = text.split(',').map(one => /^\s*([0-9]{1,5})(?:-([0-9]{1,5}))?\s*$/.exec(one));
  return all.includes(null) ? undefined : all.map(one => [Number(one?.[1]), Number(one?.[2] ?? one?.[1])]);
}
