import type { Result } from './cel/evaluate';
import { OutOfBudget, spending, type Budget } from './cost';
import { RULES } from '../../imports/schemas/rules';

/** Evaluates a rule, or its message, on a new object. CEL is loaded with the first that needs it. */
export function evaluate(expression: string, self: unknown, budget: Budget): Result {
  return decided(expression, self, budget) ?? (require('./cel/evaluate') as typeof import('./cel/evaluate')).evaluate(expression, self, budget);
}

function decided(expression: string, self: unknown, budget: Budget): Result | undefined {
  const rule = RULES.get(expression);
  try {
    return rule && { value: spending(budget, () => rule(self)) };
  } catch (error) {
    if (!(error instanceof OutOfBudget)) return undefined;
    budget.left = 0;
    return { failure: error.message };
  }
}
