import type { RouteWords, RuleWords } from './handling';
import type { TrafficWords } from './traffic';

/** What a route can do without, so that requests go where they went. */
const OF_SERVICE = [
  'failover',
  'circuitBreaking',
  // Without pods that are found to fail, there is none of it.
  'failoverPriority',
  'failoverRegions',
  'retryBudget',
  'loadBalancing',
  'connections',
  'portTraffic',
  'rateLimit',
  'stickiness',
] as const satisfies readonly (keyof TrafficWords | 'portTraffic')[];
const OF_RULES = ['timeouts', 'retries', 'stickiness'] as const satisfies readonly (keyof RuleWords)[];

/** What is left of a route, and why the rest is refused. */
export interface Reduced {
  readonly props: RouteWords;
  readonly refused: readonly { readonly isOfService: boolean; readonly why: string }[];
}

/** As much as no target refuses; undefined where even that is refused which a route cannot do without. */
export function reduced({ rules, ...props }: RouteWords, refusal: (some: RouteWords) => string | undefined): Reduced | undefined {
  const all = rules as readonly RuleWords[];
  let less: RouteWords = { ...without(props, OF_SERVICE), rules: all.map(rule => without(rule, OF_RULES)) };
  if (refusal(less) !== undefined) return undefined;
  const refused: Reduced['refused'][number][] = [];
  const take = (more: RouteWords, isOfService: boolean) => {
    const why = refusal(more);
    if (why === undefined) less = more;
    else refused.push({ isOfService, why });
  };
  for (const part of OF_SERVICE) if (props[part] !== undefined) take({ ...less, [part]: props[part] }, true);
  all.forEach((rule, i) => {
    for (const part of OF_RULES) {
      if (rule[part] === undefined) continue;
      const rest = less.rules as readonly RuleWords[];
      take({ ...less, rules: rest.map((one, k) => k === i ? { ...one, [part]: rule[part] } : one) }, false);
    }
  });
  return { props: less, refused };
}

function without<T extends object>(all: T, names: readonly (keyof T)[]): T {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name as keyof T))) as T;
}
