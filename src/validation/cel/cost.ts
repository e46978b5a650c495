/**
 * A rule may look at so many items and characters before it is given up, as on an API server. The count is not the
 * server's to the point, but of the same order: it grows with the work.
 */
const PER_EVALUATION = 1_000_000;

/** Lists and maps up to this size are not counted: rules nest a few deep, so these cannot explode. */
const SMALL = 64;

let left = PER_EVALUATION;

export class OutOfBudget extends Error {
  constructor() {
    super('it costs more than an API server allows');
  }
}

export function spend(cost: number): void {
  left -= cost;
  if (left < 0) throw new OutOfBudget();
}

/** Runs a rule, and returns its result with its cost. */
export function measured<T>(budget: number, run: () => T): { readonly result: T; readonly cost: number } {
  const allowed = Math.min(budget, PER_EVALUATION);
  left = allowed;
  const result = run();
  // `||` and `&&` may have swallowed the error.
  if (left < 0) throw new OutOfBudget();
  return { result, cost: allowed - left };
}

/** A list or map that counts what is read of it. */
export function counted<T extends object>(value: T): T {
  const size = Array.isArray(value) ? value.length : Object.keys(value).length;
  return size <= SMALL ? value : new Proxy(value, COUNTER);
}

const COUNTER: ProxyHandler<any> = {
  get(target, key, receiver) {
    spend(1);
    return Reflect.get(target, key, receiver);
  },
  ownKeys(target) {
    const keys = Reflect.ownKeys(target);
    spend(keys.length);
    return keys;
  },
};
