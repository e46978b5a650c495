import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Program, run } from './program';
import type { TargetName } from './targets';
import { told } from '../errors/coded';

/** The files that a program writes, by their names. What targets warn of is known from its plan. */
export function manifestsOf(program: Program): ReadonlyMap<string, string> {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-mesh-'));
  try {
    told({ warn: () => undefined, asksOthers: false }, () => run(program, { outdir }).synth());
    return new Map(fs.readdirSync(outdir).sort().map(file => [file, fs.readFileSync(path.join(outdir, file), 'utf8')]));
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

/** Those of one of the targets, as one stream. */
export function streamOf(target: TargetName, files: ReadonlyMap<string, string>, targets: readonly TargetName[]): string {
  return [...files].filter(([file]) => targets.length === 1 || file.endsWith(`-${target}.k8s.yaml`))
    .map(([, text]) => text).filter(text => text !== '').join('---\n');
}

/** All of it as one stream; of several targets, those of each behind its name. */
export function streamed(files: ReadonlyMap<string, string>, targets: readonly TargetName[]): string {
  if (targets.length === 1) return streamOf(targets[0], files, targets);
  return targets.map(target => `# ${target}\n${streamOf(target, files, targets)}`).join('---\n');
}
