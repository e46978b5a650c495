import { partition } from './partition';
import type { Client } from '../call';
import { type ClientAtom, TRUST_DOMAIN } from '../condition';
import { type Labels, NAME_LABEL, type Selector } from '../selector';
import { ANYTHING, asRegex, regex, type Text } from '../text';

export type PodClient = Extract<Client, { readonly kind: 'pod' }>;

/** What can be asked of a client by itself. */
export type Asked = Exclude<ClientAtom, { readonly type: 'entrance' }>;

/** Combinations of what may be said of pods: with more, not all are put together. */
const MOST_COMBINATIONS = 4000;

const OTHER = 'another';
const NAME = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';

type AtomOf<Type extends Asked['type']> = Extract<Asked, { readonly type: Type }>;

/** Pods that may exist: each combination of what some conditions tell apart. */
export function imagined(
  atoms: readonly Asked[], namespaceLabels: (namespace: string) => Labels | undefined, own: string,
): { readonly clients: readonly PodClient[]; readonly isWhole: boolean } {
  const of = <Type extends Asked['type']>(type: Type) => atoms.filter((atom): atom is AtomOf<Type> => atom.type === type);
  const [certificates, pods, ids] = [of('certificate'), of('pod'), spiffeIds(of('spiffeId'), [...of('certificate'), ...of('pod')])];
  const names = cells([...certificates, ...pods].map(({ namespace }) => namespace), NAME, OTHER, own);
  const accounts = cells([...certificates, ...pods].map(({ serviceAccount }) => serviceAccount), NAME, OTHER);
  const domains = cells(certificates.map(({ trustDomain }) => trustDomain), '[a-z0-9.-]+', TRUST_DOMAIN);
  if (ids === undefined || names === undefined || accounts === undefined || domains === undefined) return { clients: [], isWhole: false };
  const isMeshTold = certificates.length + ids.length > 0;
  const named = [...new Set([...names, own, ...ids.map(({ namespace }) => namespace)])];
  const namespaces = [
    ...named.map(name => ({ name, labels: namespaceLabels(name) ?? { [NAME_LABEL]: name } })),
    ...pods.flatMap(({ namespaceLabels: selector }) => labelsFor(selector))
      .map(labels => ({ name: labels[NAME_LABEL] ?? OTHER, labels: { [NAME_LABEL]: OTHER, ...labels } })),
  ];
  const serviceAccounts = [...new Set([...accounts, ...ids.map(({ serviceAccount }) => serviceAccount)])];
  const labelSets = [{}, ...pods.flatMap(({ labels }) => labelsFor(labels))];
  const trustDomains = isMeshTold ? [...new Set([...domains, ...ids.map(({ trustDomain }) => trustDomain)]), undefined] : [TRUST_DOMAIN];
  const all = product(product(namespaces, serviceAccounts), product(labelSets, trustDomains));
  const clients = all.slice(0, MOST_COMBINATIONS).map(([[namespace, serviceAccount], [labels, trustDomain]]): PodClient => ({
    kind: 'pod',
    namespace: namespace.name,
    namespaceLabels: namespace.labels,
    serviceAccount,
    labels,
    meshed: trustDomain !== undefined,
    ...(trustDomain !== undefined && trustDomain !== TRUST_DOMAIN && { trustDomain }),
  }));
  return { clients, isWhole: clients.length === all.length };
}

/** A text of each kind; undefined where the kinds cannot be told. */
function cells(texts: readonly (Text | undefined)[], all: string, ...preferred: readonly string[]): string[] | undefined {
  return partition(texts.filter(text => text !== undefined), { all, preferred })?.map(({ witness }) => witness);
}

interface Identity {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Identities that conditions on whole SPIFFE ids, and on parts of them, tell apart. */
function spiffeIds(
  atoms: readonly AtomOf<'spiffeId'>[], others: readonly (AtomOf<'certificate'> | AtomOf<'pod'>)[],
): readonly Identity[] | undefined {
  if (atoms.length === 0) return [];
  const parts = others.map(idOf);
  if (parts.includes(undefined)) return undefined;
  return cells([...atoms.map(({ is }) => is), ...parts], `spiffe://[a-z0-9.-]+/ns/${NAME}/sa/${NAME}`)?.flatMap(id => {
    const [, trustDomain, namespace, serviceAccount] = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/(.+)$/.exec(id) ?? [];
    return serviceAccount === undefined ? [] : [{ trustDomain, namespace, serviceAccount }];
  });
}

function idOf(atom: AtomOf<'certificate'> | AtomOf<'pod'>): Text | undefined {
  const { namespace = ANYTHING, serviceAccount = ANYTHING } = atom;
  const [domain, inside, account] = [atom.type === 'certificate' ? atom.trustDomain ?? ANYTHING : ANYTHING, namespace, serviceAccount].map(asRegex);
  return domain === undefined || inside === undefined || account === undefined ? undefined : regex(`spiffe://${domain}/ns/${inside}/sa/${account}`);
}

/** Labels that a selector selects, no more than it asks for; for each value of a list of values, once. */
function labelsFor(selector: Selector | undefined): Labels[] {
  if (selector === undefined) return [];
  const options = selector.matchExpressions.map((one): (Labels | undefined)[] => {
    switch (one.operator) {
      case 'In': return one.values.map(value => ({ [one.key]: value }));
      case 'Exists': return [{ [one.key]: 'x' }];
      default: return [undefined];
    }
  });
  return options.reduce<Labels[]>((all, more) => product(all, more).map(([labels, other]) => ({ ...labels, ...other })), [selector.matchLabels]);
}

function product<A, B>(as: readonly A[], bs: readonly B[]): (readonly [A, B])[] {
  return as.flatMap(a => bs.map(b => [a, b] as const));
}
