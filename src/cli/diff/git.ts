import { execFileSync } from 'node:child_process';
import { posix } from 'node:path';
import { messageOf } from '../../errors/message-of';
import { documentsIn, type Parse } from '../../manifests/documents';
import type { Documents } from '../documents';
import { MANIFESTS, textIn } from '../files';
import { Misuse } from '../options';
import { type Manifest, manifest, mayMatter, type Unread } from '../reading';

/** The two revisions of `A..B`; without B, it is the current one. */
export function revisionsOf(range: string): readonly [old: string, now: string] {
  const [, old, now] = /^([^.].*?)\.\.([^.].*)?$/.exec(range) ?? [];
  if (old === undefined || [old, now].some(one => one?.startsWith('-'))) throw new Misuse(`'--git' is '${range}', which is no pair of revisions. Write A..B, such as main..HEAD`);
  return [old, now ?? 'HEAD'];
}

/** The manifests of files and folders as they are in two revisions of git. Nothing is checked out. */
export function documentsAt(
  revisions: readonly [old: string, now: string], paths: readonly string[], parse: Parse,
): readonly [old: Documents, now: Documents] {
  const [old, now] = revisions.map(revision => ({ revision, entries: paths.map(path => entriesAt(revision, path)) }));
  const nowhere = paths.find((_, i) => old.entries[i].length + now.entries[i].length === 0);
  if (nowhere !== undefined) throw new Misuse(`in neither revision is there a .yaml, .yml or .json file at '${nowhere}'`);
  return [documentsOf(old, parse), documentsOf(now, parse)];
}

interface Entry {
  readonly mode: string;
  readonly file: string;
}

const LINK = '120000';
/** Another repository, of which this one has no files. */
const SUBMODULE = '160000';

function entriesAt(revision: string, path: string): readonly Entry[] {
  return git('ls-tree', '-r', '-z', '--full-name', revision, '--', path).toString('utf8').split('\0').filter(line => line !== '')
    .map((line): Entry => ({ mode: line.slice(0, LINK.length), file: line.slice(line.indexOf('\t') + 1) }))
    .filter(({ mode, file }) => mode === SUBMODULE || MANIFESTS.test(file));
}

function documentsOf({ revision, entries }: { readonly revision: string; readonly entries: readonly (readonly Entry[])[] }, parse: Parse): Documents {
  const files = [...new Map(entries.flat().map(entry => [entry.file, entry])).values()].sort((a, b) => a.file < b.file ? -1 : 1);
  const read = files.flatMap((entry): (Manifest | Unread)[] => {
    const name = `${revision}:${entry.file}`;
    try {
      return [...documentsIn(name, textAt(revision, entry), parse)].map(manifest);
    } catch (error) {
      if (error instanceof Misuse) throw error;
      return [{ file: name, line: 1, code: 'MESH6002', unread: messageOf(error) }];
    }
  });
  return {
    documents: read.flatMap(one => 'unread' in one ? [] : one),
    unread: read.flatMap(one => 'unread' in one && mayMatter(one) ? one : []),
  };
}

function textAt(revision: string, { mode, file }: Entry): string {
  if (mode === SUBMODULE) throw new Error('it is a submodule, whose files are in another repository. Compare them there');
  const text = textIn(git('show', `${revision}:${file}`));
  if (mode !== LINK) return text;
  // What a link says is where it leads, from the folder that it is in.
  const target = posix.join(posix.dirname(file), text);
  const [entry] = target.startsWith('..') || posix.isAbsolute(text) ? [] : git('ls-tree', '-z', '--full-tree', revision, '--', target).toString('utf8').split('\0');
  if (!entry?.startsWith('100')) throw new Error(`it is a link to '${text}', which is no file of the repository. Compare what it leads to`);
  return textIn(git('show', `${revision}:${target}`));
}

function git(...args: readonly string[]): Buffer {
  try {
    return execFileSync('git', args, { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said = (error as { readonly stderr?: Buffer }).stderr?.toString('utf8').trim().split('\n')[0];
    throw new Misuse(`git: ${said || messageOf(error)}`);
  }
}
