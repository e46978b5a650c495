import { counted, type Budget } from './cost';
import { evaluate } from './evaluate';
import { put } from './normal';
import type { Rule, Schema } from './schema';
import { named, scalar } from './values';
import { cut, violation, type Path, type Violation } from './violation';

/** What all rules of a manifest may cost together. @see https://github.com/kubernetes/apiserver, RuntimeCELCostBudget */
const BUDGET = 10_000_000;

/** Evaluates the `x-kubernetes-validations` of a schema on a value that fits its structure. */
export function ruleViolations(schema: Schema, value: unknown): Violation[] {
  const run: Run = { budget: { left: BUDGET }, found: [] };
  visit(schema, value, [], false, run);
  return run.found;
}

interface Run {
  readonly budget: Budget;
  readonly found: Violation[];
}

/** Evaluates the rules of a value and of everything below it. Returns the value as the rules above see it, if there are any. */
function visit(schema: Schema, value: any, path: Path, isSeen: boolean, run: Run): unknown {
  const seen = isSeen || schema.rules.length > 0;
  if (value === null || !(seen || schema.ruled)) return value;
  const self = typeof value === 'object' ? visitBelow(schema, value, path, seen, run) : scalar(schema, value);
  for (const rule of schema.rules) {
    const broken = brokenBy(rule, self, path, value, run.budget);
    if (broken !== undefined) run.found.push(broken);
  }
  return self;
}

function visitBelow(schema: Schema, value: any, path: Path, seen: boolean, run: Run): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : counted(value.map((item, i) => visitAt(i, items, item, path, seen, run)));
  }
  const map: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const property = schema.properties.get(key);
    const below = property ?? schema.additional;
    // Rules do not see fields that the schema does not name, or that have no type.
    if (below?.types === undefined || value[key] === undefined) continue;
    put(map, property === undefined ? key : named(key), visitAt(key, below, value[key], path, seen, run));
  }
  // The CEL package tells types by `constructor`, unless they are Maps.
  return Object.hasOwn(map, 'constructor') ? new Map(Object.entries(map)) : counted(map);
}

function visitAt(key: string | number, schema: Schema, value: unknown, path: Path, isSeen: boolean, run: Run): unknown {
  path.push(key);
  const self = visit(schema, value, path, isSeen, run);
  path.pop();
  return self;
}

function brokenBy(rule: Rule, self: unknown, path: Path, value: unknown, budget: Budget): Violation | undefined {
  const result = evaluate(rule.rule, self, budget);
  if ('value' in result && result.value === true) return undefined;
  const shown = cut(rule.rule.trim().replace(/\s+/g, ' '), SHOWN_RULE);
  if ('failure' in result) return { ...violation('evaluation', path, `cannot evaluate the rule ${rule.message ?? shown}: ${result.failure}`), rule: shown };
  if (result.value !== false) return { ...violation('evaluation', path, `the rule ${shown} is neither true nor false`), rule: shown };
  const field = rule.fieldPath ?? '';
  const broken = violation('rule', path, messageOf(rule, self, budget) ?? `breaks the rule ${shown}`,
    field === '' ? value : (value as any)[field.slice(1)]);
  return { ...broken, path: `${broken.path}${field}`.replace(/^\./, ''), rule: shown };
}

const SHOWN_RULE = 200;

const MAX_MESSAGE = 5 * 1024;

/** The message of a rule, which people read in place of the rule itself. */
function messageOf(rule: Rule, self: unknown, budget: Budget): string | undefined {
  const result = rule.messageExpression === undefined ? undefined : evaluate(rule.messageExpression, self, budget);
  const message = result !== undefined && 'value' in result && typeof result.value === 'string' ? result.value.trim() : '';
  const usable = message !== '' && message.length <= MAX_MESSAGE && !message.includes('\n');
  return usable ? message : rule.message?.trim();
}
