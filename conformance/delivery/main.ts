import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { byHand } from './by-hand';
import { Controllers } from './controllers';
import { runPods } from './pods';
import { Prometheus } from './prometheus';
import { Recorder } from './recorder';
import { rendered } from './rendered';
import { Run } from './run';
import { Cluster } from '../apiserver/cluster';
import { crds, isBuiltIn } from '../apiserver/crds';
import { ApiServer } from '../apiserver/server';

/** Has the controllers release, and compares each step with what the release says. */
async function main(folder: string): Promise<void> {
  const prometheus = await Prometheus.start();
  const server = await ApiServer.start(path.join(__dirname, '.cache', 'apiserver'), path.join(folder, 'apiserver'));
  const controllers = new Controllers(folder, server);
  try {
    const cluster = new Cluster(server);
    await install(cluster);
    const recorder = new Recorder(server);
    recorder.start();
    runPods(server, recorder);
    controllers.start(prometheus.url);

    const scenarios = [...rendered(prometheus.url), ...byHand(prometheus.url)];
    const runs = scenarios.map(scenario => new Run(scenario, cluster, recorder, prometheus));
    const faults = await Promise.all(runs.map(run => run.faults().catch(error => [`fails: ${error.stack}`])));
    controllers.check();
    runs.forEach((run, i) => console.log(describe(run, faults[i])));
    const wrong = faults.filter(({ length }) => length > 0).length;
    console.log(`${runs.length} releases, of which ${wrong || 'none'} went differently`);
    if (wrong > 0) process.exitCode = 1;
  } finally {
    controllers.stop();
    await server.stop();
    prometheus.stop();
  }
}

async function install(cluster: Cluster): Promise<void> {
  const wanted = crds('standard').filter(({ spec }) => !isBuiltIn(spec.group));
  for (const crd of wanted) await cluster.install(crd);
  for (const { spec } of wanted) {
    for (const { name } of spec.versions) await cluster.server.until(() => cluster.serves(`${spec.group}/${name}`, spec.names.kind));
  }
}

/** The percentage of the new version, and what the controller said meanwhile. */
function describe({ title, moments, known }: Run, faults: readonly string[]): string {
  const told = moments.filter(({ step, phase }, i) => step !== moments[i - 1]?.step || phase !== moments[i - 1].phase);
  const steps = told.map(({ step, phase }, i) => step === told[i - 1]?.step ? `, ${phase}` : `${i === 0 ? '' : '; '}${step}: ${phase}`).join('');
  return [`${faults.length === 0 ? 'as expected' : 'DIFFERENTLY'}  ${title}\n  ${steps}`, ...known.map(fault => `  known: ${fault}`), ...faults.map(fault => `  ${fault}`)].join('\n');
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'delivery-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));
['SIGINT', 'SIGTERM'].forEach(signal => process.on(signal, () => process.exit(1)));
main(scratch).catch(error => {
  console.error(error);
  process.exit(1);
});
