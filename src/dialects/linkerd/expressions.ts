import { collected, nothing } from '../../model/fields';
import type { NamedCondition, RequestMatch } from '../../model/match';
import { portableRegex } from '../../model/regex-portable';
import type { Refusal } from '../contract/refusal';

/**
 * Expressions that Rust's `regex`, which the proxy uses, would read differently from RE2, or not at all. In that case the whole
 * route is invalid.
 */
export function unportable<F>(request: RequestMatch): Refusal<F>[] {
  return expressions(request).filter(({ value }) => portableRegex(value) === undefined).map(({ what, value }) => ({
    what: `the expression '${value}' for ${what}`,
    reason: "Linkerd has another engine for expressions than Envoy: word boundaries, Unicode classes and '(?m)' mean something else there, and its size limits differ",
    remedy: "Write it with plain classes such as '[a-z]', and shorter if it is long",
  }));
}

interface Expression {
  readonly what: string;
  readonly value: string;
}

const expressions = collected<RequestMatch, Expression>({
  path: ({ type, value }) => type === 'regex' ? [{ what: 'the path', value }] : [],
  headers: headers => values('the header', headers),
  query: query => values('the query parameter', query),
  methods: nothing,
  hosts: nothing,
});

function values(what: string, conditions: readonly NamedCondition[]): Expression[] {
  return conditions.filter(({ type }) => type === 'regex').map(({ name, value }) => ({ what: `${what} '${name}'`, value }));
}
