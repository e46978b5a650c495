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

/** All of it as one stream; of several targets, those of each behind its name. */
export function streamed(files: ReadonlyMap<string, string>, targets: readonly TargetName[]): string {
  const of = (target: TargetName) => [...files].filter(([file]) => targets.length === 1 || file.endsWith(`-${target}.k8s.yaml`))
    .map(([, text]) => text).filter(text => text !== '').join('---\n');
  if (targets.length === 1) return of(targets[0]);
  return targets.map(target => `# ${target}\n${of(target)}`).join('---\n');
}
