import { type Command, runCommand } from '../../src/cli/command';

/** Runs a command in this process, and keeps what it prints. */
export function runs(command: Command) {
  return (...args: readonly string[]) => {
    const streams = { stdout: '', stderr: '' };
    const spies = (['stdout', 'stderr'] as const).map(name => jest.spyOn(process[name], 'write').mockImplementation(text => {
      streams[name] += text as string;
      return true;
    }));
    try {
      return { status: runCommand(command, args), ...streams };
    } finally {
      spies.forEach(spy => spy.mockRestore());
    }
  };
}
