#!/usr/bin/env node
import { type Command, misused, runCommand } from './command';
import { meant } from './options';

const USAGE = `Usage: cdk8s-mesh validate [options] FILE...                          checks manifests as an API server does
       cdk8s-mesh migrate --from MESH --to TARGET [options] FILE...   moves SMI, or the policies of a mesh, to another mesh
       cdk8s-mesh explain --from CLIENT --to SERVICE FILE... REQUEST  says whether a request gets through, and why
       cdk8s-mesh diff [options] OLD NEW                              says what changes for whom
       cdk8s-mesh map [options] FILE...                               shows who may call whom
       cdk8s-mesh explain-error [CODE]                                says what an error means, and what to write instead

cdk8s-mesh COMMAND --help says more of a command.

-h, --help  shows this
--version   shows the version of the package
`;

/** Each command, loaded when it is run. */
const COMMANDS: Readonly<Record<string, () => Command>> = {
  'validate': () => (require('./validate-command') as typeof import('./validate-command')).VALIDATE,
  'migrate': () => (require('./migrate-command') as typeof import('./migrate-command')).MIGRATE,
  'explain': () => (require('./explain-command') as typeof import('./explain-command')).EXPLAIN,
  'diff': () => (require('./diff-command') as typeof import('./diff-command')).DIFF,
  'map': () => (require('./map-command') as typeof import('./map-command')).MAP,
  'explain-error': () => (require('./explain-error-command') as typeof import('./explain-error-command')).EXPLAIN_ERROR,
};

/** Runs the command line, and returns the code to exit with. */
function main([first, ...others]: readonly string[]): number {
  if (first !== undefined && Object.hasOwn(COMMANDS, first)) return runCommand(COMMANDS[first](), others);
  if (first === undefined) return misused('there is no command', USAGE);
  if (first.startsWith('-')) {
    return runCommand({ usage: USAGE, run: () => misused(`there is no command before '${first}'`, USAGE) }, [first, ...others]);
  }
  return misused(`there is no command '${first}'${meant(first, Object.keys(COMMANDS))}`, USAGE);
}

// The reader of a pipe may close it early, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = main(process.argv.slice(2));
