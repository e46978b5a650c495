import { type Asked, imagined, type PodClient } from './imagined';
import { pushTo } from '../../model/lists';
import type { Call, Client } from '../call';
import { type Atom, isTrue } from '../condition';
import { type Labels, NAME_LABEL, type Selector } from '../selector';
import type { Text } from '../text';

/** The pods that are known as clients. */
export interface Known {
  readonly pods: readonly PodClient[];
  podsIn(namespace: string): readonly PodClient[];
  namespaceLabels(namespace: string): Labels | undefined;
}

/** Clients of whom the same is true: the first stands for all. */
export interface Crowd {
  readonly clients: readonly Client[];
  /** Whether they are all there are. */
  readonly areAll: boolean;
}

export interface Crowds {
  readonly crowds: readonly Crowd[];
  /** Whether nobody else can be told apart from them. */
  readonly isWhole: boolean;
}

/**
 * Everyone who can be told apart by some conditions: the pods that are known, pods that only the conditions know of, other pods, and who is no
 * pod at all.
 */
export function crowds(atoms: readonly Atom[], known: Known, call: Omit<Call, 'client'>): Crowds {
  const own = atoms.filter(isOfClients);
  const { clients: others, isWhole } = imagined(own, known.namespaceLabels, call.pod.namespace);
  const pods = meant(own, known);
  const byTruths = new Map<string, Client[]>();
  const keyOf = (client: Client) =>
    own.map(atom => isTrue(atom, { ...call, client })).join() + (own.some(({ type }) => type === 'address') ? client.kind === 'pod' : '');
  for (const client of [...pods, ...others, ...OTHERS]) pushTo(byTruths, keyOf(client), client);
  // Pods that are in the mesh here may be outside of it: they are told where no other client stands for them.
  const isMeshTold = own.some(({ type }) => type === 'certificate' || type === 'spiffeId');
  const outsideTheMesh = isMeshTold ? pods.map(pod => ({ ...pod, meshed: false })).filter(pod => !byTruths.has(keyOf(pod))) : [];
  for (const pod of outsideTheMesh) pushTo(byTruths, keyOf(pod), pod);
  return { crowds: [...byTruths.values()].map(crowd => ({ clients: crowd, areAll: byTruths.size === 1 })), isWhole };
}

const OTHERS: readonly Client[] = (['outside', 'apiServer', 'node', 'kubelet'] as const).map(kind => ({ kind, meshed: false }));

const OF_CLIENTS: Readonly<Record<Atom['type'], boolean>> = {
  certificate: true,
  spiffeId: true,
  pod: true,
  client: true,
  address: true,
  entrance: false,
  method: false,
  path: false,
  target: false,
  host: false,
  header: false,
  query: false,
  claim: false,
  serverName: false,
  toAddress: false,
  toHost: false,
  toPort: false,
  unknown: false,
};

function isOfClients(atom: Atom): atom is Asked {
  return OF_CLIENTS[atom.type];
}

/** Of thousands of pods, those of the namespaces that are named; all, where conditions do not name them. */
function meant(atoms: readonly Asked[], { pods, podsIn }: Known): readonly PodClient[] {
  const namespaces = new Set<string>();
  for (const atom of atoms) {
    if (atom.type === 'client' || atom.type === 'address') continue;
    const named = atom.type === 'spiffeId' ? namespacesIn(atom.is) : exactTexts(atom.namespace) ?? (atom.type === 'pod' ? namesIn(atom.namespaceLabels) : undefined);
    if (named === undefined) return pods;
    named.forEach(name => namespaces.add(name));
  }
  return [...namespaces].sort().flatMap(name => podsIn(name));
}

function exactTexts(text: Text | undefined): string[] | undefined {
  if (text?.type === 'exact') return [text.value];
  if (text?.type !== 'oneOf') return undefined;
  const all = text.of.map(exactTexts);
  return all.includes(undefined) ? undefined : all.flatMap(one => one ?? []);
}

/** The namespaces of whole identities, or of the beginnings of such. */
function namespacesIn(ids: Text): string[] | undefined {
  const all = ids.type === 'oneOf' ? ids.of : [ids];
  const named = all.map(id => id.type === 'exact' || id.type === 'prefix' ? /^spiffe:\/\/[^/]+\/ns\/([^/]+)\//.exec(id.value)?.[1] : undefined);
  return named.includes(undefined) ? undefined : named.flatMap(name => name ?? []);
}

/** The namespaces that a selector of labels names. */
function namesIn(selector: Selector | undefined): readonly string[] | undefined {
  const name = selector?.matchLabels[NAME_LABEL];
  const expression = selector?.matchExpressions.find(({ key, operator }) => key === NAME_LABEL && operator === 'In');
  return name !== undefined ? [name] : expression !== undefined && 'values' in expression ? expression.values : undefined;
}
