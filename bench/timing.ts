import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/** Milliseconds that it takes to write an app. */
export function synth(write: (dir: string) => void): number {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const ms = run(() => write(dir));
  fs.rmSync(dir, { recursive: true });
  return ms;
}

/** Milliseconds. The heap is as the run before left it: to collect all of it would also throw compiled code away. */
export function run(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** The same, of processor time: other processes of the machine do not count. */
export function busy(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e3;
}

export function withSpread(values: readonly number[]): string {
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}
