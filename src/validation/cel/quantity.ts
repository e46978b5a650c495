import type { Environment } from './package';
import { int64 } from './standard';

/** A number of Kubernetes, such as `1.5Gi`, in billionths: finer ones are rounded up. */
class Quantity {
  static parse(text: string): Quantity | undefined {
    const [, sign, whole, fraction = '', suffix] = /^([-+]?)(\d*)(?:\.(\d*))?([A-Za-z]*(?:[-+]?\d+)?)$/.exec(text) ?? [];
    const scale = suffix === undefined ? undefined : scaleOf(suffix);
    if (scale === undefined || !/[\dA-Za-z]/.test(text) || text.length > 500) return undefined;
    const scaled = BigInt(`${whole}${fraction}`) * scale[0];
    const divisor = scale[1] * 10n ** BigInt(fraction.length);
    const size = (scaled + divisor - 1n) / divisor;
    return new Quantity(sign === '-' ? -size : size);
  }

  constructor(readonly billionths: bigint) {}

  get integer(): bigint | undefined {
    const value = this.billionths / BILLION;
    return this.billionths % BILLION === 0n && BigInt.asIntN(64, value) === value ? value : undefined;
  }

  compare(other: Quantity): bigint {
    return this.billionths < other.billionths ? -1n : this.billionths > other.billionths ? 1n : 0n;
  }

  equals(other: Quantity): boolean {
    return this.billionths === other.billionths;
  }
}

const BILLION = 1_000_000_000n;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** How many billionths a unit is, as a fraction. */
function scaleOf(suffix: string): [bigint, bigint] | undefined {
  if (DECIMAL.includes(suffix)) return [1000n ** BigInt(DECIMAL.indexOf(suffix)), 1n];
  if (BINARY.includes(suffix)) return [BILLION * 1024n ** BigInt(BINARY.indexOf(suffix)), 1n];
  const [, exponent] = /^[eE]([-+]?\d{1,3})$/.exec(suffix) ?? [];
  if (exponent === undefined) return undefined;
  return Number(exponent) < 0 ? [BILLION, 10n ** BigInt(-Number(exponent))] : [BILLION * 10n ** BigInt(exponent), 1n];
}

/** Kubernetes' functions on quantities. */
export function registerQuantity(environment: Environment): void {
  const type = 'kubernetes.Quantity';
  environment
    .registerType(type, Quantity)
    .registerFunction('isQuantity(string): bool', (text: string) => Quantity.parse(text) !== undefined)
    .registerFunction(`quantity(string): ${type}`, (text: string) => {
      const quantity = Quantity.parse(text);
      if (quantity === undefined) throw new Error(`'${text}' is not a quantity`);
      return quantity;
    })
    .registerOperator(`${type} == ${type}`, (a: Quantity, b: Quantity) => a.equals(b))
    .registerFunction(`sign(${type}): int`, (quantity: Quantity) => quantity.compare(new Quantity(0n)))
    .registerFunction(`${type}.isInteger(): bool`, (quantity: Quantity) => quantity.integer !== undefined)
    .registerFunction(`${type}.asInteger(): int`, (quantity: Quantity) => {
      if (quantity.integer === undefined) throw new Error('the quantity is not an integer');
      return int64(quantity.integer);
    })
    .registerFunction(`${type}.asApproximateFloat(): double`, (quantity: Quantity) => Number(quantity.billionths) / 1e9)
    .registerFunction(`${type}.add(${type}): ${type}`, (a: Quantity, b: Quantity) => new Quantity(a.billionths + b.billionths))
    .registerFunction(`${type}.add(int): ${type}`, (a: Quantity, b: bigint) => new Quantity(a.billionths + b * BILLION))
    .registerFunction(`${type}.sub(${type}): ${type}`, (a: Quantity, b: Quantity) => new Quantity(a.billionths - b.billionths))
    .registerFunction(`${type}.sub(int): ${type}`, (a: Quantity, b: bigint) => new Quantity(a.billionths - b * BILLION))
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Quantity, b: Quantity) => a.compare(b))
    .registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Quantity, b: Quantity) => a.compare(b) > 0n)
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Quantity, b: Quantity) => a.compare(b) < 0n);
}
