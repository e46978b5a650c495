import { Validation } from 'cdk8s-mesh';
import * as fs from 'fs';
import { Yaml } from 'cdk8s';
import { meshApp, rawApp, type Manifests, type TargetCount } from './apps';
import { median, run, synth } from './timing';

/** What one run of a row tells: medians over its rounds. */
export interface Row {
  readonly unchecked: number;
  readonly checked: number;
  readonly stringify: number;
  readonly meshMs: number;
  readonly rawMs: number;
}

/**
 * One run of a row, in a process of its own. Every round synthesizes all contestants, one after the other, in alternating order; a ratio
 * is the median over the rounds of the ratio within one round.
 */
function main(size: number, targets: TargetCount, rounds: number, file: string): void {
  const manifests: Manifests = JSON.parse(fs.readFileSync(file, 'utf8'));
  const contestants = {
    unchecked: () => synth(dir => meshApp(size, targets, dir, Validation.OFF).synth()),
    checked: () => synth(dir => meshApp(size, targets, dir, Validation.ERROR).synth()),
    raw: () => synth(dir => rawApp(manifests, dir).synth()),
    stringify: () => run(() => Object.values(manifests).forEach(docs => Yaml.stringify(...docs))),
  };
  type Name = keyof typeof contestants;
  const names = Object.keys(contestants) as Name[];
  const results = Array.from({ length: rounds + 1 }, (_, round) => {
    const order = round % 2 === 0 ? names : [...names].reverse();
    return Object.fromEntries(order.map(name => [name, contestants[name]()])) as Record<Name, number>;
  }).slice(1); // The first round warms up.
  const row: Row = {
    unchecked: median(results.map(({ unchecked, raw }) => unchecked / raw)),
    checked: median(results.map(({ checked, raw }) => checked / raw)),
    stringify: median(results.map(({ unchecked, stringify }) => unchecked / stringify)),
    meshMs: median(results.map(({ unchecked }) => unchecked)),
    rawMs: median(results.map(({ raw }) => raw)),
  };
  console.log(JSON.stringify(row));
}

const [size, targets, rounds, file] = process.argv.slice(2);
main(Number(size), Number(targets) as TargetCount, Number(rounds), file);
