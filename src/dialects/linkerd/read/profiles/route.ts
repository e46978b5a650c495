import type { Fields } from '../../../../manifests/fields';
import { allOf, ALWAYS, anyOf, type Condition, noneOf } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import { exactly, regex } from '../../../../meaning/text';
import { isRegex } from '../../../../model/regex';
import { goMilliseconds } from '../../../../reading/go-duration';
import { type ReadObject, sourceOf } from '../../../../reading/objects';

/** A route of a ServiceProfile. */
export interface ProfileRoute {
  readonly source: Source;
  readonly when: Condition;
  /** In milliseconds; absent for none. */
  readonly timeout?: number;
  readonly besides: readonly string[];
}

/** @param retries - what is said of those that are tried again */
export function routeOf(object: ReadObject, fields: Fields, retries: string | undefined): ProfileRoute {
  fields.field('name').take();
  const when = requestMatch(fields.field('condition'));
  const isRetried = fields.field('isRetryable').take() === true;
  const failures = fields.field('responseClasses').items().map(responseClass);
  const timeout = timeoutOf(fields.field('timeout'));
  return {
    source: sourceOf(object, fields),
    when,
    ...(timeout !== undefined && timeout > 0 && { timeout }),
    besides: !isRetried || retries === undefined ? [] : [retries, ...failures].sort(),
  };
}

function timeoutOf(fields: Fields): number | undefined {
  const text = fields.text();
  if (text === undefined || text === '') return undefined;
  return goMilliseconds(text) ?? fields.doubt('it is not a duration');
}

/** All that is said in one of them has to hold (`toRequestMatch` in `profile_translator.go` of linkerd2). */
function requestMatch(fields: Fields): Condition {
  const [every, some, not] = ['all', 'any', 'not'].map(name => fields.field(name));
  const [method, path] = ['method', 'pathRegex'].map(name => fields.field(name).text() ?? '');
  const all: Condition[] = [
    ...every.isSaid ? [allOf(...every.items().map(requestMatch))] : [],
    ...some.isSaid ? [anyOf(...some.items().map(requestMatch))] : [],
    ...method === '' ? [] : [{ type: 'method' as const, is: exactly(method.toUpperCase()) }],
    ...not.isSaid ? [noneOf(requestMatch(not))] : [],
    ...path === '' ? [] : [pathIs(path, fields.field('pathRegex'))],
  ];
  if (all.length === 0) fields.doubt('it asks for nothing, which Linkerd does not take');
  return allOf(...all);
}

/** Found anywhere in the path, after `^` and `$` were put around it; they hold a choice of several by its ends only (`convert_req_match`). */
function pathIs(said: string, fields: Fields): Condition {
  const text = said.trim();
  const expression = `${text.startsWith('^') ? '' : '^'}${text}${text.endsWith('$') ? '' : '$'}`;
  if (!isRegex(expression)) return fields.doubt('RE2 takes no such expression') ?? ALWAYS;
  const inner = expression.slice(1, -1);
  return { type: 'path', is: regex(/[|^$\\]/.test(inner) ? `(?s:.*)(?:${expression})(?s:.*)` : inner) };
}

function responseClass(fields: Fields): string {
  const isFailure = fields.field('isFailure').take() === true;
  return `${responseMatch(fields.field('condition'))} is ${isFailure ? 'a failure' : 'none'}`;
}

function responseMatch(fields: Fields): string {
  const [every, some, status, not] = ['all', 'any', 'status', 'not'].map(name => fields.field(name));
  const [min = 0, max = 0] = ['min', 'max'].map(name => status.field(name).integer());
  const all = [
    ...every.isSaid ? [`(${every.items().map(responseMatch).join(' and ')})`] : [],
    ...some.isSaid ? [`(${some.items().map(responseMatch).join(' or ')})`] : [],
    ...status.isSaid ? [`a response with ${min} to ${max}`] : [],
    ...not.isSaid ? [`not ${responseMatch(not)}`] : [],
  ];
  if (all.length === 0) fields.doubt('it asks for nothing, which Linkerd does not take');
  return all.join(' and ');
}
