import type { RequestPart } from './request-parts';
import { templateText } from '../../dialects/istio/read/access/texts';
import type { HttpMatch, HttpMatchOptions } from '../../index';
import { asRegex, type Text } from '../../meaning/text';
import { ANY_ELEMENT } from '../../model/path';
import { type Plain, plainly, templatesOf } from '../../model/regex-plain';
import { regexRelation } from '../../model/regex-relation';
import { fewTexts } from '../../model/regex-texts';
import { valueWords } from '../plan/requests';
import { call, type Node, type Written } from '../program';

/** What a program says of requests; or why it cannot. */
export type Match = { readonly words: Words } | { readonly unsaid: string };

/** A match, before methods of several are put together. */
export interface Words {
  readonly methods: readonly string[];
  readonly rest: Rest;
  /** What says the same where there are no expressions: any of these. */
  readonly plainer?: readonly Rest[];
}

type Rest = Omit<Exclude<Written<HttpMatchOptions>, { readonly by: unknown }>, 'methods'>;

export function matchOf({ methods, rest }: Words): Node<HttpMatch> {
  return call('HttpMatch', 'of', { ...methods.length > 0 && { methods: [...methods] }, ...rest });
}

/** The same requests, as targets without expressions know them; themselves where there are no such words. */
export function inPlainWords({ methods, rest, plainer = [rest] }: Words): Words[] {
  return plainer.map(one => ({ methods, rest: one }));
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

export interface Saying {
  readonly unsaid?: Unsayable;
  readonly hasTemplates?: boolean;
}

/** The requests of which all of this is true. */
export function wordsOf(parts: readonly RequestPart[], { unsaid = OF_POLICIES, hasTemplates }: Saying): Match {
  const methods: string[] = [];
  let rest: Rest = {};
  let plainer: readonly Rest[] = [{}];
  const say = (of: 'path' | 'header', plain: Plain, said: (plain: Plain) => Rest) => {
    rest = both(rest, said(plain));
    plainer = plainer.flatMap(one => plainerOf(plain, of).map(other => both(one, said(other))));
  };
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
        const plain = templateIn(part.is, hasTemplates) ?? plainOf(part.is, 'path');
        if (plain === undefined) return { unsaid: 'the condition on the path cannot be written' };
        say('path', plain, pathWords);
        break;
      }
      case 'header':
      case 'query': {
        const plain = plainOf(part.is, 'header');
        if (plain === undefined) return { unsaid: `the condition on the ${part.type} '${part.name}' cannot be written` };
        say('header', plain, value => ({ [part.type === 'header' ? 'headers' : 'query']: { [part.name]: valueWords(value) } }));
        break;
      }
      default: return { unsaid: unsaid[part.type] };
    }
  }
  return { words: { methods, rest, ...plainer.length <= MOST_PLAINER && JSON.stringify(plainer) !== JSON.stringify([rest]) && { plainer } } };
}

const MOST_PLAINER = 40;

function both({ headers, query, ...rest }: Rest, other: Rest): Rest {
  const together = (a: Rest['headers'], b: Rest['headers']) => ({ ...a, ...b });
  return {
    ...rest,
    ...other,
    ...(headers ?? other.headers) !== undefined && { headers: together(headers, other.headers) },
    ...(query ?? other.query) !== undefined && { query: together(query, other.query) },
  };
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

/** A condition without expressions, any of these; itself where there is none. */
function plainerOf(plain: Plain, texts: 'path' | 'header'): readonly Plain[] {
  if (plain.type !== 'expression') return [plain];
  const few = fewTexts(plain.value, texts);
  return few?.values.map(value => ({ type: few.type, value })) ?? [plain];
}

/** The template of Istio that an expression came of, which says what all proxies take for an element. */
function templateIn(text: Text, hasTemplates = false): Plain | undefined {
  if (!hasTemplates || text.type !== 'regex') return undefined;
  const value = templatesOf(text.value).find(template => {
    const same = asRegex(templateText(template, false));
    return same !== undefined && regexRelation(text.value, same, 'path') === 'equal';
  });
  return value === undefined ? undefined : { type: 'template', value };
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
