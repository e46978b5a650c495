/** Names that are given once each, made of the names of users. */
export class Names {
  private readonly given: Set<string>;
  /** The numbers that names ended with last. */
  private readonly numbers = new Map<string, number>();

  /** @param taken Names that are given to nobody. */
  public constructor(taken: Iterable<string>) {
    this.given = new Set(taken);
  }

  /** A name of its own: with the suffix where it is taken, and with a number where that is, too. */
  public give(name: string, suffix: string): string {
    const free = [name, name + suffix].find(one => !this.given.has(one)) ?? this.numbered(name + suffix);
    this.given.add(free);
    return free;
  }

  private numbered(name: string): string {
    let number = this.numbers.get(name) ?? 2;
    while (this.given.has(name + number)) number++;
    this.numbers.set(name, number + 1);
    return name + number;
  }
}

/** Longer names help nobody. */
const LONGEST = 50;

/** The name of a user as that of a class; without letters and digits in it, the other. */
export function pascalCase(name: string, otherwise: string): string {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g) ?? [otherwise];
  const joined = words.map(word => word[0].toUpperCase() + word.slice(1).toLowerCase()).join('').slice(0, LONGEST);
  return /^[0-9]/.test(joined) ? `_${joined}` : joined;
}

/** The name of a user as that of a constant. */
export function camelCase(name: string, otherwise: string): string {
  const pascal = pascalCase(name, otherwise);
  return pascal[0].toLowerCase() + pascal.slice(1);
}

/** What no constant of a constructor can be named. */
export const TAKEN_BY_THE_LANGUAGE: readonly string[] = [
  'arguments', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete', 'do', 'else', 'enum', 'eval', 'export',
  'extends', 'false', 'finally', 'for', 'function', 'if', 'implements', 'import', 'in', 'instanceof', 'interface', 'let', 'new', 'null', 'package',
  'private', 'protected', 'public', 'return', 'static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'undefined', 'var', 'void',
  'while', 'with', 'yield',
];

/** What a class should not be named, as modules go by some of them. */
export const GLOBALS: readonly string[] = [
  'Array', 'Boolean', 'Date', 'Error', 'Function', 'Infinity', 'Map', 'Math', 'Number', 'Object', 'Promise', 'Proxy', 'Reflect', 'Set', 'String', 'Symbol',
];
