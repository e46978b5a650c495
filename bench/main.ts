import { Validation } from 'cdk8s-mesh';
import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Testing, Yaml } from 'cdk8s';
import { meshApp, rawApp, type Manifests, type TargetCount } from './apps';
import { everyFeature } from './features';
import { median, run, synth } from './timing';

/**
 * Synth of services with a CanaryRelease and a ServiceAccessPolicy each, beside the same manifests as raw ApiObjects, and
 * beside only stringifying them. Every round runs all three, one after the other, in alternating order; a ratio is the
 * median over the rounds of the ratio within one round. Raw ApiObjects are not checked, so the library does not check
 * either; what checks cost comes after.
 */
const SIZES = [1, 100, 1_000, 10_000];

function main(): void {
  console.log('services  targets      mesh       raw  stringify   mesh/raw  mesh/stringify  ms per service  peak MB  mesh/raw');
  for (const size of SIZES) {
    for (const targets of [1, 2] as const) {
      measure(size, targets);
    }
  }
  console.log('\nAim: mesh/raw at most 1.25 at 1,000 and at 10,000; ms per service does not grow.');
  validationShare();
  requireTimes();
  everyFeature();
}

function measure(size: number, targets: TargetCount): void {
  const manifests = written(size, targets);
  const contestants = {
    mesh: () => synth(dir => meshApp(size, targets, dir, Validation.OFF).synth()),
    raw: () => synth(dir => rawApp(manifests, dir).synth()),
    stringify: () => run(() => Object.values(manifests).forEach(docs => Yaml.stringify(...docs))),
  };
  const rounds = size >= 10_000 ? 7 : size >= 1_000 ? 15 : 25;
  const names = Object.keys(contestants) as (keyof typeof contestants)[];
  const results = Array.from({ length: rounds + 1 }, (_, round) => {
    const order = round % 2 === 0 ? names : [...names].reverse();
    const runs = new Map(order.map(name => [name, contestants[name]()]));
    return (name: keyof typeof contestants) => runs.get(name)!;
  }).slice(1); // The first round warms up.

  const ms = (name: keyof typeof contestants) => median(results.map(r => r(name)));
  const ratio = (other: keyof typeof contestants) => median(results.map(r => r('mesh') / r(other)));
  const [meshPeak, rawPeak] = peaks(size, targets, manifests);
  console.log([
    String(size).padStart(8),
    String(targets).padStart(8),
    ...names.map(name => ms(name).toFixed(1).padStart(name === 'stringify' ? 10 : 9)),
    ratio('raw').toFixed(2).padStart(10),
    ratio('stringify').toFixed(2).padStart(15),
    (ms('mesh') / size).toFixed(3).padStart(15),
    meshPeak.toFixed(0).padStart(8),
    (meshPeak / rawPeak).toFixed(2).padStart(9),
  ].join(' '));
}

/** What the library writes, as data; and proof that raw ApiObjects write the same bytes. */
function written(size: number, targets: TargetCount): Manifests {
  const [mesh, raw] = [0, 1].map(() => fs.mkdtempSync(path.join(os.tmpdir(), 'bench-')));
  const app = meshApp(size, targets, mesh);
  app.synth();
  const files = fs.readdirSync(mesh);
  const manifests = Object.fromEntries(app.charts.map(chart => [chart.node.id, Testing.synth(chart)]));
  rawApp(manifests, raw).synth();
  for (const file of files) {
    if (!fs.readFileSync(path.join(mesh, file)).equals(fs.readFileSync(path.join(raw, file)))) {
      throw new Error(`${file} differs from what raw ApiObjects write`);
    }
  }
  [mesh, raw].forEach(dir => fs.rmSync(dir, { recursive: true }));
  return manifests;
}

/** The most memory that a process needs which does nothing else, in megabytes: with the library, and with raw ApiObjects. */
function peaks(size: number, targets: TargetCount, manifests: Manifests): [number, number] {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const file = path.join(dir, 'manifests.json');
  fs.writeFileSync(file, JSON.stringify(manifests));
  const peak = (...args: string[]) => Number(execFileSync(process.execPath, [...process.execArgv, require.resolve('./peak'), dir, ...args], { encoding: 'utf8' }));
  const result: [number, number] = [peak('mesh', String(size), String(targets)), peak('raw', file)];
  fs.rmSync(dir, { recursive: true });
  return result;
}

/** The same synth with and without validation, in alternating order. */
function validationShare(): void {
  console.log('\nservices  objects  without      with  ms per object  share of synth');
  for (const services of [1, 100, 1_000]) {
    const synthesize = (validation: Validation) => synth(dir => meshApp(services, 1, dir, validation).synth());
    const pairs = Array.from({ length: services === 1_000 ? 10 : 26 }, (_, round) => {
      const order = round % 2 === 0 ? [Validation.OFF, Validation.ERROR] : [Validation.ERROR, Validation.OFF];
      const times = new Map(order.map(validation => [validation, synthesize(validation)]));
      return [times.get(Validation.OFF)!, times.get(Validation.ERROR)!] as const;
    }).slice(1); // The first round warms up.
    const objects = Testing.synth(meshApp(services, 1, os.tmpdir(), Validation.OFF).charts[0]).length;
    const share = median(pairs.map(([without, validated]) => (validated - without) / without));
    console.log([
      String(services).padStart(8),
      String(objects).padStart(8),
      median(pairs.map(([without]) => without)).toFixed(1).padStart(8),
      median(pairs.map(([, validated]) => validated)).toFixed(1).padStart(9),
      (median(pairs.map(([without, validated]) => validated - without)) / objects).toFixed(4).padStart(14),
      share.toFixed(2).padStart(15),
    ].join(' '));
  }
  console.log('Aim: a share of at most 0.35.');
}

/** In processes of their own, side by side. */
function requireTimes(): void {
  const script = `const now = () => Number(process.hrtime.bigint()) / 1e6; const a = now(); require('cdk8s'); const b = now();
    require('cdk8s-mesh'); console.log(JSON.stringify([b - a, now() - b]))`;
  const pairs: [number, number][] = Array.from({ length: 15 }, () => JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })));
  console.log(`\nrequire('cdk8s') takes ${median(pairs.map(p => p[0])).toFixed(0)} ms; `
    + `require('cdk8s-mesh') adds ${median(pairs.map(p => p[1])).toFixed(0)} ms (aim: at most 30).`);
}

main();
