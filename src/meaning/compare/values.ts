import { grouped } from '../../model/lists';
import type { Traffic, Way } from '../world';

/** Equal for ways that are the same: shares count by their part of the whole. */
export function wayKey(way: Way): string {
  const { backends, ...rest } = withShortestPrefix(way);
  const sum = backends.reduce((all, { weight }) => all + weight, 0);
  const alike = [...grouped(backends, ({ weight: _, ...backend }) => stable(backend)).values()];
  const shares = alike.map(([{ weight, ...backend }, ...more]) =>
    stable({ ...backend, share: (more.reduce((all, one) => all + one.weight, weight) / sum).toFixed(6) })).sort();
  return stable({ ...rest, shares });
}

/** The same way, where what replaces a prefix ends otherwise than the prefix: `/new/` in place of `/old/` is `/new` in place of `/old`. */
export function withShortestPrefix(way: Way): Way {
  const { replaced, handling: { rewrite, redirect } } = way;
  const path = rewrite?.path ?? redirect?.path;
  if (replaced === undefined || path?.type !== 'prefix') return way;
  const most = Math.min(replaced.length, path.value.length);
  let same = 0;
  while (same < most && replaced.at(-1 - same) === path.value.at(-1 - same)) same++;
  const shorter = { type: path.type, value: path.value.slice(0, path.value.length - same) };
  return {
    ...way,
    replaced: replaced.slice(0, replaced.length - same),
    handling: {
      ...way.handling,
      ...rewrite?.path !== undefined && { rewrite: { ...rewrite, path: shorter } },
      ...redirect?.path !== undefined && { redirect: { ...redirect, path: shorter } },
    },
  };
}

export function trafficKey(traffic: Traffic): string {
  return stable(traffic);
}

/** JSON in which the order of fields says nothing. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one)
    ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => a < b ? -1 : 1)) : one);
}
