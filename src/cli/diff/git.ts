import { execFileSync } from 'node:child_process';
import { messageOf } from '../../errors/message-of';
import { documentsIn, type Parse } from '../../manifests/documents';
import type { Documents } from '../documents';
import { MANIFESTS, textIn } from '../files';
import { Misuse } from '../options';
import { manifest, mayMatter } from '../reading';

/** The two revisions of `A..B`; without B, it is the current one. */
export function revisionsOf(range: string): readonly [old: string, now: string] {
  const [, old, now] = /^([^.].*?)\.\.([^.].*)?$/.exec(range) ?? [];
  if (old === undefined || [old, now].some(one => one?.startsWith('-'))) throw new Misuse(`'--git' is '${range}', which is no pair of revisions. Write A..B, such as main..HEAD`);
  return [old, now ?? 'HEAD'];
}

/** The manifests of files and folders as they are in a revision of git. Nothing is checked out. */
export function documentsAt(revision: string, paths: readonly string[], parse: Parse): Documents {
  const files = git('ls-tree', '-r', '-z', '--name-only', '--full-name', revision, '--', ...paths).toString('utf8').split('\0').filter(file => MANIFESTS.test(file));
  const read = files.sort().flatMap(file => {
    const name = `${revision}:${file}`;
    try {
      return [...documentsIn(name, textIn(git('show', name)), parse)].map(manifest);
    } catch (error) {
      if (error instanceof Misuse) throw error;
      return [{ file: name, line: 1, code: 'MESH6002' as const, unread: messageOf(error) }];
    }
  });
  return {
    documents: read.flatMap(one => 'unread' in one ? [] : one),
    unread: read.flatMap(one => 'unread' in one && mayMatter(one) ? one : []),
  };
}

function git(...args: readonly string[]): Buffer {
  try {
    return execFileSync('git', args, { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said = (error as { readonly stderr?: Buffer }).stderr?.toString('utf8').trim().split('\n')[0];
    throw new Misuse(`git: ${said || messageOf(error)}`);
  }
}
