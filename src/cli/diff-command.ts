import type { Command } from './command';
import { FORMS } from './diff/forms';
import { documentsAt, revisionsOf } from './diff/git';
import { type Report, reportOf } from './diff/report';
import { type Documents, documentsOf, unreadObjectWords, unreadWords } from './documents';
import { Arguments, COMMON, Misuse } from './options';
import { withProgress } from './progress';
import { parseOnce } from '../manifests/documents';
import { compareWorlds } from '../meaning/compare/worlds';
import { scopeOf } from '../reading/changed';
import { DEFAULT_NAMESPACE } from '../reading/cluster/cluster';
import { halfOf } from '../reading/half';
import { READ_MESHES } from '../reading/mesh';
import { textsOf } from '../reading/texts';
import type { Unread } from '../reading/unread';
import { type World, worldsOf } from '../reading/world';

const OPTIONS = { ...COMMON, 'git': {}, 'mesh': {}, 'old-mesh': {}, 'namespace': {}, 'output': {}, 'fail-on': {} } as const;

/** `cdk8s-mesh diff` */
export const DIFF: Command = {
  usage: `Usage: cdk8s-mesh diff [options] OLD NEW
       cdk8s-mesh diff [options] --git A..B PATH...

Says what changes for whom from some manifests to others: who is newly let in, who no longer is, what is sent elsewhere or in other
shares, and what is handled in another way; each with a request for which it changes. OLD and NEW may be of different APIs: a
migration that changes nothing has no differences. No cluster is asked.
OLD and NEW are files or folders; - is the standard input. Each is one world: give the Services and workloads too.

--git A..B       compares PATH in two revisions of git, such as main..HEAD; without B it is HEAD. Nothing is checked out
--mesh MESH      that reads the manifests: ${READ_MESHES.join(', ')}; what meshes read differently is
                 unknown without it
--old-mesh MESH  the same for OLD, where it is another mesh
--namespace NS   of documents that have none; otherwise it is 'default'
--output FORM    text, markdown or json; markdown is for a comment on a pull request
--fail-on wider  exits with 0 where something changes, but nobody is newly let in

-h, --help  shows this
--version   shows the version of the package

Exits with 0 if nothing changes, with 1 if something does, with 3 if nobody knows whether something does, and with 2 for a usage that
is not this one.
`,
  run: args => {
    const given = new Arguments(args, OPTIONS);
    const form = given.word('output', ['text', 'markdown', 'json']) ?? 'text';
    const mesh = given.word('mesh', READ_MESHES);
    const oldMesh = given.word('old-mesh', READ_MESHES) ?? mesh;
    const isWiderOnly = given.word('fail-on', ['wider']) === 'wider';
    const namespace = given.text('namespace') ?? DEFAULT_NAMESPACE;
    const report = withProgress(doing => {
      const [old, now] = bothOf(given.text('git'), given.operands, doing);
      doing('making out what they mean');
      const worlds = worldsOf([old.documents, now.documents], namespace, [oldMesh, mesh]);
      const textAt = textsOf(old.documents, now.documents);
      const differences = compareWorlds(halfOf(worlds[0]), halfOf(worlds[1]), textAt, doing, scopeOf(...worlds, mesh === oldMesh));
      return reportOf(differences, [...[...old.unread, ...now.unread].map(unreadWords), ...changedAmong(...worlds).map(unreadObjectWords)]);
    });
    process.stdout.write(FORMS[form](report));
    return exitOf(report, isWiderOnly);
  },
};

/** What nobody reads, and is not the same in both worlds. */
function changedAmong(...worlds: readonly [old: World, now: World]): Unread[] {
  const [old, now] = worlds.map(({ unread, elsewhere }) => new Map([...unread, ...elsewhere].map(one => [JSON.stringify(one.manifest), one])));
  return [...[...old].filter(([text]) => !now.has(text)), ...[...now].filter(([text]) => !old.has(text))].map(([, one]) => one);
}

function bothOf(range: string | undefined, operands: readonly string[], doing: (what: string) => void): readonly [old: Documents, now: Documents] {
  const parse = parseOnce();
  if (range !== undefined) {
    if (operands.length === 0) throw new Misuse('there is no path to compare');
    return documentsAt(revisionsOf(range), operands, parse);
  }
  const [old, now, ...others] = operands;
  if (now === undefined || others.length > 0) throw new Misuse(`there ${operands.length === 1 ? 'is one file or folder' : `are ${operands.length || 'no'} files or folders`}. Give two: the old one, and the new one`);
  return [documentsOf([old], doing, parse), documentsOf([now], doing, parse)];
}

/** What is known to differ outweighs what is not known. */
function exitOf({ groups, unknown, unread }: Report, isWiderOnly: boolean): number {
  const isDifferent = isWiderOnly ? groups.some(({ kind }) => kind === 'wider') : groups.length > 0;
  return isDifferent ? 1 : unknown.length + unread.length > 0 ? 3 : 0;
}
