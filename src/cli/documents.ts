import { filesOf, manifestsOf, mayMatter, type Unread } from './reading';
import { coded } from '../errors/coded';
import type { Document, Parse } from '../manifests/documents';
import type { Unread as UnreadObject } from '../reading/unread';

export interface Documents {
  readonly documents: readonly Document[];
  readonly unread: readonly Unread[];
}

/** The manifests of some files and folders, and the documents that cannot be read. What is for other tools is left aside. */
export function documentsOf(files: readonly string[], doing: (what: string) => void, parse?: Parse): Documents {
  const found = filesOf(files);
  const documents: Document[] = [];
  const unread = [...found.unread];
  found.files.forEach((file, i) => {
    doing(`reading ${i + 1} of ${found.files.length} files`);
    for (const read of manifestsOf(file, parse)) {
      if ('unread' in read) unread.push(read);
      else documents.push(read);
    }
  });
  return { documents, unread: unread.filter(mayMatter) };
}

/** An object of which nobody knows what it changes. */
export function unreadObjectWords({ place: { file, line }, why }: UnreadObject): string {
  return `${file}:${line}: ${why}`;
}

export function unreadWords({ file, line, code, unread }: Unread): string {
  return `${file}:${line}: error ${coded({ code, sentence: unread })}`;
}
