import type { Environment } from './package';

/** A semantic version. */
class Semver {
  static parse(text: string): Semver | undefined {
    const [, major, minor, patch, prerelease] =
      /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/.exec(text) ?? [];
    const parts = prerelease?.split('.') ?? [];
    if (major === undefined || text.length > 256 || parts.some(part => /^0\d+$/.test(part))) return undefined;
    return new Semver([BigInt(major), BigInt(minor), BigInt(patch)], parts.map(part => /^\d+$/.test(part) ? BigInt(part) : part));
  }

  private constructor(readonly numbers: readonly bigint[], private readonly prerelease: readonly (bigint | string)[]) {}

  compare(other: Semver): bigint {
    return compared(this.numbers, other.numbers)
      || (this.prerelease.length === 0 || other.prerelease.length === 0
        ? BigInt(other.prerelease.length === 0 ? 0 : 1) - BigInt(this.prerelease.length === 0 ? 0 : 1)
        : compared(this.prerelease, other.prerelease));
  }

  equals(other: Semver): boolean {
    return this.compare(other) === 0n;
  }
}

/** Numbers go before words, and less before more. */
function compared(a: readonly (bigint | string)[], b: readonly (bigint | string)[]): bigint {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (typeof a[i] !== typeof b[i]) return typeof a[i] === 'bigint' ? -1n : 1n;
    if (a[i] !== b[i]) return a[i] < b[i] ? -1n : 1n;
  }
  return BigInt(Math.sign(a.length - b.length));
}

/** Kubernetes' functions on semantic versions. */
export function registerSemver(environment: Environment): void {
  const type = 'kubernetes.Semver';
  environment
    .registerType(type, Semver)
    .registerFunction('isSemver(string): bool', (text: string) => Semver.parse(text) !== undefined)
    .registerFunction(`semver(string): ${type}`, (text: string) => {
      const version = Semver.parse(text);
      if (version === undefined) throw new Error(`'${text}' is not a semantic version`);
      return version;
    })
    .registerOperator(`${type} == ${type}`, (a: Semver, b: Semver) => a.equals(b))
    .registerFunction(`${type}.major(): int`, (version: Semver) => version.numbers[0])
    .registerFunction(`${type}.minor(): int`, (version: Semver) => version.numbers[1])
    .registerFunction(`${type}.patch(): int`, (version: Semver) => version.numbers[2])
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Semver, b: Semver) => a.compare(b))
    .registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Semver, b: Semver) => a.compare(b) > 0n)
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Semver, b: Semver) => a.compare(b) < 0n);
}
