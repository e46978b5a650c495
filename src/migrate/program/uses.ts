import { Call, type Commented, Constant, type Expression, interpret, type Interpreter, type LibraryName, type Member, MethodCall } from './tree';

/** What expressions use. What is a comment only uses nothing. */
export class Uses implements Interpreter<void> {
  public readonly imports = new Set<LibraryName>();
  /** How often each constant is used, where each is written once. What a constant uses stands before it. */
  public readonly constants = new Map<Constant, number>();

  public add(expression: Expression): void {
    interpret(expression, this);
  }

  public data(): void {}

  public list(items: readonly Expression[]): void {
    items.forEach(item => this.add(item));
  }

  public object(fields: readonly (readonly [name: string, value: Expression])[]): void {
    fields.forEach(([, value]) => this.add(value));
  }

  public call({ owner, args }: Call): void {
    this.imports.add(owner);
    this.list(args);
  }

  public member({ owner }: Member): void {
    this.imports.add(owner);
  }

  public methodCall({ receiver, args }: MethodCall): void {
    this.list([receiver, ...args]);
  }

  public constant(constant: Constant): void {
    const times = this.constants.get(constant);
    if (times === undefined) this.add(constant.value);
    this.constants.set(constant, (times ?? 0) + 1);
  }

  public commented({ value }: Commented): void {
    this.add(value);
  }

  public leftOut(): void {}
}

/** The kinds of constants, in the order in which they are declared, and what tells one from another thing of the same name. */
const SUFFIXES = { MeshService: 'Service', Identity: 'Identity', StringMatch: 'Value', HttpMatch: 'Match', other: 'Value' } as const;

type Kind = keyof typeof SUFFIXES;

const KINDS: readonly string[] = Object.keys(SUFFIXES);

/** The class that makes a constant, where it is one of these. */
function kindOf({ value }: Constant): Kind {
  let root = value;
  while (root instanceof MethodCall || root instanceof Constant) root = root instanceof MethodCall ? root.receiver : root.value;
  return root instanceof Call && isKind(root.owner) ? root.owner : 'other';
}

function isKind(owner: string): owner is Kind {
  return Object.hasOwn(SUFFIXES, owner);
}

export function suffixOf(constant: Constant): string {
  return SUFFIXES[kindOf(constant)];
}

/** The constants that are declared, by their kinds: those with the same comment together, and each behind those that it uses. */
export function declared({ constants }: Uses): Constant[] {
  const all = new Set([...constants].filter(([{ options }, times]) => times > 1 || options.isNamed).map(([constant]) => constant));
  const groups = new Map<string, Constant[]>();
  for (const constant of all) {
    const key = JSON.stringify([KINDS.indexOf(kindOf(constant)), constant.options.comment]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(constant);
  }
  const byKind = [...groups.values()].sort(([a], [b]) => KINDS.indexOf(kindOf(a)) - KINDS.indexOf(kindOf(b))).flat();
  const done = new Set<Constant>();
  const declare = (constant: Constant): void => {
    if (done.has(constant)) return;
    const uses = new Uses();
    uses.add(constant.value);
    for (const used of uses.constants.keys()) if (all.has(used)) declare(used);
    done.add(constant);
  };
  byKind.forEach(declare);
  return [...done];
}
