/** Conditions of Envoy that stand for status codes of answers. With each of them, it also tries again where there is no answer at all. */
const CODES: Readonly<Record<string, readonly number[]>> = {
  '5xx': Array.from({ length: 100 }, (_, i) => 500 + i),
  'gateway-error': [502, 503, 504],
};

export interface MeantByConditions {
  readonly statusCodes: readonly number[];
  /** Whether they stand for tries without an answer, too: connections that fail, and streams that are reset. */
  readonly areOfConnections: boolean;
  /** Those that stand for no status code. */
  readonly others: readonly string[];
}

/**
 * What conditions on which a request is tried again stand for, with the codes among them; sorted.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on
 */
export function meantBy(conditions: readonly string[]): MeantByConditions {
  const isCode = (one: string) => /^[1-5][0-9]{2}$/.test(one);
  const standing = conditions.filter(one => Object.hasOwn(CODES, one));
  const codes = [...conditions.filter(isCode).map(Number), ...standing.flatMap(one => CODES[one])];
  return {
    statusCodes: [...new Set(codes)].sort((a, b) => a - b),
    areOfConnections: standing.length > 0,
    others: conditions.filter(one => !isCode(one) && !standing.includes(one)),
  };
}
