import { performance } from 'perf_hooks';
import type { Cluster } from './cluster';
import { type Channel, ours } from './validator';

const ROUNDS = 9;

export interface Speed {
  readonly ours: number;
  readonly server: number;
  readonly ratio: number;
}

/** Milliseconds per object, ours beside the server's dry run; medians over rounds that run one after the other, the first to warm up. */
export async function speed(cluster: Cluster, manifests: readonly any[], channel: Channel): Promise<Speed> {
  const rounds: Speed[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const own = await timed(() => manifests.forEach(manifest => ours(manifest, channel))) / manifests.length;
    const server = await timed(async () => {
      for (const manifest of manifests) await cluster.dryRun(manifest);
    }) / manifests.length;
    if (round > 0) rounds.push({ ours: own, server, ratio: server / own });
  }
  return { ours: median(rounds.map(r => r.ours)), server: median(rounds.map(r => r.server)), ratio: median(rounds.map(r => r.ratio)) };
}

async function timed(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
