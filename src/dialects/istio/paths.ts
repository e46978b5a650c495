import type { PathCondition } from '../../model/path';
import { ANY_ELEMENT, plainPaths } from '../../model/path';

/** A template has Istio's form; a `*` makes a prefix or a suffix. */
export function paths(path: PathCondition): string[] {
  if (path.type === 'template') return [path.value];
  if (path.type === 'end') return [`*${path.value}`];
  return plainPaths(path).map(({ type, value }) => type === 'prefix' ? `${value}*` : value);
}

/**
 * What is denied by its path is denied with slashes in a row too: Istio compares them as they are, and a server may answer `//admin` as
 * `/admin`. Every path with two slashes where this one has one is taken for it.
 */
export function pathsAsMerged(path: PathCondition): string[] {
  const elements = path.type === 'end' ? [] : path.value.split('/').slice(1);
  const wild = elements.indexOf(ANY_ELEMENT);
  const known = wild === -1 ? elements : elements.slice(0, wild + 1);
  return [...paths(path), ...known.map((_, i) => `${['', ...elements.slice(0, i)].join('/')}//*`)];
}

/** Whether slashes in a row may stand where none of `pathsAsMerged` looks. */
export function hidesSlashes({ type, value, grpc }: PathCondition): boolean {
  const elements = value.split('/');
  return type === 'template' && grpc === undefined && elements.indexOf(ANY_ELEMENT) < elements.length - 1;
}
