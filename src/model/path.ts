import { escapeRegex } from './regex';

/**
 * A condition on the path. Prefixes are element-wise: `/api` holds for `/api` and `/api/…`, not for `/apis`. A template
 * has elements `{*}`, each of which holds for any one element that is not empty.
 */
export interface PathCondition {
  readonly type: 'exact' | 'prefix' | 'template' | 'regex';
  readonly value: string;
}

/** The element of a template that holds for any one element of a path. */
export const ANY_ELEMENT = '{*}';

/** The paths both conditions hold for; `unknown` where a regular expression keeps us from telling. */
export function intersectPaths(a?: PathCondition, b?: PathCondition): PathCondition | undefined | 'disjoint' | 'unknown' {
  if (a === undefined || b === undefined) {
    return a ?? b;
  }
  const same = (path: PathCondition) => (other: PathCondition) => other.type === path.type && other.value === path.value;
  if (same(a)(b)) {
    return a;
  }
  if (a.type === 'regex' || b.type === 'regex') {
    return 'unknown';
  }
  const common = intersectElements(a, b);
  return common === 'disjoint' ? common : [a, b].find(same(common)) ?? common;
}

function intersectElements(a: PathCondition, b: PathCondition): PathCondition | 'disjoint' {
  const [shorter, longer] = elementsOf(a).length < elementsOf(b).length ? [a, b] : [b, a];
  const [few, many] = [shorter, longer].map(elementsOf);
  if (few.length < many.length && shorter.type !== 'prefix') {
    return 'disjoint';
  }
  const common = many.map((element, i) => intersectElement(element, few[i]));
  if (!common.every(element => element !== undefined)) {
    return 'disjoint';
  }
  const type = a.type === 'prefix' && b.type === 'prefix' ? 'prefix' : common.includes(ANY_ELEMENT) ? 'template' : 'exact';
  return { type, value: `/${common.join('/')}` };
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

/** An expression for the whole of a path, for APIs that have no word for a condition. */
export function pathRegex({ type, value }: PathCondition): string {
  switch (type) {
    case 'exact': return escapeRegex(value);
    case 'prefix': return `${escapeRegex(value)}(/.*)?`;
    case 'template': return value.split('/').map(element => element === ANY_ELEMENT ? '[^/]+' : escapeRegex(element)).join('/');
    case 'regex': return value;
  }
}
