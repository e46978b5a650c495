const MODULUS = 2 ** 31 - 1;
const FACTOR = 48_271;

/** Numbers that look random, and are the same for the same seed: those of Park and Miller. */
export class Random {
  private state: number;

  public constructor(seed: number) {
    this.state = Math.abs(seed) % (MODULUS - 1) + 1;
  }

  /** A whole number from 0, less than a limit. */
  public below(limit: number): number {
    this.state = this.state * FACTOR % MODULUS;
    return Math.floor(this.state / MODULUS * limit);
  }

  public one<T>(all: readonly T[]): T {
    return all[this.below(all.length)];
  }

  /** Whether it is so in so many of a hundred cases. */
  public inPercent(percent: number): boolean {
    return this.below(100) < percent;
  }
}
