import { Yaml } from 'cdk8s';

/** A text in a manifest that does not come out of the written YAML as it went in. */
export interface Misread {
  /** Where it stands, as `spec.labels['a b']`. */
  readonly path: string;
  readonly text: string;
  readonly why: string;
}

/**
 * cdk8s quotes what YAML 1.1 would not read as a text. Other readers take more for numbers, `kubectl` and JavaScript among them:
 * a namespace `0o17` becomes 15. And no quotes help against characters that YAML does not have.
 */
export function misread(manifest: unknown): Misread | undefined {
  const one = below(manifest);
  return one && { ...one, path: one.path.replace(/^\./, '') };
}

/** The path is made on the way back, of what was found. */
function below(value: unknown): Misread | undefined {
  if (typeof value === 'string') {
    return found(value);
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const isList = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const one = below((value as Record<string, unknown>)[key]) ?? (isList ? undefined : found(key));
    if (one !== undefined) {
      const step = isList ? `[${key}]` : /^\w+$/.test(key) ? `.${key}` : `['${key}']`;
      return { ...one, path: `${step}${one.path}` };
    }
  }
  return undefined;
}

/** All that is worth a closer look: there are many texts, and hardly one is. */
const ODD = /^[-+.\d_=<\s]|[\x7f-\uffff]/;

function found(text: string): Misread | undefined {
  if (!ODD.test(text)) return undefined;
  const why = CHARACTER.test(text) ? 'has a character that YAML does not take'
    : isNumber(text) && isPlain(text) ? 'is written without quotes, and read as a number'
      : (text === '<<' || text === '=') && isPlain(text) ? 'is written without quotes, and is a word of YAML'
        : INDENTED.test(text) ? 'is read with another indentation' : undefined;
  return why === undefined ? undefined : { path: '', text, why };
}

/** Control characters, other ends of lines, and halves of characters. */
const CHARACTER = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Of several lines, which are written one below the other: those before the first letter are taken for the indentation. */
const INDENTED = /^(?=[^]*\n)[\n\r ]*(\t|$)/;

/** Ports are many, and always quoted: to ask YAML of each of them would take as long as to write them. */
function isPlain(text: string): boolean {
  return !/^[1-9]\d*$/.test(text) && Yaml.stringify(text).trimEnd() === text;
}

/** By the rules of any version of YAML, and of go-yaml, which ignores each `_`. */
function isNumber(text: string): boolean {
  return /^[-+]?(0b[01]+|0o?[-+]?[0-7]+|0x[\da-f]+|(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?)$/i.test(text.replaceAll('_', ''));
}
