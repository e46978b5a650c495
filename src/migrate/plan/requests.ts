import type { Requests } from '../../dialects/smi/read/requests';
import type { HttpMatch, HttpMatchOptions, StringMatch } from '../../index';
import { ANY_ELEMENT } from '../../model/path';
import type { Plain } from '../../model/regex-plain';
import { plainRegex } from '../../model/regex-plain';
import { regexRelation } from '../../model/regex-relation';
import { call, type Node, type Written } from '../program';

/** What a program says of requests; no condition, for all of them; or why it cannot. */
export type RequestWords = { readonly match?: Node<HttpMatch> } | { readonly unsaid: string };

/** Requests in the plainest words of the library that mean the same. */
export function wordsOf({ methods, path, headers }: Requests): RequestWords {
  const said = headersOf(headers);
  if (typeof said === 'string') return { unsaid: said };
  const conditions: Written<HttpMatchOptions> = {
    ...methods.length > 0 && { methods: [...methods] },
    ...path !== undefined && pathWords(path),
    ...said.size > 0 && { headers: Object.fromEntries([...said].map(([name, value]) => [name, valueWords(value)])) },
  };
  return Object.keys(conditions).length === 0 ? {} : { match: call('HttpMatch', 'of', conditions) };
}

/** The conditions by the names of headers. Of two on one header, the one that has the other in it; where none has, the reason. */
function headersOf(headers: Requests['headers']): Map<string, Plain> | string {
  const byName = new Map<string, Plain>();
  for (const { name, value } of headers) {
    const other = byName.get(name);
    const relation = other === undefined ? 'inside' : regexRelation(plainRegex(value), plainRegex(other), 'header');
    if (relation === 'inside' || relation === 'equal') byName.set(name, value);
    else if (relation !== 'around') return `header '${name}' has two conditions, and the library has one for each`;
  }
  return byName;
}

function pathWords(path: Plain): Written<HttpMatchOptions> {
  switch (path.type) {
    case 'everything': return {};
    case 'exact': return { path: path.value };
    case 'prefix': return path.value === '/' ? {} : { pathPrefix: path.value };
    case 'start': return path.value === '/' ? {} : { pathStartsWith: path.value };
    case 'template': return { pathTemplate: path.value.replaceAll(ANY_ELEMENT, '{id}') };
    case 'end': case 'expression': return { pathRegex: plainRegex(path) };
  }
}

export function valueWords(value: Plain): Node<StringMatch> {
  switch (value.type) {
    case 'everything': return call('StringMatch', 'present');
    case 'exact': return call('StringMatch', 'exact', value.value);
    case 'start': return call('StringMatch', 'startsWith', value.value);
    case 'end': return call('StringMatch', 'endsWith', value.value);
    default: return call('StringMatch', 'regex', plainRegex(value));
  }
}
