import { parentPort, workerData } from 'worker_threads';
import { ACCESS } from './access/targets';
import { doesAsWritten } from './app/as-written';
import { TARGETS } from './app/targets';
import type { Oracle } from './ask';
import { inOneLine } from './ask';
import { passesAsWritten } from './cluster/as-written';
import { DIFFERENCES } from './differences';
import { EGRESS } from './egress/targets';
import { FOREIGN } from './foreign';
import { MIGRATIONS } from './migrations';
import { MOVES } from './moves';
import { ROUTES } from './routes/targets';

/** What the workers share. */
export interface Work {
  /** The number of the next target. */
  readonly next: Int32Array;
  /** Only targets with this text in their titles. */
  readonly only?: string;
  /** How many requests to compare, where it is not as many as usual. */
  readonly requests?: number;
}

export interface Report {
  readonly title: string;
  readonly failed: boolean;
  readonly line: string;
}

const APPS: Readonly<Record<string, Oracle>> = Object.fromEntries(
  Object.entries(TARGETS).map(([title, target]) => [title, (requests: number) => doesAsWritten(requests, target)]));

const { next, only = '', requests }: Work = workerData;
const all = [
  ...titled('access', ACCESS, 200_000),
  ...titled('routes', ROUTES, 200_000),
  ...titled('apps', APPS, 100_000),
  ...titled('cluster', { Cilium: passesAsWritten }, 200_000),
  ...titled('egress', EGRESS, 200_000),
  ...titled('foreign', FOREIGN, 200_000),
  ...titled('migrations', MIGRATIONS, 100_000),
  ...titled('moves', MOVES, 20_000),
  ...titled('differences', DIFFERENCES, 50_000),
].filter(({ title }) => title.includes(only));

for (let i = Atomics.add(next, 0, 1); i < all.length; i = Atomics.add(next, 0, 1)) {
  parentPort!.postMessage(report(all[i]));
}

function titled(part: string, oracles: Readonly<Record<string, Oracle>>, usual: number) {
  return Object.entries(oracles).map(([name, oracle]) => ({ title: `${part}: ${name}`, ask: () => inOneLine(oracle(requests ?? usual)) }));
}

function report({ title, ask }: typeof all[0]): Report {
  try {
    return { title, failed: false, line: ask() };
  } catch (error) {
    return { title, failed: true, line: (error as Error).message };
  }
}
