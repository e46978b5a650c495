import * as vm from 'node:vm';

/**
 * Runs work on megabytes. What takes the square of their number would take hours, and is ended; what does not takes seconds, on a slow machine
 * too, so that no test depends on how fast it is.
 */
export function unlessStuck<T>(work: () => T): T {
  return vm.runInNewContext('work()', { work }, { timeout: 60_000 });
}
