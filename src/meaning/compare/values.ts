import type { Traffic, Way } from '../world';

/** Equal for ways that are the same: shares count by their part of the whole. */
export function wayKey({ backends, ...rest }: Way): string {
  const sum = backends.reduce((all, { weight }) => all + weight, 0);
  const shares = backends.map(({ weight, ...backend }) => stable({ ...backend, share: (weight / sum).toFixed(6) })).sort();
  return stable({ ...rest, shares });
}

export function trafficKey(traffic: Traffic): string {
  return stable(traffic);
}

/** JSON in which the order of fields says nothing. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one)
    ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => a < b ? -1 : 1)) : one);
}
