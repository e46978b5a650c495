import { filesIn, textOf } from './files';
import type { Code } from '../errors/codes';
import { documentsIn, type Document, type Readable } from '../manifests/documents';

/** A document that is a manifest. */
export interface Manifest extends Document {
  readonly content: Readable;
}

/** A file or a document that cannot be read. */
export interface Unread {
  readonly file: string;
  readonly line: number;
  readonly code: Code;
  /** Why, in a sentence. */
  readonly unread: string;
}

/** Each manifest of some files, and of those in some folders, one after the other. */
export function* manifestsIn(args: readonly string[]): Generator<Manifest | Unread> {
  for (const argument of args) {
    try {
      const found = filesIn(argument);
      if (found.length === 0) yield unreadable(argument, new Error('there is no .yaml, .yml or .json file in it'));
      for (const file of found) yield* manifestsOf(file);
    } catch (error) {
      yield unreadable(argument, error);
    }
  }
}

/** Each manifest of a file. */
export function* manifestsOf(file: string): Generator<Manifest | Unread> {
  try {
    for (const document of documentsIn(file, textOf(file))) yield manifest(document);
  } catch (error) {
    yield unreadable(file, error);
  }
}

export function unreadable(file: string, error: unknown): Unread {
  return { file, line: 1, code: 'MESH6002', unread: (error as Error).message };
}

function manifest(document: Document): Manifest | Unread {
  const { file, content } = document;
  if ('broken' in content) return { file, line: document.line, code: content.isTooMuch ? 'MESH6004' : 'MESH6003', unread: content.broken };
  const { apiVersion, kind } = content.manifest;
  if (typeof apiVersion === 'string' && typeof kind === 'string') return document as Manifest;
  return { file, line: document.line, code: 'MESH6005', unread: 'it is no manifest: it has no apiVersion and kind' };
}
