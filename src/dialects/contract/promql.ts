/** Series of a metric. Values may have placeholders of a controller. */
export function series(metric: string, labels: Readonly<Record<string, Matcher | string>>, window: string): string {
  const matchers = Object.entries(labels).map(([label, wanted]) =>
    typeof wanted === 'string' ? `${label}="${wanted}"` : `${label}${wanted.operator}"${wanted.value}"`);
  return `${metric}{${matchers.join(', ')}}[${window}]`;
}

export interface Matcher {
  readonly operator: '!=' | '=~' | '!~';
  readonly value: string;
}

export function not(value: string): Matcher {
  return { operator: '!=', value };
}

export function like(value: string): Matcher {
  return { operator: '=~', value };
}

export function unlike(value: string): Matcher {
  return { operator: '!~', value };
}

/** Some of all, in percent: 0 where there are none of those, and no value where there are none at all. */
export function percentOf(some: string, all: string): string {
  return `100 * (sum(rate(${some})) or vector(0)) / sum(rate(${all}))`;
}

/** The quantile of a histogram. */
export function quantileOf(quantile: number, buckets: string): string {
  return `histogram_quantile(${quantile}, sum by (le) (rate(${buckets})))`;
}

/** A query that has this value where it would have none, or one that is no number, as without requests. */
export function orElse(query: string, value: number): string {
  return `(${query}) >= 0 or on() vector(${value})`;
}
