import { OutOfBudget, spending, type Budget } from '../cost';
import { kubernetesCel } from './library';
import { renamed } from './names';
import { Optional, type Environment } from './package';

export type Result = { readonly value: unknown } | { readonly failure: string };

type Program = (context: { self: unknown; oldSelf: unknown }) => unknown;

let environment: Environment | undefined;
const programs = new Map<string, Program>();

/** Evaluates a rule, or its message, on a new object. */
export function evaluate(expression: string, self: unknown, budget: Budget): Result {
  try {
    const program = compile(expression);
    return { value: spending(budget, () => program({ self, oldSelf: Optional.none() })) };
  } catch (error) {
    if (error instanceof OutOfBudget) budget.left = 0;
    return { failure: (error as Error).message.split('\n')[0] };
  }
}

/** Throws for what this CEL cannot evaluate. */
export function compile(expression: string): Program {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  environment ??= kubernetesCel();
  const parsed = environment.parse(renamed(expression));
  const checked = parsed.check();
  if (!checked.valid) throw checked.error;
  const program = parsed as Program;
  programs.set(expression, program);
  return program;
}
