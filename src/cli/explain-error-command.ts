import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Command } from './command';
import { Arguments, COMMON, meant, Misuse } from './options';
import { CODES } from '../errors/codes';

/** `cdk8s-mesh explain-error` */
export const EXPLAIN_ERROR: Command = {
  usage: `Usage: cdk8s-mesh explain-error [CODE]

Says what an error or a warning means, and what to write instead. Without a code, lists all of them.
CODE is the word before the message, such as MESH1302.

-h, --help  shows this
--version   shows the version of the package

Exits with 2 if there is no such code.
`,
  run: args => {
    const { operands } = new Arguments(args, COMMON);
    if (operands.length > 1) throw new Misuse('there is more than one code');
    const [asked] = operands;
    process.stdout.write(asked === undefined ? Object.entries(CODES).map(([code, title]) => `${code}  ${title}\n`).join('') : sectionOf(known(asked)));
    return 0;
  },
};

function known(asked: string): string {
  const code = asked.toUpperCase();
  if (Object.hasOwn(CODES, code)) return code;
  throw new Misuse(`there is no code '${asked}'${meant(code, Object.keys(CODES))}`);
}

/** The section of a code on the page of errors: from its anchor to the next one, or to the next part. */
function sectionOf(code: string): string {
  const [, behind] = fs.readFileSync(page(), 'utf8').split(`<a id="${code.toLowerCase()}"></a>`);
  return `${behind.split(/^(?:<a id=|# )/m)[0].replace('## ', '').trim()}\n`;
}

/** In the package, whether this file is compiled or not. */
function page(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'docs', 'errors.md');
    if (fs.existsSync(file) || folder === path.dirname(folder)) return file;
  }
}
