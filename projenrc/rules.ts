import * as operators from '../src/validation/ahead';
import { kubernetesCel } from '../src/validation/cel/library';
import { own, renamed } from '../src/validation/cel/names';
import { prepared, type Schema } from '../src/validation/schema';

/** The rules of schemas as JavaScript, by their text: those of which `src/validation/ahead.ts` can say what they are made of. */
export function rulesModule(schemas: readonly any[]): string {
  const rules = [...new Set(schemas.flatMap(schema => rulesOf(prepared(schema))))].sort();
  const entries = rules.flatMap(rule => {
    const code = ahead(rule);
    return code === undefined ? [] : `  [${JSON.stringify(rule)}, self => ${code}],\n`;
  }).join('');
  return `
import { ${Object.keys(operators).filter(name => entries.includes(`${name}(`)).sort().join(', ')} } from '../../src/validation/ahead';

/** Rules as JavaScript, by their text. They throw where CEL has to decide. */
export const RULES: ReadonlyMap<string, (self: any) => boolean> = new Map<string, (self: any) => boolean>([
${entries}]);
`;
}

function rulesOf({ rules, properties, items, additional }: Schema): string[] {
  const below = [...properties.values(), items, additional].flatMap(schema => schema === undefined ? [] : rulesOf(schema));
  return [...rules.map(({ rule }) => rule), ...below];
}

interface Node {
  readonly op: string;
  readonly args: any;
}

const CEL = kubernetesCel();

function ahead(rule: string): string | undefined {
  const { ast } = CEL.parse(renamed(rule)) as unknown as { readonly ast: Node };
  const code = late(truth(ast, ['self']));
  return code === UNDECIDED ? undefined : code;
}

/** Code, or what CEL alone knows. */
type Code = string | undefined;

const UNDECIDED = 'undecided()';

/** What may not be needed: something before it may decide. */
function late(code: Code): string {
  return code ?? UNDECIDED;
}

/** Code of all parts; `undefined` if there is none for one of them. */
function joined(parts: readonly Code[], join: (...codes: string[]) => string): Code {
  return parts.includes(undefined) ? undefined : join(...parts as string[]);
}

function called(operator: keyof typeof operators, ...args: readonly Code[]): Code {
  return joined(args, (...codes) => `${operator}(${codes.join(', ')})`);
}

/** Of a node where CEL takes true and false only. */
function truth(node: Node, names: readonly string[]): Code {
  return isBoolean(node) ? codeOf(node, names) : undefined;
}

function isBoolean({ op, args }: Node): boolean {
  switch (op) {
    case 'value': return typeof args === 'boolean';
    case 'call': case 'rcall': return BOOLEAN.has(args[0]);
    case '?:': return isBoolean(args[1]) && isBoolean(args[2]);
    default: return BOOLEAN.has(op);
  }
}

const BOOLEAN = new Set([
  '&&', '||', '!_', '==', '!=', 'in', '<', '>', '<=', '>=',
  'startsWith', 'endsWith', 'contains', 'all', 'exists', 'exists_one', own('has'), own('matches'),
]);

function codeOf({ op, args }: Node, names: readonly string[]): Code {
  const code = (node: Node) => codeOf(node, names);
  const bool = (node: Node) => truth(node, names);
  switch (op) {
    case 'value': return literal(args);
    case 'id': return names.includes(args) ? args : undefined;
    case 'list': return joined(args.map(code), (...items) => `[${items.join(', ')}]`);
    case '.': return called('get', code(args[0]), literal(args[1]));
    case '[]': return called('at', code(args[0]), code(args[1]));
    case '&&': case '||': return joined([bool(args[0])], left => `(${left} ${op} ${late(bool(args[1]))})`);
    case '?:': return joined([bool(args[0])], condition => `(${condition} ? ${late(code(args[1]))} : ${late(code(args[2]))})`);
    case '!_': return joined([bool(args)], negated => `!${negated}`);
    case '==': return called('equal', code(args[0]), code(args[1]));
    case '!=': return joined([called('equal', code(args[0]), code(args[1]))], equal => `!${equal}`);
    case 'in': return called('isIn', code(args[0]), code(args[1]));
    case '<': return called('less', code(args[0]), code(args[1]));
    case '>': return called('less', code(args[1]), code(args[0]));
    case '<=': return joined([called('less', code(args[1]), code(args[0]))], more => `!${more}`);
    case '>=': return joined([called('less', code(args[0]), code(args[1]))], less => `!${less}`);
    case '+': return called('plus', code(args[0]), code(args[1]));
    case 'call': return functionOf(args[0], args[1], names);
    case 'rcall': return methodOf(args[0], args[1], args[2], names);
    default: return undefined;
  }
}

function literal(value: unknown): Code {
  switch (typeof value) {
    case 'string': return JSON.stringify(value);
    case 'bigint': return `${value}n`;
    case 'boolean': return String(value);
    default: return undefined;
  }
}

function functionOf(name: string, args: readonly Node[], names: readonly string[]): Code {
  const [argument] = args;
  switch (name) {
    case 'size': return args.length === 1 ? called('size', codeOf(argument, names)) : undefined;
    case own('has'): return argument.op === '.' ? called('has', codeOf(argument.args[0], names), literal(argument.args[1])) : undefined;
    default: return undefined;
  }
}

function methodOf(name: string, receiver: Node, args: readonly Node[], names: readonly string[]): Code {
  const code = codeOf(receiver, names);
  const argument = () => args.length === 1 ? codeOf(args[0], names) : undefined;
  const items = (method: string) => {
    const [item, body] = args;
    if (args.length !== 2 || item.op !== 'id') return undefined;
    return joined([called('items', code), truth(body, [...names, item.args])], (all, holds) => `${all}.${method}(${item.args} => ${holds})`);
  };
  switch (name) {
    case 'size': return args.length === 0 ? called('size', code) : undefined;
    case 'startsWith': case 'endsWith': case 'contains': return called(name, code, argument());
    case own('matches'): return called('matches', code, argument());
    case 'all': return items('every');
    case 'exists': return items('some');
    case 'filter': return items('filter');
    case 'exists_one': return joined([items('filter')], found => `${found}.length === 1`);
    default: return undefined;
  }
}
