const PARTS = 1_000_000;

/**
 * A share of the requests. istiod cuts the percentage down to whole millionths. Some decimals are slightly below their millionth as
 * floating point numbers: half a millionth is added to those.
 */
export function percentage(share: number): { readonly value: number } {
  const parts = Math.round(share * PARTS);
  return { value: [parts, parts + 0.5].map(n => n / (PARTS / 100)).find(value => Math.trunc(value * (PARTS / 100)) === parts)! };
}
