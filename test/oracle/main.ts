import { availableParallelism } from 'os';
import { Worker } from 'worker_threads';
import { buildSync } from 'esbuild';
import type { Report, Work } from './worker';

/**
 * Asks every target, as many at a time as there are processors; what fails in one stops no other. An argument chooses those with this text
 * in their titles, `ORACLE_CASES` is how many requests to compare, and `ORACLE_SEED` asks about the same values again. Without jest, which
 * takes three times as long.
 */

const { ORACLE_CASES, ORACLE_SEED = String(Math.floor(Math.random() * 2 ** 31)) } = process.env;
const started = Date.now();
const work: Work = {
  next: new Int32Array(new SharedArrayBuffer(4)),
  only: process.argv[2],
  ...(ORACLE_CASES && { requests: Number(ORACLE_CASES) }),
};
const { outputFiles: [{ text }] } = buildSync({
  entryPoints: [`${__dirname}/worker.ts`], bundle: true, platform: 'node', target: 'node20', write: false, logLevel: 'warning',
});
const reports: Report[] = [];

for (let i = 0; i < availableParallelism(); i++) {
  const worker = new Worker(text, { eval: true, workerData: work, env: { ...process.env, ORACLE_SEED } });
  worker.on('message', told);
  worker.on('error', error => told({ title: 'a worker', failed: true, line: error.stack! }));
}

function told(report: Report): void {
  reports.push(report);
  console.log(inLine(report));
}

function inLine({ title, failed, line }: Report): string {
  return `${failed ? '✕' : '✓'} ${title}: ${line}`;
}

process.on('exit', () => {
  const failed = reports.filter(report => report.failed);
  console.log([
    '', ...reports.map(({ line, ...report }) => inLine({ ...report, line: line.split('\n')[0] })).sort(),
    '', `${reports.length} targets in ${Math.round((Date.now() - started) / 1000)} s, ${failed.length} of them failed`,
  ].join('\n'));
  if (failed.length > 0 || reports.length === 0) {
    process.exitCode = 1;
  }
});
