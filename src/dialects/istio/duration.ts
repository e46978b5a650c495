/** Milliseconds as a duration of Istio. */
export function decimalSeconds(milliseconds: number): string {
  return `${milliseconds / 1000}s`;
}
