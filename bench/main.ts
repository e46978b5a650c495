import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Testing } from 'cdk8s';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { meshApp, rawApp, type Manifests, type TargetCount } from './apps';
import { comparingTimes } from './comparing';
import { everyFeature } from './features';
import { migrationTimes, readingTimes, validationTimes } from './reading';
import type { Row } from './row';
import { median, withSpread } from './timing';

/**
 * Synth of services with a CanaryRelease and a ServiceAccessPolicy each, beside the same manifests as raw ApiObjects, which nobody checks,
 * and beside only stringifying them. Each row is measured in several processes, since one may be compiled otherwise than the next: a
 * ratio is the median of these runs, and in brackets are the least and the greatest.
 */
const SIZES = [1, 100, 1_000, 10_000];
const RUNS = 5;

function main(): void {
  console.log('services  targets  mesh/raw              checked/raw           mesh/stringify      mesh ms    raw ms  ms per service  peak MB  mesh/raw');
  for (const size of SIZES) {
    for (const targets of [1, 2] as const) {
      measure(size, targets);
    }
  }
  console.log('\nAim at 1,000 and at 10,000: mesh/raw at most 1.2, checked/raw at most 1.45, mesh/raw of the peak at most 1.25; ms per service does not grow.');
  wholeProcess();
  requireTimes();
  everyFeature();
  readingTimes();
  const peaks = [100, 1_000, 10_000, 100_000].map(services => `${services * 4} documents ${parseFloat(printed('./reading-peak', String(services))).toFixed(0)} MB`);
  console.log(`Read and kept, at their peak: ${peaks.join(', ')}. It grows as they do.`);
  validationTimes();
  migrationTimes();
  comparingTimes();
  comparingPeaks();
}

/** How memory grows with what is read: by what a thousand Services more take. */
function comparingPeaks(): void {
  const sizes = [1_000, 10_000, 20_000];
  for (const what of ['parse', 'explain', 'diff']) {
    const peaks = sizes.map(services => parseFloat(printed('./comparing-peak', what, String(services))));
    const grown = peaks.slice(1).map((peak, i) => (peak - peaks[i]) / (sizes[i + 1] - sizes[i]) * 1_000);
    console.log(`${what} of Istio, at its peak: ${sizes.map((services, i) => `${services * 4} objects ${peaks[i].toFixed(0)} MB`).join(', ')}; `
      + `for 4000 objects more, ${grown.map(more => `${more.toFixed(0)} MB`).join(' and then ')}.`);
  }
}

function measure(size: number, targets: TargetCount): void {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const file = path.join(dir, 'manifests.json');
  fs.writeFileSync(file, JSON.stringify(written(size, targets)));
  const rounds = size >= 10_000 ? 1 : size >= 1_000 ? 3 : 9;
  const runs = Array.from({ length: RUNS }, (): Row => JSON.parse(printed('./row', String(size), String(targets), String(rounds), file)));
  const meshMs = median(runs.map(run => run.meshMs));
  const [meshPeak, rawPeak] = [['mesh', String(size), String(targets)], ['raw', file]].map(args => Number(printed('./peak', dir, ...args)));
  fs.rmSync(dir, { recursive: true });
  console.log([
    String(size).padStart(8),
    String(targets).padStart(8),
    ' ' + withSpread(runs.map(({ unchecked }) => unchecked)).padEnd(21),
    withSpread(runs.map(({ checked }) => checked)).padEnd(21),
    withSpread(runs.map(({ stringify }) => stringify)).padEnd(18),
    meshMs.toFixed(1).padStart(8),
    median(runs.map(({ rawMs }) => rawMs)).toFixed(1).padStart(9),
    (meshMs / size).toFixed(3).padStart(15),
    meshPeak.toFixed(0).padStart(8),
    (meshPeak / rawPeak).toFixed(2).padStart(9),
  ].join(' '));
}

/** What a script of this folder prints, in a process that does nothing else. */
function printed(name: string, ...args: string[]): string {
  return execFileSync(process.execPath, [...process.execArgv, require.resolve(name), ...args], { encoding: 'utf8' });
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

/** A small app from its start to its end, in processor time: nothing of it has run before. */
function wholeProcess(): void {
  const services = 4;
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const file = path.join(dir, 'manifests.json');
  fs.writeFileSync(file, JSON.stringify(written(services, 1)));
  const apps = transpileModule(fs.readFileSync(path.join(__dirname, 'apps.ts'), 'utf8'), { compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 } });
  const ms = (app: string) => Number(execFileSync(process.execPath, ['-e', `${apps.outputText}
    ${app}.synth(); const { user, system } = process.cpuUsage(); console.log((user + system) / 1e3)`], { encoding: 'utf8' }));
  const rounds = Array.from({ length: 15 }, () => {
    const [unchecked, checked] = ['OFF', 'ERROR'].map(level => ms(`meshApp(${services}, 1, '${dir}', require('cdk8s-mesh').Validation.${level})`));
    return { unchecked, checked, raw: ms(`rawApp(require('${file}'), '${dir}')`) };
  });
  fs.rmSync(dir, { recursive: true });
  console.log(`\nA whole process with ${services} services: mesh/raw ${withSpread(rounds.map(({ unchecked, raw }) => unchecked / raw))}, `
    + `checked/raw ${withSpread(rounds.map(({ checked, raw }) => checked / raw))} (aim: at most 1.3), raw ${median(rounds.map(({ raw }) => raw)).toFixed(0)} ms.`);
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
