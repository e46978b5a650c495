import type { Request } from './call';
import type { Undecided } from './decision';
import type { Labels } from './selector';
import type { Way, WayBackend } from './world';
import type { HeaderChanges, PathChange } from '../model/handling';

/** A request as it comes to the pods of a backend, after all that its route changes. */
export function arriving(request: Request | undefined, way: Way, backend: WayBackend): Request | Undecided | undefined {
  if (request === undefined) return undefined;
  const { rewrite, requestHeaders } = way.handling;
  const path = rewrite?.path === undefined ? request.path : rewritten(request.path, rewrite.path, way.replaced);
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

/** Undefined where it is not known which start of the path is replaced. */
function rewritten(path: string, change: PathChange, replaced: string | undefined): string | undefined {
  if (change.type === 'full') return change.value;
  return replaced === undefined || !path.startsWith(replaced) ? undefined : `${change.value}${path.slice(replaced.length)}` || '/';
}
