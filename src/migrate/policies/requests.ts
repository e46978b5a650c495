import type { RequestPart } from './request-parts';
import type { HttpMatch, HttpMatchOptions, StringMatch } from '../../index';
import { asRegex, type Text } from '../../meaning/text';
import { ANY_ELEMENT } from '../../model/path';
import { type Plain, plainly } from '../../model/regex-plain';
import { valueWords } from '../plan/requests';
import { call, type Node, type Written } from '../program';

/** What a program says of requests; or why it cannot. */
export type Match = { readonly words: Words } | { readonly unsaid: string };

/** A match, before methods of several are put together. */
export interface Words {
  readonly methods: readonly string[];
  readonly rest: Rest;
}

type Rest = Omit<Exclude<Written<HttpMatchOptions>, { readonly by: unknown }>, 'methods'>;

export function matchOf({ methods, rest }: Words): Node<HttpMatch> {
  return call('HttpMatch', 'of', { ...methods.length > 0 && { methods: [...methods] }, ...rest });
}

/** A path, and all that is below it, are one prefix. */
export function joinedPaths(all: readonly Words[]): readonly Words[] {
  const isAbove = (one: Words, other: Words) => typeof one.rest.path === 'string' && !one.rest.path.endsWith('/')
    && other.rest.pathStartsWith === `${one.rest.path}/`
    && JSON.stringify([one.methods, { ...one.rest, path: undefined }])
      === JSON.stringify([other.methods, { ...other.rest, pathStartsWith: undefined }]);
  const below = new Set(all.filter(other => all.some(one => isAbove(one, other))));
  return all.filter(one => !below.has(one)).map(one => {
    if (![...below].some(other => isAbove(one, other))) return one;
    const { path, ...rest } = one.rest;
    return { methods: one.methods, rest: { ...rest, pathPrefix: path ?? '/' } };
  });
}

/** What is never said, and why. */
export type Unsayable = { readonly [Type in Exclude<RequestPart['type'], 'method' | 'path' | 'header' | 'query'>]: string };

/** The requests of which all of this is true. */
export function wordsOf(parts: readonly RequestPart[], unsaid: Unsayable = OF_POLICIES): Match {
  const methods: string[] = [];
  const headers: Record<string, Node<StringMatch>> = {};
  const query: Record<string, Node<StringMatch>> = {};
  let path: Rest = {};
  const seen = new Set<string>();
  for (const part of parts) {
    const key = `${part.type} ${'name' in part ? part.name : ''}`;
    if (seen.has(key)) return { unsaid: `there are two conditions on the same ${part.type}, and the library has one` };
    seen.add(key);
    switch (part.type) {
      case 'method':
        if (part.is.type !== 'exact') return { unsaid: 'methods are named one by one' };
        methods.push(part.is.value);
        break;
      case 'path': {
        const plain = plainOf(part.is, 'path');
        if (plain === undefined) return { unsaid: 'the condition on the path has no words' };
        path = pathWords(plain);
        break;
      }
      case 'header':
      case 'query': {
        const plain = plainOf(part.is, 'header');
        if (plain === undefined) return { unsaid: `the condition on the ${part.type} '${part.name}' has no words` };
        (part.type === 'header' ? headers : query)[part.name] = valueWords(plain);
        break;
      }
      default: return { unsaid: unsaid[part.type] };
    }
  }
  const rest = { ...path, ...Object.keys(headers).length > 0 && { headers }, ...Object.keys(query).length > 0 && { query } };
  return { words: { methods, rest } };
}

const OF_POLICIES: Unsayable = {
  target: 'a policy has no condition on the path with its query',
  host: 'a policy holds for every host',
  claim: 'what a token says is for `endUsers`, beside a JwtAuthentication: write both',
  serverName: 'a policy has no condition on the name that a client of TLS asks for',
};

function plainOf(text: Text, texts: 'path' | 'header'): Plain | undefined {
  switch (text.type) {
    case 'anything': return { type: 'everything' };
    case 'exact': return { type: 'exact', value: text.value };
    case 'prefix': return { type: 'start', value: text.value };
    case 'suffix': return { type: 'end', value: text.value };
    default: {
      const expression = text.type === 'regex' ? text.value : asRegex(text);
      return expression === undefined ? undefined : plainly(expression, texts);
    }
  }
}

function pathWords(path: Plain): Rest {
  switch (path.type) {
    case 'everything': return {};
    case 'exact': return { path: path.value };
    case 'prefix': return path.value === '/' ? {} : { pathPrefix: path.value };
    case 'start': return path.value === '/' ? {} : { pathStartsWith: path.value };
    case 'end': return { pathEndsWith: path.value };
    case 'template': return { pathTemplate: path.value.replaceAll(ANY_ELEMENT, '{id}') };
    case 'expression': return { pathRegex: path.value };
  }
}
