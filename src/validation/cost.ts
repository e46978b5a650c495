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

/** Regular expressions cost as an API server counts them: with the lengths of both. */
export function spendMatch(text: string, pattern: string): string {
  spend(1 + Math.ceil((text.length + 1) / 10) * Math.ceil(pattern.length / 4));
  return text;
}

/** What rules may still cost. */
export interface Budget {
  left: number;
}

/** Runs a rule, and takes its cost from the budget. */
export function spending<T>(budget: Budget, run: () => T): T {
  const allowed = Math.min(budget.left, PER_EVALUATION);
  left = allowed;
  const result = run();
  // `||` and `&&` may have swallowed the error.
  if (left < 0) throw new OutOfBudget();
  budget.left -= allowed - left;
  return result;
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
