const PARTS = 1_000_000;

/**
 * A share of the requests. istiod cuts the percentage down to whole millionths. Some decimals are slightly below their millionth as
 * floating point numbers: half a millionth is added to those.
 */
export function percentage(share: number): { readonly value: number } {
  const parts = Math.round(share * PARTS);
  const value = parts / (PARTS / 100);
  return { value: Math.trunc(value * (PARTS / 100)) === parts ? value : (parts + 0.5) / (PARTS / 100) };
}
