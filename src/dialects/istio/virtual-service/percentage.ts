const PARTS = 1_000_000;

/** A share of the requests. istiod cuts it to whole millionths, which some decimals are a trifle below: these get half of one more. */
export function percentage(share: number): { readonly value: number } {
  const parts = Math.round(share * PARTS);
  return { value: [parts, parts + 0.5].map(n => n / (PARTS / 100)).find(value => Math.trunc(value * (PARTS / 100)) === parts)! };
}
