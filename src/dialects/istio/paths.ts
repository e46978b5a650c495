import { flatMap } from '../../model/lists';
import type { PathCondition } from '../../model/path';
import { ANY_ELEMENT, isOpen, plainPaths } from '../../model/path';

/** A template has Istio's form; a `*` makes a prefix or a suffix. */
export function paths(path: PathCondition): string[] {
  if (path.type === 'template') return [path.value];
  if (path.type === 'end') return [`*${path.value}`];
  return plainPaths(path).map(({ type, value }) => type === 'prefix' ? `${value}*` : value);
}

/** Istio tells one from the other. */
const ENCODED_SLASHES = ['%2F', '%2f'];

/**
 * What is denied by its path is denied in other spellings of its slashes too: Istio compares slashes in a row, and encoded ones, as they are,
 * and a server may answer `//admin` or `/admin%2Fx` as `/admin` and `/admin/x`. Every path that begins alike up to such a slash is taken for it.
 */
export function pathsAsServed(path: PathCondition): string[] {
  const asWritten = paths(path);
  const prefixes = asWritten.filter(value => value.endsWith('*')).map(value => value.slice(0, -1));
  return [...asWritten, ...(path.type === 'end' ? encodedEnds(path) : respelled(path)).filter(other => !prefixes.some(prefix => other.startsWith(prefix)))];
}

function respelled(path: PathCondition): string[] {
  const elements = path.value.split('/').slice(1);
  const wild = elements.indexOf(ANY_ELEMENT);
  const known = wild === -1 ? elements : elements.slice(0, wild + 1);
  const beforeSlashes = [...known.map((_, i) => ['', ...elements.slice(0, i)].join('/')), ...isOpen(path) ? [path.value] : []];
  return flatMap(beforeSlashes, before =>
    ['//', ...ENCODED_SLASHES.map(slash => `/${slash}`), ...before === '' ? [] : ENCODED_SLASHES].map(slash => `${before}${slash}*`));
}

function encodedEnds({ value }: PathCondition): string[] {
  return value.startsWith('/') ? ENCODED_SLASHES.map(slash => `*${slash}${value.slice(1)}`) : [];
}

/** Whether a denial of the path cannot say all that a server may take for it. */
export function isEvadable({ type, value, grpc }: PathCondition): boolean {
  return grpc === undefined && (type === 'template' || (type === 'end' && value.slice(1).includes('/')));
}
