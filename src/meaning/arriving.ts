import type { Request } from './call';
import type { Condition } from './condition';
import type { Decided, Undecided } from './decision';
import type { Labels } from './selector';
import type { Text } from './text';
import type { Way, WayBackend } from './world';
import type { HeaderChanges, PathChange } from '../model/handling';

/** A request as it comes to the pods of a backend, after all that its route changes. */
export function arriving(
  request: Request | undefined, way: Way, backend: WayBackend, decided: Decided<Way> | undefined,
): Request | Undecided | undefined {
  if (request === undefined) return undefined;
  const { rewrite, requestHeaders } = way.handling;
  const path = rewrite?.path === undefined ? request.path : rewritten(request.path, rewrite.path, decided);
  if (path === undefined) return { unknown: 'the route changes the path, and it is not known to what' };
  return {
    ...request,
    path,
    headers: [requestHeaders, backend.requestHeaders].reduce(changed, request.headers),
    ...(rewrite?.hostname !== undefined && { host: rewrite.hostname }),
  };
}

function changed(headers: Labels, changes: HeaderChanges | undefined): Labels {
  if (changes === undefined) return headers;
  const kept = Object.entries(headers).filter(([name]) => !changes.remove.includes(name));
  const now = { ...Object.fromEntries(kept), ...Object.fromEntries(changes.set.map(({ name, value }) => [name, value])) };
  // A header that is there twice is read as one, with commas.
  changes.add.forEach(({ name, value }) => { now[name] = Object.hasOwn(now, name) ? `${now[name]},${value}` : value; });
  return now;
}

/** Undefined where it is not known which prefix of the path made the route take it. */
function rewritten(path: string, change: PathChange, decided: Decided<Way> | undefined): string | undefined {
  if (change.type === 'full') return change.value;
  const taken = decided?.steps.find(({ holds, verdict }) => holds === 'yes' && verdict !== undefined);
  const prefixes = new Set(taken === undefined ? [] : prefixesIn(taken.when).filter(one => path.startsWith(one)).map(one => one.replace(/\/$/, '')));
  const [matched, ...others] = prefixes;
  if (matched === undefined || others.length > 0) return undefined;
  const rest = path.slice(matched.length);
  return `${change.value.replace(/\/$/, '')}${rest}` || '/';
}

/** Of a prefix by whole segments, `/a` stands there as itself, and as the beginning `/a/`. */
function prefixesIn(condition: Condition): string[] {
  switch (condition.type) {
    case 'all':
    case 'any': return condition.of.flatMap(prefixesIn);
    case 'path': return prefixesOf(condition.is);
    default: return [];
  }
}

function prefixesOf(text: Text): string[] {
  switch (text.type) {
    case 'exact':
    case 'prefix': return [text.value];
    case 'oneOf': return text.of.flatMap(prefixesOf);
    default: return [];
  }
}
