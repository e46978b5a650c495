import type { InBlocks } from './agents';
import type { Fields } from '../../../manifests/fields';
import type { Client } from '../../../meaning/call';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt, NEVER } from '../../../meaning/condition';
import { isOutside, type Outside, type PodPort } from '../../../meaning/world';

/** What is no pod, and has a name of its own. */
export const ENTITIES = [
  'all', 'world', 'world-ipv4', 'world-ipv6', 'cluster', 'cluster-mesh', 'host', 'remote-node', 'kube-apiserver', 'ingress', 'health', 'init', 'none', 'unmanaged',
] as const;

type Entity = typeof ENTITIES[number];

export function isEntity(name: string | undefined): name is Entity {
  return ENTITIES.some(one => one === name);
}

/** Clients that an entity means. The API server may be outside, or on any of the nodes. */
export function clientsOfEntity(name: string, { place }: Fields): Condition {
  const doubt = (why: string): Doubt => ({ type: 'unknown', why, place });
  const mayBeServer = (...kinds: Client['kind'][]) => anyOf({ type: 'client', kinds }, allOf({ type: 'client', kinds: ['apiServer'] }, doubt(WHERE)));
  if (!isEntity(name)) return doubt('it is not an entity that is known here');
  switch (name) {
    case 'all': return ALWAYS;
    case 'world': return mayBeServer('outside');
    case 'world-ipv4': return allOf(mayBeServer('outside'), { type: 'address', within: '0.0.0.0/0', except: [] });
    case 'world-ipv6': return allOf(mayBeServer('outside'), { type: 'address', within: '::/0', except: [] });
    // Clients and pods of other clusters are not known here.
    case 'cluster':
    case 'cluster-mesh': return mayBeServer('pod', 'kubelet', 'node', 'gateway');
    case 'host': return mayBeServer('kubelet');
    case 'remote-node': return mayBeServer('node');
    case 'kube-apiserver': return { type: 'client', kinds: ['apiServer'] };
    // Gateways of Cilium are no pods.
    case 'ingress': return { type: 'client', kinds: ['gateway'] };
    case 'health':
    case 'init':
    case 'none': return NEVER;
    case 'unmanaged': return allOf({ type: 'client', kinds: ['pod'] }, doubt('it is not known which pods Cilium does not manage'));
  }
}

/** Clients with an address in a block: those outside, as pods and nodes have identities of their own. */
export function clientsInBlock(within: string, except: readonly string[], fields: Fields, others: InBlocks | undefined): Condition {
  return allOf(clientsInBlocks(fields, others), { type: 'address', within, except });
}

/** Clients that may be in blocks. */
export function clientsInBlocks({ place }: Fields, others: InBlocks | undefined): Condition {
  return anyOf(
    { type: 'client', kinds: ['outside'] },
    allOf({ type: 'client', kinds: ['apiServer'] }, { type: 'unknown', why: WHERE, place }),
    ...others === undefined ? [] : [allOf({ type: 'client', kinds: others.kinds }, others.doubt)],
  );
}

const WHERE = 'it is not known whether the API server is a node of the cluster';

/** Whether calls go to what an entity means. */
export function goesToEntity(name: Entity, to: PodPort | Outside, { place }: Fields): Condition {
  const doubt = (why: string): Doubt => ({ type: 'unknown', why, place });
  if (name === 'all') return ALWAYS;
  if (!isOutside(to)) return name === 'cluster' || name === 'cluster-mesh' ? ALWAYS : name === 'unmanaged' ? doubt('it is not known which pods Cilium does not manage') : NEVER;
  switch (name) {
    case 'world': return ALWAYS;
    case 'world-ipv4': return { type: 'toAddress', within: '0.0.0.0/0', except: [] };
    case 'world-ipv6': return { type: 'toAddress', within: '::/0', except: [] };
    case 'kube-apiserver': return doubt('it is not known where the API server is');
    default: return NEVER;
  }
}
