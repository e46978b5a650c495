import { createRequire } from 'node:module';
import { isIP } from 'node:net';

/** Checks the `x-kubernetes-validations` of a CRD schema (CEL) and the uniqueness that its list types ask for. */

// The package is an ES module, which TypeScript lets a CommonJS file import by its types only.
const { Environment } = createRequire(__filename)('@marcbachmann/cel-js') as
  typeof import('@marcbachmann/cel-js', { with: { 'resolution-mode': 'import' } });

export interface Rule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
}

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

type Program = (self: unknown) => boolean;

const environment = new Environment()
  .registerVariable('self', 'dyn')
  .registerFunction('string.matchesRe2(string): bool', (text: string, pattern: string) => toRegExp(pattern).test(text))
  .registerFunction('isDns1123Subdomain(string): bool', (text: string) => text.length <= 253 && DNS_SUBDOMAIN.test(text))
  .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0);

const programs = new Map<string, Program>();

export function ruleViolations(schema: any, manifest: any): string[] {
  const found: string[] = [];
  visit(schema, manifest, '', found);
  return found;
}

/** All the rules of a schema, wherever they stand. */
export function rulesOf(schema: any): Rule[] {
  const children = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  return [...schema['x-kubernetes-validations'] ?? [], ...children.filter((child) => typeof child === 'object').flatMap(rulesOf)];
}

/** Rules that compare with the object's former state hold for any new object. */
export function isTransitionRule({ rule }: Rule): boolean {
  return /\boldSelf\b/.test(rule);
}

/** Throws for what this environment cannot evaluate. */
export function compileRule({ rule }: Rule): Program {
  const program = programs.get(rule) ?? compile(rule);
  programs.set(rule, program);
  return program;
}

function compile(rule: string): Program {
  const parsed = environment.parse(adapt(rule));
  const check = parsed.check();
  if (!check.valid) throw new Error(`cannot evaluate the rule ${rule}`, { cause: check.error });
  return (self) => {
    const result = parsed({ self });
    if (typeof result !== 'boolean') throw new Error(`not a boolean: ${String(result)}`);
    return result;
  };
}

/** Says the same by what the package can do: its `has` takes no index, its `matches` cannot be replaced, and it has no `format`. */
function adapt(rule: string): string {
  return rule.replace(/\bhas\(([^()]*\[[^()]*)\.(\w+)\)/g, "('$2' in $1)").replaceAll('.matches(', '.matchesRe2(')
    .replace(/!format\.dns1123Subdomain\(\)\.validate\((.*?)\)\.hasValue\(\)/g, 'isDns1123Subdomain($1)');
}

/** Kubernetes' regular expressions are RE2, where `(?i)` may follow the anchor. */
function toRegExp(pattern: string): RegExp {
  const caseless = /^\^?\(\?i\)/.test(pattern);
  return new RegExp(pattern.replace('(?i)', ''), caseless ? 'iu' : 'u');
}

/** Adds what is wrong with the value to `found`, and returns it as CEL sees it. */
function visit(schema: any, value: any, path: string, found: string[]): unknown {
  const self = toCel(schema, value, path, found);
  if (Array.isArray(value)) found.push(...duplicates(schema, value, path));
  for (const rule of schema['x-kubernetes-validations'] ?? []) {
    if (!isTransitionRule(rule) && !holds(rule, self, path)) found.push(`${path || 'manifest'}: ${rule.message ?? rule.rule}`);
  }
  return self;
}

function holds(rule: Rule, self: unknown, path: string): boolean {
  try {
    return compileRule(rule)(self);
  } catch (cause) {
    throw new Error(`cannot evaluate at ${path || 'manifest'}: ${rule.rule}`, { cause });
  }
}

function toCel(schema: any, value: any, path: string, found: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, i) => visit(schema.items ?? {}, item, `${path}[${i}]`, found));
  if (value !== null && typeof value === 'object') return toCelMap(schema, value, path, found);
  // CEL tells int from double, JavaScript does not.
  const integer = schema.type === 'integer' || schema['x-kubernetes-int-or-string'];
  return integer && typeof value === 'number' ? BigInt(value) : value;
}

/** What the schema does not name stays invisible to rules. */
function toCelMap(schema: any, value: Record<string, any>, path: string, found: string[]): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const childPath = path ? `${path}.${key}` : key;
    const property = schema.properties?.[key];
    if (property) {
      map[escape(key)] = visit(property, item, childPath, found);
    } else if (typeof schema.additionalProperties === 'object') {
      map[key] = visit(schema.additionalProperties, item, childPath, found);
    }
  }
  return map;
}

const RESERVED = new Set([
  'as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let', 'loop', 'namespace', 'null', 'package',
  'return', 'true', 'var', 'void', 'while',
]);

/** @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#escaping */
function escape(property: string): string {
  if (RESERVED.has(property)) return `__${property}__`;
  return property.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__');
}

function duplicates(schema: any, list: any[], path: string): string[] {
  const identity = identityOf(schema);
  if (!identity) return [];
  const identities = list.map((item) => JSON.stringify(identity(item)));
  return identities.flatMap((id, i) => identities.indexOf(id) < i ? [`${path}[${i}]: duplicate value ${id}`] : []);
}

function identityOf(schema: any): ((item: any) => unknown) | undefined {
  switch (schema['x-kubernetes-list-type']) {
    case 'set': return (item) => item;
    case 'map': return (item) => schema['x-kubernetes-list-map-keys'].map((key: string) => item[key]);
    default: return undefined;
  }
}
