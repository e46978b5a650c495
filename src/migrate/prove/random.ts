/** Numbers that look random, and are the same for the same seed: mulberry32. */
export class Random {
  public constructor(private state: number) {}

  /** A whole number from 0, less than a limit. */
  public below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    const more = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return Math.floor(((more ^ (more >>> 14)) >>> 0) / 2 ** 32 * limit);
  }

  public one<T>(all: readonly T[]): T {
    return all[this.below(all.length)];
  }

  /** Whether it is so in so many of a hundred cases. */
  public inPercent(percent: number): boolean {
    return this.below(100) < percent;
  }
}
