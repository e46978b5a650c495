import { spend } from '../cost';
import { own } from './names';
import type { Environment } from './package';
import { durationOf, int64 } from './standard';

/** Kubernetes' functions on lists, and CEL's set extension. */
export function registerLists(environment: Environment): void {
  environment
    .registerFunction('list.isSorted(): bool', (list: any[]) => list.every((item, i) => i === 0 || !less(item, list[i - 1])))
    .registerFunction('list.sum(): dyn', sum)
    .registerFunction('list.min(): dyn', (list: any[]) => extreme(list, less))
    .registerFunction('list.max(): dyn', (list: any[]) => extreme(list, (a, b) => less(b, a)))
    .registerFunction(`list.${own('indexOf')}(dyn): int`, (list: unknown[], item: unknown) => BigInt(list.findIndex(other => equal(other, item))))
    .registerFunction(`list.${own('lastIndexOf')}(dyn): int`, (list: unknown[], item: unknown) => lastIndex(list, item))
    .registerFunction('list.distinct(): list', (list: unknown[]) => list.filter((item, i) => list.findIndex(other => equal(other, item)) === i))
    .registerFunction('list.sort(): list', (list: unknown[]) => [...list].sort((a, b) => less(a, b) ? -1 : less(b, a) ? 1 : 0))
    .registerFunction('list.reverse(): list', (list: unknown[]) => [...list].reverse())
    .registerFunction('list.slice(int, int): list', slice)
    .registerFunction('list.flatten(): list', (list: unknown[]) => list.flatMap(item => item));

  class Sets {}
  environment
    .registerType('kubernetes.Sets', Sets)
    .registerConstant('sets', 'kubernetes.Sets', new Sets())
    .registerFunction('kubernetes.Sets.contains(list, list): bool', (_: Sets, a: unknown[], b: unknown[]) => contains(a, b))
    .registerFunction('kubernetes.Sets.equivalent(list, list): bool', (_: Sets, a: unknown[], b: unknown[]) => contains(a, b) && contains(b, a))
    .registerFunction('kubernetes.Sets.intersects(list, list): bool',
      (_: Sets, a: unknown[], b: unknown[]) => a.some(item => b.some(other => equal(item, other))));
}

function contains(list: readonly unknown[], part: readonly unknown[]): boolean {
  return part.every(item => list.some(other => equal(item, other)));
}

function lastIndex(list: readonly unknown[], item: unknown): bigint {
  const fromEnd = [...list].reverse().findIndex(other => equal(other, item));
  return fromEnd < 0 ? -1n : BigInt(list.length - 1 - fromEnd);
}

function slice(list: unknown[], start: bigint, end: bigint): unknown[] {
  if (start < 0n || end > BigInt(list.length) || start > end) throw new Error(`cannot slice(${start}, ${end})`);
  return list.slice(Number(start), Number(end));
}

function less(a: any, b: any): boolean {
  const comparable = typeof a === typeof b || (isNumber(a) && isNumber(b));
  if (!comparable) throw new Error('the items of the list cannot be compared');
  return a < b;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'bigint' || typeof value === 'number';
}

function extreme(list: any[], before: (a: any, b: any) => boolean): any {
  if (list.length === 0) throw new Error('the list is empty');
  return list.reduce((best, item) => before(item, best) ? item : best);
}

function sum(list: any[]): any {
  if (list.length === 0) return 0n;
  if (list.every(item => typeof item === 'bigint')) return int64(list.reduce((total, item) => total + item));
  if (list.every(item => typeof item === 'number')) return list.reduce((total, item) => total + item);
  if (list.every(item => item?.addDuration !== undefined)) return list.reduce((total, item) => total.addDuration(item), durationOf(0n));
  throw new Error('the items of the list cannot be summed');
}

/** Equality as `==` of CEL decides it. */
export function equal(a: any, b: any): boolean {
  spend(1);
  if (isNumber(a) && isNumber(b)) return a == b; // eslint-disable-line eqeqeq
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a.constructor !== b.constructor) return false;
  if (Array.isArray(a)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (a instanceof Map) return a.size === b.size && [...a].every(([key, item]) => b.has(key) && equal(item, b.get(key)));
  if (a instanceof Date) return a.getTime() === b.getTime();
  if (typeof a.equals === 'function') return a.equals(b);
  if (a.addDuration !== undefined) return a.seconds === b.seconds && a.nanos === b.nanos;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && equal(a[key], b[key]));
}
