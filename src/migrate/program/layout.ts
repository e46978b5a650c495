/** Code that is laid out on one line if it fits, else on several. */
export type Doc = string | Group | readonly Doc[];

/** What stands between two brackets. */
export interface Group {
  readonly open: string;
  readonly close: string;
  readonly items: readonly Item[];
  /** Whether spaces stand inside the brackets. */
  readonly isSpaced: boolean;
  /** Whether the last item may go over several lines between brackets that stay where they are: arguments of a call. */
  readonly hugs: boolean;
}

export interface Item {
  /** Lines above it. */
  readonly comments: readonly Comment[];
  /** Absent where there is nothing but comments. */
  readonly doc?: Doc;
}

/** The lines of a comment, for where it is indented to. */
export type Comment = (indent: number) => readonly string[];

/** Characters of a line, and by how many what is inside is indented. */
export const WIDTH = 140;
export const INDENT = 2;

/** A document at an indent, behind what stands on its first line already, and in front of what comes on its last. */
export function layout(doc: Doc, indent: number, before: number, after: number): string {
  const line = flat(doc);
  if (line !== undefined && indent + before + line.length + after <= WIDTH) return line;
  if (typeof doc === 'string') return doc;
  if (isSequence(doc)) return sequence(doc, indent, before, after);
  return (doc.hugs ? hugged(doc, indent, before, after) : undefined) ?? broken(doc, indent);
}

/** The lines of items, each with a comma. Numbers stand side by side. */
function broken({ open, close, items }: Group, indent: number): string {
  const below = indent + INDENT;
  const numbers = items.map(itemLine);
  const lines = numbers.every(isNumber) ? filled(numbers.map(number => `${number},`), WIDTH - below) : items.flatMap(({ comments, doc }) => [
    ...comments.flatMap(comment => comment(below)),
    ...(doc === undefined ? [] : [`${layout(doc, below, 0, 1)},`]),
  ]);
  return [open, ...lines.map(line => `${' '.repeat(below)}${line}`), `${' '.repeat(indent)}${close}`].join('\n');
}

function isNumber(line: string | undefined): boolean {
  return line !== undefined && /^\d+$/.test(line);
}

/** Words in lines. */
function filled(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function hugged({ open, close, items }: Group, indent: number, before: number, after: number): string | undefined {
  const last = items.at(-1);
  const doc = last?.doc;
  const others = items.slice(0, -1).map(itemLine);
  if (doc === undefined || typeof doc === 'string' || last?.comments.length !== 0 || others.includes(undefined)) return undefined;
  const start = `${open}${others.map(other => `${other}, `).join('')}`;
  const text = start + layout(doc, indent, before + start.length, close.length + after) + close;
  return indent + before + text.indexOf('\n') <= WIDTH ? text : undefined;
}

function sequence(docs: readonly Doc[], indent: number, before: number, after: number): string {
  return docs.reduce<string>((text, doc, i) => {
    const start = text.lastIndexOf('\n') + 1;
    const used = start === 0 ? before + text.length : text.length - start - indent;
    const following = docs.slice(i + 1).map(next => flat(next)?.length ?? 0).reduce((sum, length) => sum + length, after);
    return text + layout(doc, indent, used, following);
  }, '');
}

/** Flat lines, each of which is asked for once for each level that it stands in. */
const LINES = new WeakMap<object, { readonly line: string | undefined }>();

/** On one line; undefined where a comment stands in it. */
export function flat(doc: Doc): string | undefined {
  if (typeof doc === 'string') return doc;
  const known = LINES.get(doc) ?? { line: isSequence(doc) ? joined(doc.map(flat), '') : groupLine(doc) };
  LINES.set(doc, known);
  return known.line;
}

function groupLine({ open, close, items, isSpaced }: Group): string | undefined {
  const inside = joined(items.map(itemLine), ', ');
  const space = isSpaced && items.length > 0 ? ' ' : '';
  return inside === undefined ? undefined : `${open}${space}${inside}${space}${close}`;
}

function itemLine({ comments, doc }: Item): string | undefined {
  return comments.length > 0 || doc === undefined ? undefined : flat(doc);
}

function joined(lines: readonly (string | undefined)[], between: string): string | undefined {
  return lines.includes(undefined) ? undefined : lines.join(between);
}

function isSequence(doc: Group | readonly Doc[]): doc is readonly Doc[] {
  return Array.isArray(doc);
}
