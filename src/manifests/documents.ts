import { isMap } from './values';
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
export function* documentsIn(file: string, text: string, parse: Parse = parseYaml): Generator<Document> {
  for (const part of split(text)) {
    const values = parsed(part, parse);
    if (!(values instanceof Unreadable)) {
      yield* documentsOf(file, part, values);
      continue;
    }
    const objects = jsonObjects(part);
    for (const one of objects.length > 1 ? objects : [part]) {
      const read = one === part ? values : parsed(one, parse);
      if (!(read instanceof Unreadable)) yield* documentsOf(file, one, read);
      else yield { file, line: one.line + read.line, content: { broken: read.message, isTooMuch: read.isTooMuch } };
    }
  }
}

/** How the text of a document is read. */
export type Parse = (text: string) => unknown[];

/** Reads the same text once, wherever it stands: most documents of two revisions are the same. */
export function parseOnce(): Parse {
  const known = new Map<string, unknown[]>();
  return text => {
    const values = known.get(text) ?? parseYaml(text);
    known.set(text, values);
    return values;
  };
}

function parsed({ text }: Part, parse: Parse): unknown[] | Unreadable {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
}

function* documentsOf(file: string, part: Part, values: readonly unknown[]): Generator<Document> {
  const lines = new Lines(part);
  for (const [i, value] of values.entries()) {
    for (const { manifest, path } of manifestsIn(value, [i])) yield new DocumentAt(file, manifest, lines, path);
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

/** The start of a line that is neither empty nor a comment, nor a directive such as the version of YAML. */
const CONTENT = /^(?![ \t]*#|%|\r?$)/m;

/** The same, where the line is no mark of a start or an end, either. */
const FIRST = /^(?!(?:---|\.\.\.)?[ \t]*(?:#.*)?\r?$|%)/m;

function* split(text: string): Generator<Part> {
  const separator = /(?<![^\r\n])---(?=[ \t\r\n]|$)/g;
  let start = 0;
  let line = 1;
  while (start < text.length) {
    separator.lastIndex = start + 1;
    const end = separator.exec(text)?.index ?? text.length;
    const part = text.slice(start, end);
    // What stands before the first document says nothing by itself.
    if (start > 0 || end === text.length || CONTENT.test(part)) yield { text: part, line };
    line += linesIn(part);
    start = end;
  }
}

function linesIn(text: string): number {
  let lines = 0;
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) lines++;
  return lines;
}

/** The objects of JSON, which may stand one behind the other without anything between them. */
function jsonObjects({ text, line }: Part): Part[] {
  if (!/^\s*\{/.test(text) || !/\}\s*\{/.test(text)) return [];
  const objects: Part[] = [];
  let [start, depth, isText] = [0, 0, false];
  for (const { 0: mark, index } of text.matchAll(/\\.|["{}[\]]/gs)) {
    if (mark === '"') isText = !isText;
    if (isText || !'{}[]'.includes(mark)) continue;
    depth += mark === '{' || mark === '[' ? 1 : -1;
    if (depth > 0) continue;
    const object = text.slice(start, index + 1);
    objects.push({ text: object, line });
    line += linesIn(object);
    start = index + 1;
  }
  const rest = text.slice(start);
  return /\S/.test(rest) ? [...objects, { text: rest, line }] : objects;
}

/** The lines of what a part holds. Most documents are asked for their first line only, if for any. */
class Lines {
  private places?: readonly PlacedNode[];

  public constructor(private readonly part: Part) {}

  public of(path: Path): number {
    const isFirst = path.length === 1 && path[0] === 0;
    return this.part.line + (isFirst ? linesIn(this.part.text.slice(0, FIRST.exec(this.part.text)?.index ?? 0)) : this.find(path));
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

/**
 * A List holds manifests, and may hold Lists. Those in a list of a kind, as an API server answers, may leave out what they are. What
 * is empty is no document.
 */
function* manifestsIn(value: any, path: Path): Generator<{ readonly manifest: any; readonly path: Path }> {
  if (value === null || value === undefined) return;
  const { apiVersion, kind, items } = value;
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    for (const [i, item] of items.entries()) {
      const isUnsaid = kind !== 'List' && isMap(item) && item.apiVersion === undefined && item.kind === undefined;
      yield* manifestsIn(isUnsaid ? { apiVersion, kind: kind.slice(0, -'List'.length), ...item } : item, [...path, 'items', i]);
    }
  } else {
    yield { manifest: value, path };
  }
}
