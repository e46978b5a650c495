import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Testing } from 'cdk8s';
import { rawApp, type Manifests } from './apps';
import { CONTESTANTS, proven, routeApp, type Contestant } from './routes';
import { median, synth } from './timing';

const ROUTES = 100;
const ROUNDS = 15;

/** Routes with every feature that a target has, beside the same manifests as raw ApiObjects, round by round in alternating order. */
export function everyFeature(): void {
  console.log('\nroutes with every feature       objects      mesh       raw  mesh/raw  ms per route');
  CONTESTANTS.forEach(measure);
}

function measure(contestant: Contestant): void {
  const manifests = written(contestant);
  const contestants = {
    mesh: () => synth(dir => routeApp(contestant, ROUTES, dir).synth()),
    raw: () => synth(dir => rawApp(manifests, dir).synth()),
  };
  const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => {
    const order = round % 2 === 0 ? ['mesh', 'raw'] as const : ['raw', 'mesh'] as const;
    return Object.fromEntries(order.map(name => [name, contestants[name]()]));
  }).slice(1); // The first round warms up.
  const mesh = median(rounds.map(times => times.mesh));
  console.log([
    `${ROUTES} for ${contestant.title}`.padEnd(28),
    String(Object.values(manifests).flat().length).padStart(10),
    mesh.toFixed(1).padStart(9),
    median(rounds.map(times => times.raw)).toFixed(1).padStart(9),
    median(rounds.map(times => times.mesh / times.raw)).toFixed(2).padStart(9),
    (mesh / ROUTES).toFixed(3).padStart(13),
  ].join(' '));
}

/** What the library writes, as data; and proof that raw ApiObjects write the same bytes, and that the target refuses what is left out. */
function written(contestant: Contestant): Manifests {
  const [mesh, raw] = [0, 1].map(() => fs.mkdtempSync(path.join(os.tmpdir(), 'bench-')));
  proven(contestant, mesh);
  const app = routeApp(contestant, ROUTES, mesh);
  app.synth();
  const manifests = Object.fromEntries(app.charts.map(chart => [chart.node.id, Testing.synth(chart)]));
  rawApp(manifests, raw).synth();
  for (const file of fs.readdirSync(mesh)) {
    if (!fs.readFileSync(path.join(mesh, file)).equals(fs.readFileSync(path.join(raw, file)))) {
      throw new Error(`${contestant.title}: ${file} differs from what raw ApiObjects write`);
    }
  }
  [mesh, raw].forEach(dir => fs.rmSync(dir, { recursive: true }));
  return manifests;
}
