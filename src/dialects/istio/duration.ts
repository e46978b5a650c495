/** Milliseconds as a duration of Istio. */
export function duration(milliseconds: number): string {
  return `${milliseconds / 1000}s`;
}
