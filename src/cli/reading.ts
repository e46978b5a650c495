import * as path from 'node:path';
import { filesIn, textOf } from './files';
import type { Code } from '../errors/codes';
import { messageOf } from '../errors/message-of';
import { documentsIn, type Document, type Parse, type Readable } from '../manifests/documents';
import { isMap } from '../manifests/values';
import { isOfOthers } from '../migrate/others';

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
  /** Whether it is for other tools, such as the values of a chart: nothing in it says that it is to be a manifest of SMI. */
  readonly isOfOthers?: boolean;
  /** Whether it would be a manifest of anything if it said its apiVersion and its kind, of which it has one. */
  readonly isUnfinished?: boolean;
}

/** Whether nobody knows what it would say of who calls whom. */
export function mayMatter({ isOfOthers: isLeftAside, isUnfinished: isMeant }: Unread): boolean {
  return isMeant === true || isLeftAside !== true;
}

/** The files of arguments, each once, and what cannot be looked into. */
export function filesOf(args: readonly string[]): { readonly files: readonly string[]; readonly unread: readonly Unread[] } {
  const files = new Map<string, string>();
  const unread: Unread[] = [];
  for (const argument of args) {
    try {
      const found = filesIn(argument);
      if (found.length === 0) unread.push(unreadable(argument, new Error('there is no .yaml, .yml or .json file in it')));
      for (const file of found) files.set(file === '-' ? file : path.resolve(file), file);
    } catch (error) {
      unread.push(unreadable(argument, error));
    }
  }
  return { files: [...files.values()], unread };
}

/** Each manifest of some files, and of those in some folders, one after the other. */
export function* manifestsIn(args: readonly string[]): Generator<Manifest | Unread> {
  const { files, unread } = filesOf(args);
  yield* unread;
  for (const file of files) yield* manifestsOf(file);
}

/** Each manifest of a file. */
export function* manifestsOf(file: string, parse?: Parse): Generator<Manifest | Unread> {
  try {
    for (const document of documentsIn(file, textOf(file), parse)) yield manifest(document);
  } catch (error) {
    yield unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): Unread {
  return { file, line: 1, code: 'MESH6002', unread: messageOf(error) };
}

/** A document as a manifest, or why it is none. */
export function manifest(document: Document): Manifest | Unread {
  if (isManifest(document)) return document;
  const { file, content } = document;
  if ('broken' in content) return { file, line: document.line, code: content.isTooMuch ? 'MESH6004' : 'MESH6003', unread: content.broken };
  const why = 'it is not a manifest: it has no apiVersion and kind';
  const head = { file, line: document.line, code: 'MESH6005', unread: why } as const;
  return { ...head, isOfOthers: isOfOthers(content.manifest), isUnfinished: isUnfinished(content.manifest) };
}

function isUnfinished(document: unknown): boolean {
  return isMap(document) && isMap(document.metadata) && (document.apiVersion !== undefined || document.kind !== undefined);
}

function isManifest(document: Document): document is Manifest {
  if ('broken' in document.content) return false;
  const { apiVersion, kind } = document.content.manifest;
  return typeof apiVersion === 'string' && typeof kind === 'string';
}
