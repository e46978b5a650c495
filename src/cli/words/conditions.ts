import { placeWords } from '../../manifests/fields';
import type { Atom, Condition } from '../../meaning/condition';
import type { Selector } from '../../meaning/selector';
import type { Text } from '../../meaning/text';

/** A condition in a few words. */
export function conditionWords(condition: Condition): string {
  switch (condition.type) {
    case 'all': return conjuncts(condition).map(within).join(' and ') || 'everything';
    case 'any': return condition.of.length === 0 ? 'nothing' : several(condition.of.map(within), ' or ');
    case 'not': return `not ${within(condition.of)}`;
    default: return (ATOMS[condition.type] as (atom: Atom) => string)(condition);
  }
}

/** What has to hold, each by itself. */
function conjuncts(condition: Condition): readonly Condition[] {
  return condition.type === 'all' ? condition.of.flatMap(conjuncts) : [condition];
}

function within(condition: Condition): string {
  const words = conditionWords(condition);
  return (condition.type === 'all' || condition.type === 'any') && condition.of.length > 1 ? `(${words})` : words;
}

type Of<Type, One = Atom> = One extends { readonly type: infer Types } ? Type extends Types ? One : never : never;

const ATOMS: { readonly [Type in Atom['type']]: (atom: Of<Type>) => string } = {
  certificate: ({ trustDomain, namespace, serviceAccount }) => ['a client with a certificate of the mesh', ...[
    part('of trust domain', trustDomain), part('of namespace', namespace), part('with ServiceAccount', serviceAccount),
  ].flat()].join(' '),
  spiffeId: ({ is }) => `a client whose SPIFFE id is ${textWords(is)}`,
  pod: ({ namespace, namespaceLabels, labels, serviceAccount }) => ['a pod', ...[
    part('of namespace', namespace),
    namespaceLabels === undefined ? [] : isEverything(namespaceLabels) ? ['of any namespace'] : [`of a namespace with ${selectorWords(namespaceLabels)}`],
    labels === undefined || isEverything(labels) ? [] : [`with ${selectorWords(labels)}`],
    part('with ServiceAccount', serviceAccount),
  ].flat()].join(' '),
  client: ({ kinds }) => several(kinds.map(kind => KINDS[kind]), ' or '),
  address: ({ within: block, except }) => `an address in ${block}${except.length === 0 ? '' : ` but not in ${except.join(', ')}`}`,
  entrance: ({ namespace, service, port }) => service === undefined ? 'a call to a Service' : `a call to Service ${namespace}/${service}${port === undefined ? '' : `:${port}`}`,
  method: ({ is }) => `method ${textWords(is)}`,
  path: ({ is }) => `path ${textWords(is)}`,
  target: ({ is }) => `path with query ${textWords(is)}`,
  serverName: ({ is }) => `TLS for ${textWords(is)}`,
  host: ({ is }) => `host ${textWords(is)}`,
  header: ({ name, is }) => `header ${name}${is.type === 'anything' ? '' : `: ${textWords(is)}`}`,
  query: ({ name, is }) => `query parameter ${name}${is.type === 'anything' ? '' : `=${textWords(is)}`}`,
  claim: ({ path, is }) => `claim ${path.join('.')}${is.type === 'anything' ? '' : `=${textWords(is)}`}`,
  toAddress: ({ within: block, except }) => `to an address in ${block}${except.length === 0 ? '' : ` but not in ${except.join(', ')}`}`,
  toHost: ({ is }) => `to host ${textWords(is)}`,
  toPort: ({ first, last }) => first === last ? `to port ${first}` : `to ports ${first} to ${last}`,
  unknown: ({ why, place }) => `what stands at ${placeWords(place)} (${why})`,
};

const KINDS = {
  pod: 'a pod',
  outside: 'a client outside the cluster',
  kubelet: 'the node of the pod',
  node: 'another node',
  apiServer: 'the API server',
  gateway: 'a gateway that is no pod',
} as const;

function part(words: string, text: Text | undefined): string[] {
  return text === undefined || text.type === 'anything' ? [] : [`${words} ${textWords(text)}`];
}

/** What a text has to be. */
export function textWords(text: Text): string {
  switch (text.type) {
    case 'exact': return text.value === '' ? "''" : text.value;
    case 'prefix': return `${text.value}*`;
    case 'suffix': return `*${text.value}`;
    case 'regex': return `/${text.value}/`;
    case 'anything': return '*';
    case 'oneOf': return text.of.length === 0 ? 'none' : several(text.of.map(textWords), ' or ');
    case 'not': return `other than ${textWords(text.of)}`;
  }
}

function isEverything({ matchLabels, matchExpressions }: Selector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

function selectorWords({ matchLabels, matchExpressions }: Selector): string {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(requirement => {
      switch (requirement.operator) {
        case 'In': return `${requirement.key} in (${requirement.values.join(', ')})`;
        case 'NotIn': return `${requirement.key} not in (${requirement.values.join(', ')})`;
        case 'Exists': return requirement.key;
        case 'DoesNotExist': return `no ${requirement.key}`;
      }
    }),
  ].join(', ');
}

/** A list; of a long one, the beginning. */
function several(all: readonly string[], separator: string): string {
  return all.length <= MOST ? all.join(separator) : `${all.slice(0, MOST).join(separator)}${separator}${all.length - MOST} more`;
}

const MOST = 6;
