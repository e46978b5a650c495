import * as fs from 'node:fs';
import { Composer, LineCounter, Parser, type CST, type ScalarTag } from 'yaml';
import type { Diagnostic } from '../errors/coded';

/** A YAML document of a file. */
export interface Document {
  readonly file: string;
  readonly line: number;
  /** What it holds, or why it cannot be read. */
  readonly content: { readonly manifest: any } | { readonly broken: Diagnostic };
}

/** Aliases that may be followed: what they stand for together is bounded by the size of a manifest. */
const MAX_ALIASES = 1000;

/**
 * The documents of a file, or of the standard input for `-`, one after the other. Each is read for itself, so that a broken
 * one spoils no other.
 */
export function* documentsOf(file: string): Generator<Document> {
  for (const { text, line } of split(fs.readFileSync(file === '-' ? 0 : file, 'utf8'))) {
    yield* parsed(file, text, line);
  }
}

/** Levels that are parsed. What parses them recurses, and Node does not survive every overflow of its stack. */
const MAX_DEPTH = 500;

/** What kubectl takes for a boolean. */
const BOOLEAN: ScalarTag = {
  identify: value => typeof value === 'boolean',
  default: true,
  tag: 'tag:yaml.org,2002:bool',
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE|n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/,
  resolve: text => /^(y|t|on)/i.test(text),
};

interface Part {
  readonly text: string;
  readonly line: number;
}

function split(text: string): Part[] {
  let line = 1;
  return text.split(/^(?=---(?:[ \t\r]|$))/m).map(part => {
    const here = { text: part, line };
    line += part.split('\n').length - 1;
    return here;
  });
}

function parsed(file: string, text: string, firstLine: number): Document[] {
  const counter = new LineCounter();
  const lineAt = (offset: number) => firstLine + counter.linePos(offset).line - 1;
  try {
    const options = { merge: true, customTags: (tags: any) => [BOOLEAN, ...tags] };
    const tokens = [...new Parser(counter.addNewLine).parse(text)];
    if (tokens.some(isTooDeep)) throw new RangeError();
    return [...new Composer(options).compose(tokens) as Iterable<any>].flatMap((document): Document[] => {
      const [error] = document.errors;
      if (error !== undefined) return [{ file, line: lineAt(error.pos[0]), content: { broken: { code: 'MESH6003', sentence: error.message } } }];
      if (document.contents === null) return [];
      const line = lineAt(document.contents.range[0]);
      return manifestsIn(document.toJS({ maxAliasCount: MAX_ALIASES })).map(manifest => ({ file, line, content: { manifest } }));
    });
  } catch (error) {
    return [{ file, line: firstLine, content: { broken: unread(error as Error) } }];
  }
}

function unread(error: Error): Diagnostic {
  if (error instanceof RangeError) return { code: 'MESH6004', sentence: 'it is nested too deeply' };
  return { code: /^Excessive alias count/.test(error.message) ? 'MESH6004' : 'MESH6003', sentence: error.message };
}

/** Without recursion. */
function isTooDeep(root: CST.Token): boolean {
  const pending: [depth: number, token: any][] = [[0, root]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [depth, token] = next;
    if (depth > MAX_DEPTH) return true;
    for (const below of [token.value, token.key, ...token.items ?? []]) {
      if (below !== null && typeof below === 'object') pending.push([depth + (below.type === undefined ? 0 : 1), below]);
    }
  }
  return false;
}

/** A List holds manifests, and may hold Lists. What is empty is no document. */
function manifestsIn(value: any): any[] {
  if (value === null) return [];
  const isList = value?.apiVersion === 'v1' && value.kind === 'List' && Array.isArray(value.items);
  return isList ? value.items.flatMap(manifestsIn) : [value];
}
