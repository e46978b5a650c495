import { isWorkload } from './cluster/workload';
import type { Document } from '../manifests/documents';
import type { FieldPlace } from '../manifests/fields';
import { groupOf } from '../manifests/names';
import { grouped } from '../model/lists';

/**
 * Finds the text of the document in which a place stands, with the way to it, and the texts of what it names: what nobody understands in an object may
 * depend on whatever the object speaks of. Each side has files of its own.
 */
export function textsOf(...sides: readonly (readonly Document[])[]): (place: FieldPlace) => string {
  const byFile = new Map(sides.map(documents => new Side(documents)).reverse().flatMap(side => side.files.map(file => [file, side] as const)));
  return ({ file, line, path }) => `${path} ${byFile.get(file)?.textAt(file, line) ?? file}`;
}

class Side {
  private readonly byFile: ReadonlyMap<string, readonly Document[]>;
  private readonly starts = new Map<string, readonly number[]>();
  private readonly texts = new Map<Document, string>();
  private byName?: ReadonlyMap<string, readonly Document[]>;

  public constructor(private readonly documents: readonly Document[]) {
    this.byFile = grouped(documents, ({ file }) => file);
  }

  public get files(): readonly string[] {
    return [...this.byFile.keys()];
  }

  public textAt(file: string, line: number): string | undefined {
    const own = this.byFile.get(file) ?? [];
    const lines = this.starts.get(file) ?? own.map(one => one.line);
    this.starts.set(file, lines);
    const document = own.at(lastUpTo(lines, line));
    if (document === undefined || 'broken' in document.content) return undefined;
    const text = this.texts.get(document) ?? [textOf(document), ...this.namedBy(document).map(textOf).sort()].join(' ');
    this.texts.set(document, text);
    return text;
  }

  private namedBy(first: Document): readonly Document[] {
    this.byName ??= grouped(this.documents.filter(mayBeMeant), document => String(manifestOf(document).metadata?.name));
    const found = new Set([first]);
    for (const one of found) {
      const { apiVersion: _, kind: __, metadata: ___, ...said } = manifestOf(one);
      for (const name of namesIn(said)) this.byName.get(name)?.forEach(other => found.add(other));
    }
    return [...found].slice(1);
  }
}

function manifestOf({ content }: Document): any {
  return 'broken' in content ? {} : content.manifest;
}

function textOf(document: Document): string {
  return JSON.stringify(manifestOf(document));
}

/** Services and workloads are compared by themselves, and so are what stands beside them. Anything else may say something to what names it. */
function mayBeMeant(document: Document): boolean {
  const manifest = manifestOf(document);
  const group = groupOf(manifest);
  return !isWorkload(group, manifest) && !(group === '' && COMPARED.includes(manifest.kind));
}

const COMPARED = ['Service', 'Namespace', 'ServiceAccount'];

/** Names of objects, hosts of Services, and names behind a namespace. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...value.includes('/') ? [value.slice(value.lastIndexOf('/') + 1)] : [], ...value.includes('.') ? [value.split('.')[0]] : []];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(namesIn) : [];
}

/** The index of the last of some sorted numbers that is not more than another one. */
function lastUpTo(sorted: readonly number[], most: number): number {
  let [first, last] = [0, sorted.length - 1];
  while (first < last) {
    const middle = Math.ceil((first + last) / 2);
    if (sorted[middle] <= most) first = middle;
    else last = middle - 1;
  }
  return first;
}
