import type { Fields } from '../../../manifests/fields';
import { allOf, ALWAYS, type Condition } from '../../../meaning/condition';
import { exactly, oneOf, prefix, regex, type Text } from '../../../meaning/text';

/** Requests that a route takes, and which of several goes before others: the one with the greater numbers, the first first. */
export interface Taken {
  readonly when: Condition;
  readonly rank: readonly number[];
}

/** A rule without matches, which goes behind all that have some. */
export const ANY: Taken = { when: ALWAYS, rank: [-1] };

/**
 * What is longer on the path goes before; an exact path and an expression are as long as the path of the request, and so is a prefix that is all of
 * it. Then more headers, more parameters of the query, and a method.
 */
export function httpMatch(match: Fields): Taken[] {
  const [method, path] = [match.field('method').text(), match.field('path')];
  const [headers, query] = (['headers', 'queryParams'] as const).map(name => match.field(name).items().map(one => named(one, name)));
  const besides = [...method === undefined ? [] : [{ type: 'method', is: exactly(method) } as const], ...headers, ...query];
  const numbers = [headers.length, query.length, method === undefined ? 0 : 1];
  const taken = (is: readonly Text[], ...first: number[]): Taken => ({
    when: allOf(...is.map(one => ({ type: 'path', is: one }) as const), ...besides), rank: [...first, ...numbers],
  });
  const [type = 'PathPrefix', value = '/'] = ['type', 'value'].map(field => path.field(field).text());
  switch (type) {
    case 'Exact': return [taken([exactly(value)], WHOLE, 0)];
    case 'RegularExpression': return [{ ...taken([], WHOLE, 0), when: allOf(found(value, path, is => ({ type: 'path', is })), ...besides) }];
    case 'PathPrefix': {
      const whole = value.replace(/\/+$/, '');
      return whole === '' ? [taken([exactly('/')], WHOLE, 0), taken([], BELOW, 1)]
        : [taken([exactly(whole)], WHOLE, 0), taken([prefix(`${whole}/`)], BELOW, whole.length)];
    }
    default: return path.doubt('it is not a match of a path') ?? [];
  }
}

const [WHOLE, BELOW] = [1, 0];

/** What takes all paths, where all others that do go before it. */
export const LAST: readonly Taken[] = [
  { when: { type: 'path', is: exactly('/') }, rank: [WHOLE, 0, 0, 0, -1] }, { when: ALWAYS, rank: [BELOW, 1, 0, 0, -1] },
];

function named(condition: Fields, list: 'headers' | 'queryParams'): Condition {
  const [type = 'Exact', name, value] = ['type', 'name', 'value'].map(field => condition.field(field).text());
  if (name === undefined || value === undefined) return condition.doubt('it has no name, or no value') ?? ALWAYS;
  const is = (text: Text): Condition => list === 'headers' ? { type: 'header', name: name.toLowerCase(), is: text } : { type: 'query', name, is: text };
  if (type === 'Exact') return is(exactly(value));
  return type === 'RegularExpression' ? found(value, condition, is) : condition.doubt('it is not a match of a value') ?? ALWAYS;
}

/** Linkerd finds the first match of an expression, and takes it only if it is the whole text. */
function found(expression: string, { place }: Fields, is: (text: Text) => Condition): Condition {
  const isOne = /^\^\(\?:.*\)\$$/.test(expression) || !/\||[*+?}]\?/.test(expression);
  return isOne ? is(regex(expression)) : allOf(is(regex(expression)), { type: 'unknown', why: 'it is not known what the expression finds first', place });
}

/** A gRPC match: the longer name of a service goes before, then that of a method, then more headers. */
export function grpcMatch(match: Fields): Taken[] {
  const of = match.field('method');
  const [type = 'Exact', service, method] = ['type', 'service', 'method'].map(field => of.field(field).text());
  if (type !== 'Exact') of.doubt('it is not a match that is known here');
  const headers = match.field('headers').items().map(one => named(one, 'headers'));
  const path = service === undefined ? method === undefined ? regex('/[^/]*/.*') : regex(`/[^/]*/${method.replace(/[.]/g, '\\.')}(?:/.*)?`)
    : method === undefined ? prefix(`/${service}/`) : oneOf([exactly(`/${service}/${method}`), prefix(`/${service}/${method}/`)]);
  return [{ when: allOf({ type: 'method', is: exactly('POST') }, { type: 'path', is: path }, ...headers), rank: [service?.length ?? 0, method?.length ?? 0, headers.length] }];
}

/** What a rule of gRPC without matches takes: whatever comes, as closely as a match that says nothing. */
export const EVERY_CALL: Taken = { when: ALWAYS, rank: [0, 0, 0] };

/** What Linkerd takes where no route is for gRPC. */
export const ANY_CALL: Taken = { when: allOf({ type: 'method', is: exactly('POST') }, { type: 'path', is: regex('/[^/]*/.*') }), rank: [0] };
