/** A number, as a fraction of whole ones. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const SUFFIXES: Readonly<Record<string, Fraction>> = {
  'n': fraction(1n, 10n ** 9n),
  'u': fraction(1n, 10n ** 6n),
  'm': fraction(1n, 1000n),
  '': fraction(1n),
  'k': fraction(1000n),
  'M': fraction(10n ** 6n),
  'G': fraction(10n ** 9n),
  'T': fraction(10n ** 12n),
  'Ki': fraction(2n ** 10n),
  'Mi': fraction(2n ** 20n),
  'Gi': fraction(2n ** 30n),
  'Ti': fraction(2n ** 40n),
};

function fraction(numerator: bigint, denominator = 1n): Fraction {
  return { numerator, denominator };
}

/**
 * A resource quantity that is not negative, however it is written; undefined for anything else.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(value: string | number): Fraction | undefined {
  const { whole = '', decimals = '', suffix = '', exponent = '0' } = QUANTITY.exec(String(value))?.groups ?? {};
  if (whole === '' && decimals === '') return undefined;
  const { numerator, denominator } = SUFFIXES[suffix];
  const power = Number(exponent) - decimals.length;
  return fraction(
    BigInt(whole + decimals) * numerator * 10n ** BigInt(Math.max(power, 0)),
    denominator * 10n ** BigInt(Math.max(-power, 0)),
  );
}

const QUANTITY = /^\+?(?<whole>[0-9]{0,15})(?:\.(?<decimals>[0-9]{0,9}))?(?:[eE](?<exponent>[+-]?[0-9]{1,2})|(?<suffix>[numkMGT]|[KMGT]i))?$/;

/** Whole numbers in the same ratio, without a common factor; undefined where they are too large for numbers. */
export function ratio(fractions: readonly Fraction[]): number[] | undefined {
  const common = fractions.reduce((multiple, { denominator }) => multiple * denominator / divisor(multiple, denominator), 1n);
  const whole = fractions.map(({ numerator, denominator }) => numerator * (common / denominator));
  const shared = whole.reduce(divisor, 0n) || 1n;
  const weights = whole.map(one => Number(one / shared));
  return weights.every(Number.isSafeInteger) ? weights : undefined;
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}
