import { parseYaml, type PlacedNode, placesIn, Unreadable } from './yaml';

/** Where something stands in a file. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** The names of fields and the numbers of items that lead to a value. */
export type Path = readonly (string | number)[];

/** A document of a file; an item of a List is one, too. */
export interface Document {
  readonly file: string;
  /** Where it begins. */
  readonly line: number;
  readonly content: Readable | Broken;
}

export interface Readable {
  readonly manifest: any;
  /** The line of a field; where it is not written there, that of what it would stand in. */
  lineOf(path: Path): number;
}

export interface Broken {
  /** Why it cannot be read, in a sentence. */
  readonly broken: string;
  /** Whether it asks for too much, though it may be YAML. */
  readonly isTooMuch: boolean;
}

/**
 * The documents in the text of a file, one after the other. Each is read for itself, so that a broken one spoils no other. Lines are
 * looked for when they are asked for.
 */
export function* documentsIn(file: string, text: string): Generator<Document> {
  for (const part of split(text)) {
    try {
      const values = parseYaml(part.text);
      const lines = new Lines(part);
      for (const [i, value] of values.entries()) {
        for (const { manifest, path } of manifestsIn(value, [i])) yield new DocumentAt(file, manifest, lines, path);
      }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      yield { file, line: part.line + error.line, content: { broken: error.message, isTooMuch: error.isTooMuch } };
    }
  }
}

class DocumentAt implements Document {
  public readonly content: Readable;

  public constructor(public readonly file: string, manifest: any, private readonly lines: Lines, private readonly path: Path) {
    this.content = { manifest, lineOf: below => lines.of([...path, ...below]) };
  }

  public get line(): number {
    return this.lines.of(this.path);
  }
}

interface Part {
  readonly text: string;
  readonly line: number;
}

/** Before the first document, such as the version of YAML. */
const ONLY_DIRECTIVES = /^(?:(?:[ \t]*#.*|%.*)?\r?\n)*$/;

function* split(text: string): Generator<Part> {
  const separator = /^---(?=[ \t\r]|$)/gm;
  let start = 0;
  let line = 1;
  while (start < text.length) {
    separator.lastIndex = start + 1;
    const end = separator.exec(text)?.index ?? text.length;
    const part = text.slice(start, end);
    if (start > 0 || !ONLY_DIRECTIVES.test(part)) yield { text: part, line };
    for (let i = part.indexOf('\n'); i !== -1; i = part.indexOf('\n', i + 1)) line++;
    start = end;
  }
}

/** The lines of what a part holds. Most documents are asked for their first line only, if for any. */
class Lines {
  private places?: readonly PlacedNode[];

  public constructor(private readonly part: Part) {}

  public of(path: Path): number {
    // Up to the first thing that is no comment, and neither begins nor ends a document.
    const [before] = path.length === 1 && path[0] === 0 ? /^(?:(?:---|\.\.\.|%.*)?[ \t]*(?:#.*)?\r?\n|---[ \t]+)*/.exec(this.part.text)! : [];
    return this.part.line + (before === undefined ? this.find(path) : before.split('\n').length - 1);
  }

  private find(path: Path): number {
    this.places ??= placesIn(this.part.text);
    let node: PlacedNode | undefined = { line: 0, items: this.places };
    let line = 0;
    for (const step of path) {
      node = typeof step === 'number' ? node?.items?.[step] : node?.fields?.get(step);
      line = node?.line ?? line;
    }
    return line;
  }
}

/** A List holds manifests, and may hold Lists. What is empty is no document. */
function* manifestsIn(value: any, path: Path): Generator<{ readonly manifest: any; readonly path: Path }> {
  if (value === null || value === undefined) return;
  if (value.apiVersion === 'v1' && value.kind === 'List' && Array.isArray(value.items)) {
    for (const [i, item] of value.items.entries()) yield* manifestsIn(item, [...path, 'items', i]);
  } else {
    yield { manifest: value, path };
  }
}
