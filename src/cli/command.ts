import { COMMON, Misuse } from './options';
import { versionOfPackage } from './version';
import { coded } from '../errors/coded';

/** A command of the command line. */
export interface Command {
  /** The help text: its first paragraph is the usage, and the others say what the command does. */
  readonly usage: string;
  /** Runs it, and returns the code to exit with. */
  run(args: readonly string[]): number;
}

/** Runs a command, or prints its help or the version, or says why the usage is wrong. */
export function runCommand({ usage, run }: Command, args: readonly string[]): number {
  try {
    const asked = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
    if (asked.includes('--help') || asked.includes(`-${COMMON.help.short}`)) {
      process.stdout.write(usage);
    } else if (asked.includes('--version')) {
      process.stdout.write(`${versionOfPackage()}\n`);
    } else {
      return run(args);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    return misused(error.message, usage);
  }
}

/** Prints why the usage is wrong, and the usage. */
export function misused(sentence: string, usage: string): number {
  process.stderr.write(`error ${coded({ code: 'MESH6001', sentence })}\n\n${usage.split('\n\n')[0]}\n\n--help says more.\n`);
  return 2;
}
