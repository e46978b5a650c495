import type { Fields } from '../../../../manifests/fields';
import { allOf, type Condition, noneOf, type RequestAtom } from '../../../../meaning/condition';
import { ANYTHING, exactly, oneOf, prefix, regex, type Text } from '../../../../meaning/text';
import { understood } from '../../../../reading/understood';

/** A match of a rule, which takes requests by the kind and length of its path, its method, headers and query. */
export interface Match {
  readonly rank: readonly number[];
  readonly path?: { readonly type: string; readonly value: string };
  /** Beside the path. */
  readonly when: readonly Condition[];
  /** By which two are the same. */
  readonly key: string;
  readonly isUnderstood: boolean;
}

const KINDS = ['RegularExpression', 'PathPrefix', 'Exact'];

/** `CompareMatch` in `meshhttproute/api/v1alpha1/compare.go` of kumahq/kuma: exact paths are not told apart by their length. */
export function matchOf(fields: Fields): Match {
  const path = pathOf(fields.field('path'));
  const method = fields.field('method').text();
  const [headers, query] = [fields.field('headers').items(), fields.field('queryParams').items()];
  const values = [...firstOfEach(headers).map(item => header(item)), ...firstOfEach(query).map(item => parameter(item))];
  const when = [...method === undefined ? [] : [{ type: 'method' as const, is: exactly(method) }], ...values];
  const doubtful = understood(fields, { type: 'all', of: [] });
  return {
    rank: [
      path === undefined ? 0 : KINDS.indexOf(path.type) + 1, path === undefined || path.type === 'Exact' ? 0 : path.value.length,
      method === undefined ? 0 : 1, headers.length, query.length,
    ],
    // Conditions of which a part is not understood may be others.
    when: doubtful.type === 'unknown' ? [doubtful] : when,
    // What is not understood is like no other.
    key: doubtful.type === 'unknown' ? `${fields.place.file}:${fields.place.line} ${fields.place.path}` : JSON.stringify([path, when]),
    isUnderstood: doubtful.type !== 'unknown',
    ...(path && { path }),
  };
}

function pathOf(fields: Fields): Match['path'] {
  if (!fields.isSaid) return undefined;
  const [type, value] = ['type', 'value'].map(name => fields.field(name).text());
  if (type === undefined || value === undefined || !KINDS.includes(type)) return fields.doubt('it is not a path that Kuma matches');
  if (type !== 'RegularExpression' && (!value.startsWith('/') || (type === 'PathPrefix' && value !== '/' && value.endsWith('/')))) return fields.doubt('Kuma takes no such path');
  return { type, value };
}

/** Of several with one name, the first counts. */
function firstOfEach(items: readonly Fields[]): Fields[] {
  const names = items.map(item => item.field('name').text());
  items.forEach(item => ['type', 'value'].forEach(name => item.field(name).text()));
  return items.filter((_, i) => names.indexOf(names[i]) === i);
}

function header(fields: Fields): Condition {
  const [type = 'Exact', name = '', value = ''] = ['type', 'name', 'value'].map(field => fields.field(field).text());
  const is = (text: Text): RequestAtom => ({ type: 'header', name: name.toLowerCase(), is: text });
  switch (type) {
    case 'Exact': return is(exactly(value));
    case 'Prefix': return is(value === '' ? ANYTHING : prefix(value));
    case 'RegularExpression': return is(regex(value));
    case 'Present': return is(ANYTHING);
    case 'Absent': return noneOf(is(ANYTHING));
    default: return fields.field('type').doubt('it is not known here') ?? is(ANYTHING);
  }
}

function parameter(fields: Fields): Condition {
  const [type, name = '', value = ''] = ['type', 'name', 'value'].map(field => fields.field(field).text());
  if (type !== 'Exact' && type !== 'RegularExpression') fields.doubt('it is not a match of a parameter');
  return { type: 'query', name, is: type === 'Exact' ? exactly(value) : regex(value) };
}

/** A part of the paths that a match takes, and what a change of the prefix replaces there. */
export interface Part {
  readonly when: Condition;
  readonly replaced?: string;
}

/** Where a prefix is replaced, the path that is the prefix itself is one part, and what is below it another (`routePathMatch` in `xds/configurer.go`). */
export function partsOf({ path, when }: Match, replacesPrefix: boolean): Part[] {
  const part = (is: Text | undefined, replaced?: string): Part => ({
    when: allOf(...is === undefined ? [] : [{ type: 'path' as const, is }], ...when), ...(replaced !== undefined && { replaced }),
  });
  switch (path?.type) {
    case 'Exact': return [part(exactly(path.value))];
    case 'RegularExpression': return [part(regex(path.value))];
    case 'PathPrefix': {
      const { value } = path;
      if (value === '/') return [part(undefined, value)];
      return replacesPrefix ? [part(exactly(value), value), part(prefix(`${value}/`), `${value}/`)] : [part(oneOf([exactly(value), prefix(`${value}/`)]))];
    }
    default: return [part(undefined)];
  }
}
