import { wrongOutput } from './output-schema';
import { type Command, runCommand } from '../../src/cli/command';

/** Runs a command in this process, and keeps what it prints. JSON on the standard output has to be as the schema in the package says. */
export function runs(command: Command) {
  const [, name] = /^Usage: cdk8s-mesh ([a-z-]+)/.exec(command.usage)!;
  return (...args: readonly string[]) => {
    const streams = { stdout: '', stderr: '' };
    const spies = (['stdout', 'stderr'] as const).map(stream => jest.spyOn(process[stream], 'write').mockImplementation(text => {
      streams[stream] += text as string;
      return true;
    }));
    const status = (() => {
      try {
        return runCommand(command, args);
      } finally {
        spies.forEach(spy => spy.mockRestore());
      }
    })();
    const wrong = args.includes('json') && streams.stdout.startsWith('{') ? wrongOutput(name, streams.stdout) : undefined;
    if (wrong !== undefined) throw new Error(`schemas/output.json: ${wrong}`);
    return { status, ...streams };
  };
}
