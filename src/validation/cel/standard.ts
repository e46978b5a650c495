import { own } from './names';
import { Duration, type Environment } from './package';
import { goNanoseconds } from '../formats';

/** What CEL itself has, where the package differs from what Kubernetes runs. */
export function registerStandard(environment: Environment): void {
  environment
    .registerFunction(`${own('duration')}(string): google.protobuf.Duration`, parsedDuration)
    .registerFunction(`${own('duration')}(google.protobuf.Duration): google.protobuf.Duration`, same)
    .registerFunction(`${own('int')}(int): int`, same)
    .registerFunction(`${own('int')}(uint): int`, (value: any) => int64(value.valueOf()))
    .registerFunction(`${own('int')}(double): int`, (value: number) => int64(truncated(value)))
    .registerFunction(`${own('int')}(string): int`, parsedInt)
    .registerFunction(`${own('int')}(google.protobuf.Timestamp): int`, (time: Date) => BigInt(Math.floor(time.getTime() / 1000)))
    .registerFunction(`${own('string')}(string): string`, same)
    .registerFunction(`${own('string')}(bool): string`, String)
    .registerFunction(`${own('string')}(int): string`, String)
    .registerFunction(`${own('string')}(uint): string`, String)
    .registerFunction(`${own('string')}(double): string`, textOfDouble)
    .registerFunction(`${own('string')}(bytes): string`, (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8'))
    .registerFunction(`${own('string')}(google.protobuf.Duration): string`, (length: Duration) => `${nanosecondsOf(length) / 1e9}s`)
    .registerFunction(`${own('string')}(google.protobuf.Timestamp): string`, (time: Date) => time.toISOString().replace(/\.000Z$/, 'Z'));
}

export function durationOf(nanoseconds: bigint): Duration {
  return new Duration(nanoseconds / 1_000_000_000n, Number(nanoseconds % 1_000_000_000n));
}

function nanosecondsOf(length: Duration): number {
  return Number(length.seconds) * 1e9 + length.nanos;
}

export function same<T>(value: T): T {
  return value;
}

function parsedDuration(text: string): Duration {
  const nanoseconds = goNanoseconds(text);
  if (nanoseconds === undefined) throw new Error(`'${text}' is not a duration`);
  return durationOf(nanoseconds);
}

function parsedInt(text: string): bigint {
  if (!/^[-+]?\d{1,30}$/.test(text)) throw new Error(`'${text}' is not an integer`);
  return int64(BigInt(text.replace(/^\+/, '')));
}

function truncated(value: number): bigint {
  if (!Number.isFinite(value)) throw new Error(`${value} is not an integer`);
  return BigInt(Math.trunc(value));
}

export function int64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new Error('integer overflow');
  return value;
}

function textOfDouble(value: number): string {
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
}
