import { evaluate, type Budget } from './cel/evaluate';
import { toCel } from './cel/values';
import type { Rule, Schema } from './schema';
import { child, violation, type Check, type Violation } from './violation';

/** What all rules of a manifest may cost together. @see https://github.com/kubernetes/apiserver, RuntimeCELCostBudget */
const BUDGET = 10_000_000;

/** Evaluates the `x-kubernetes-validations` of a schema on a value that fits its structure. */
export function ruleViolations(schema: Schema, value: unknown): Violation[] {
  const found: Violation[] = [];
  visit(schema, value, '', { left: BUDGET }, found);
  return found;
}

function visit(schema: Schema, value: any, path: string, budget: Budget, found: Violation[]): void {
  if (!schema.ruled || value === null || value === undefined) return;
  if (schema.rules.length > 0) {
    const self = toCel(schema, value);
    for (const rule of schema.rules) {
      const broken = brokenBy(rule, self, path, budget, value);
      if (broken !== undefined) found.push(broken);
    }
  }
  if (Array.isArray(value)) {
    value.forEach((item, i) => visit(schema.items!, item, `${path}[${i}]`, budget, found));
  } else if (typeof value === 'object') {
    for (const key of Object.keys(value)) {
      const below = schema.properties.get(key) ?? schema.additional;
      if (below?.ruled) visit(below, value[key], child(path, key), budget, found);
    }
  }
}

const CHECKS: Record<string, Check> = { FieldValueRequired: 'required', FieldValueForbidden: 'forbidden', FieldValueDuplicate: 'duplicate' };

function brokenBy(rule: Rule, self: unknown, path: string, budget: Budget, value: unknown): Violation | undefined {
  // A new object has no former self to compare with.
  if (usesOldSelf(rule) && !rule.optionalOldSelf) return undefined;
  const result = evaluate(rule.rule, self, budget);
  if ('failure' in result) return violation('evaluation', path, `cannot evaluate the rule ${rule.message ?? rule.rule}: ${result.failure}`);
  if (result.value === true) return undefined;
  if (result.value !== false) return violation('evaluation', path, `the rule ${rule.rule} is neither true nor false`);
  return violation(CHECKS[rule.reason ?? ''] ?? 'rule', fieldOf(rule, path), messageOf(rule, self, budget), value);
}

export function usesOldSelf({ rule }: Rule): boolean {
  return /\boldSelf\b/.test(rule);
}

/** `.name` or `['name']` below the value. */
function fieldOf({ fieldPath = '' }: Rule, path: string): string {
  return path === '' ? fieldPath.replace(/^\./, '') : `${path}${fieldPath}`;
}

const MAX_MESSAGE = 5 * 1024;

function messageOf(rule: Rule, self: unknown, budget: Budget): string {
  const result = rule.messageExpression === undefined ? undefined : evaluate(rule.messageExpression, self, budget);
  const message = result !== undefined && 'value' in result && typeof result.value === 'string' ? result.value.trim() : '';
  const usable = message !== '' && message.length <= MAX_MESSAGE && !message.includes('\n');
  return usable ? message : rule.message?.trim() ?? `breaks the rule ${rule.rule.trim()}`;
}
