import { parseArgs } from 'node:util';
import { nearest } from '../input/nearest';

/** An option of a command. Its values are texts, unless it is a switch. */
export interface Option {
  readonly isSwitch?: boolean;
  /** Whether it may be given several times. */
  readonly isList?: boolean;
  readonly short?: string;
}

/** The options of every command. */
export const COMMON = { help: { isSwitch: true, short: 'h' }, version: { isSwitch: true } } as const;

/** The command line is not valid, for this reason. */
export class Misuse extends Error {}

/** The options and operands that a command is called with. */
export class Arguments<Name extends string> {
  private readonly values = new Map<string, string[]>();
  public readonly operands: readonly string[];

  public constructor(args: readonly string[], options: Readonly<Record<Name, Option>>) {
    const known: Readonly<Record<string, Option>> = options;
    const { tokens } = parseArgs({
      args: [...args],
      strict: false,
      tokens: true,
      allowPositionals: true,
      options: Object.fromEntries(Object.entries(known).map(([name, { isSwitch, short }]) =>
        [name, { type: isSwitch ? 'boolean' : 'string', ...short !== undefined && { short } }])),
    });
    this.operands = tokens.flatMap(token => token.kind === 'positional' ? [token.value] : []);
    for (const token of tokens) {
      if (token.kind !== 'option') continue;
      const { name, rawName, value, inlineValue } = token;
      if (!Object.hasOwn(known, name)) throw new Misuse(`there is no option '${rawName}'${meant(rawName, Object.keys(known).map(one => `--${one}`))}`);
      const { isSwitch, isList } = known[name];
      if (isSwitch && value !== undefined) throw new Misuse(`'${rawName}' takes no value`);
      if (!isSwitch && (value === undefined || value === '' || (!inlineValue && /^-./.test(value)))) throw new Misuse(`'${rawName}' needs a value`);
      const given = this.values.get(name) ?? [];
      if (given.length > 0 && !isList && !isSwitch) throw new Misuse(`'${rawName}' is given twice`);
      this.values.set(name, [...given, value ?? '']);
    }
  }

  public has(name: Name): boolean {
    return this.values.has(name);
  }

  public text(name: Name): string | undefined {
    return this.values.get(name)?.[0];
  }

  public texts(name: Name): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /** The value of an option that takes one of these words. */
  public word<Word extends string>(name: Name, words: readonly Word[]): Word | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : oneOf(`--${name}`, text, words);
  }
}

export function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const known = words.find(word => word === text);
  if (known !== undefined) return known;
  throw new Misuse(`'${option}' is '${text}'${meant(text, words)} It is one of ${words.join(', ')}`);
}

/** The end of a sentence about an unknown word, with the known word that is nearest to it. */
export function meant(word: string, words: readonly string[]): string {
  const near = nearest(word, words);
  return near === undefined ? '.' : `. Did you mean '${near}'?`;
}
