/**
 * Integer weights with exactly the shares of the given percentages, which sum to 100 and have at most one decimal:
 * 90 and 10 stay as they are, 62.5 and 37.5 become 625 and 375.
 */
export function integerWeights(percentages: readonly number[]): number[] {
  const scale = percentages.every(Number.isInteger) ? 1 : 10;
  return percentages.map(p => Math.round(p * scale));
}

/** Whether a number has at most one decimal. */
export function hasAtMostOneDecimal(n: number): boolean {
  return Math.round(n * 10) / 10 === n;
}
