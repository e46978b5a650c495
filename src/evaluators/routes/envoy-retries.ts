const ANY_5XX = Array.from({ length: 100 }, (_, i) => 500 + i);

/** The status codes that conditions of Envoy stand for, and whether it also tries again where there is no answer, as it counts that as one of them. */
export function codesOf(conditions: readonly string[]): { readonly statusCodes: readonly number[]; readonly countsNoAnswer: boolean } {
  const [isAny, isGateway] = ['5xx', 'gateway-error'].map(one => conditions.includes(one));
  return { statusCodes: isAny ? ANY_5XX : isGateway ? [502, 503, 504] : [], countsNoAnswer: isAny || isGateway };
}

export function sorted(codes: readonly number[]): readonly number[] {
  return [...new Set(codes)].sort((a, b) => a - b);
}
