import { escapeRegex, matchesRegex } from './regex';
import { regexRelation } from './regex-relation';

/**
 * A condition on the path. Prefixes are element-wise: `/api` holds for `/api` and `/api/…`, not for `/apis`. What is below
 * `/api` is `/api/` and `/api/…`, not `/api` itself. A start goes by characters: `/api` holds for `/apis` too, and one that would
 * end in a slash is written as what is below. An end goes by characters, too. A template has elements `{*}`, each of which holds for any
 * one element that is not empty; behind them, one `{**}` may hold for one or more elements, empty ones too.
 */
export interface PathCondition {
  readonly type: 'exact' | 'prefix' | 'below' | 'start' | 'end' | 'template' | 'regex';
  readonly value: string;
  /** The gRPC method that the path stands for, where it was written as one. */
  readonly grpc?: GrpcMethod;
}

/** A gRPC method, of one service or of any; or all methods of a service. */
export interface GrpcMethod {
  readonly service?: string;
  readonly method?: string;
}

/** The element of a template that holds for any one element of a path. */
export const ANY_ELEMENT = '{*}';

/** The element of a template that holds for one or more elements of a path. */
export const ANY_ELEMENTS = '{**}';

/** The paths both conditions hold for; `unknown` where regular expressions cannot be decided. */
export function intersectPaths(a?: PathCondition, b?: PathCondition): PathCondition | undefined | 'disjoint' | 'unknown' {
  if (a === undefined || b === undefined) {
    return a ?? b;
  }
  if (isSamePath(a, b)) {
    return a;
  }
  const types = [a.type, b.type];
  if (types.includes('regex') || types.includes('end') || (types.includes('start') && types.includes('template')) || [a, b].some(isOfAnyDepth)) {
    return intersectExpressions(a, b);
  }
  if (types.includes('start')) {
    return a.type === 'start' ? intersectStart(a, b) : intersectStart(b, a);
  }
  const common = intersectElements(a, b);
  return common === 'disjoint' ? common : [a, b].find(path => isSamePath(path, common)) ?? calledByBoth(common, a, b);
}

function isSamePath(a: PathCondition, b: PathCondition): boolean {
  return a.type === b.type && a.value === b.value;
}

/** Calls of a method of any service, and of any method of one service, are calls of that method of that service. */
function calledByBoth(common: PathCondition, { grpc: a }: PathCondition, { grpc: b }: PathCondition): PathCondition {
  return a === undefined || b === undefined ? common
    : { ...common, grpc: { service: a.service ?? b.service, method: a.method ?? b.method } };
}

/** Where both hold for the same, that is the second. */
function intersectExpressions(a: PathCondition, b: PathCondition): PathCondition | 'disjoint' | 'unknown' {
  const [open, other] = a.type === 'exact' ? [b, a] : [a, b];
  if (other.type === 'exact' && !matchesRegex(pathRegex(open), other.value)) {
    return 'disjoint';
  }
  switch (regexRelation(pathRegex(a), pathRegex(b), 'path')) {
    case 'disjoint': return 'disjoint';
    case 'inside': return a;
    case 'equal':
    case 'around': return b;
    case 'unknown': return other.type === 'exact' ? other : 'unknown';
  }
}

/** The other is no template and no expression: all of its paths begin alike, and where it is open, all that begin so are its own. */
function intersectStart(start: PathCondition, other: PathCondition): PathCondition | 'disjoint' {
  const paths = plainPaths(other);
  if (paths.every(({ value }) => value.startsWith(start.value))) {
    return other;
  }
  return paths.some(({ type, value }) => type === 'prefix' && start.value.startsWith(value)) ? start : 'disjoint';
}

function intersectElements(a: PathCondition, b: PathCondition): PathCondition | 'disjoint' {
  const [few, many] = elementsOf(a).length < elementsOf(b).length ? [a, b] : [b, a];
  const [fewElements, elements] = [few, many].map(elementsOf);
  const least = Math.max(leastElements(few), leastElements(many));
  const closed = [a, b].filter(path => !isOpen(path));
  if (closed.some(path => elementsOf(path).length < least)) {
    return 'disjoint';
  }
  const common = elements.map((element, i) => intersectElement(element, fewElements[i]));
  if (!common.every(element => element !== undefined)) {
    return 'disjoint';
  }
  const open = least > elements.length ? 'below' : 'prefix';
  const type = closed.length === 0 ? open : common.includes(ANY_ELEMENT) ? 'template' : 'exact';
  return { type, value: `/${common.join('/')}` };
}

/** Whether Gateway API, and what is like it, can express it only as a regular expression. */
export function isExpression(path: PathCondition | undefined): boolean {
  return path !== undefined && path.type !== 'exact' && path.type !== 'prefix';
}

/** Whether it says nothing of the elements that come after its own. */
export function isOpen({ type }: PathCondition): boolean {
  return type === 'prefix' || type === 'below';
}

/** Whether its elements cannot be told one by one. */
function isOfAnyDepth({ type, value }: PathCondition): boolean {
  return type === 'template' && value.split('/').includes(ANY_ELEMENTS);
}

function leastElements(path: PathCondition): number {
  return elementsOf(path).length + (path.type === 'below' ? 1 : 0);
}

/** What both elements hold for; a prefix says nothing of the elements below it. */
function intersectElement(a: string, b: string | undefined): string | undefined {
  if (b === undefined || a === b) {
    return a;
  }
  const [any, other] = a === ANY_ELEMENT ? [a, b] : [b, a];
  return any === ANY_ELEMENT && other !== '' ? other : undefined;
}

function elementsOf({ type, value }: PathCondition): string[] {
  return type === 'prefix' && value === '/' ? [] : value.slice(1).split('/');
}

/** A condition whose prefix is a plain string: `/api` holds for `/apis` too. */
export interface PlainPath {
  readonly type: 'exact' | 'prefix' | 'regex';
  readonly value: string;
}

/** The same paths, for APIs whose prefixes are plain strings: with the `/` after it, and the path itself beside it, a prefix goes by elements. */
export function plainPaths(path: PathCondition): PlainPath[] {
  const { type, value } = path;
  const below: PlainPath = { type: 'prefix', value: value === '/' ? value : `${value}/` };
  switch (type) {
    case 'exact': return [{ type, value }];
    case 'prefix': return value === '/' ? [below] : [{ type: 'exact', value }, below];
    case 'below': return [below];
    case 'start': return [{ type: 'prefix', value }];
    case 'end':
    case 'template':
    case 'regex': return [{ type: 'regex', value: pathRegex(path) }];
  }
}

/** An expression for the whole of a path, for APIs that cannot express the condition otherwise. */
export function pathRegex({ type, value }: PathCondition): string {
  switch (type) {
    case 'exact': return escapeRegex(value);
    case 'prefix': return `${escapeRegex(value)}(/.*)?`;
    case 'below': return `${escapeRegex(value)}/.*`;
    case 'start': return `${escapeRegex(value)}.*`;
    case 'end': return `.*${escapeRegex(value)}`;
    case 'template': return templateRegex(value, { one: '/[^/]+', more: '/.*' });
    case 'regex': return value;
  }
}

/** A template as an expression, with what stands in it for `{*}` and `{**}`, each with the slash before it. */
export function templateRegex(template: string, { one, more }: { readonly one: string; readonly more: string }): string {
  const elements = template.slice(1).split('/');
  return elements.map(element => element === ANY_ELEMENT ? one : element === ANY_ELEMENTS ? more : `/${escapeRegex(element)}`).join('');
}
