import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Cluster } from './cluster';
import { type Case, corpus } from './corpus';
import { schemaOf } from './crds';
import { install } from './install';
import { exampleManifests, testManifests } from './manifests';
import { confusionTable, describe, disagrees, drifts, type Result, surprises } from './report';
import { ApiServer, build } from './server';
import { speed } from './speed';
import { type Channel, ours } from './validator';

/**
 * Asks a Kubernetes API server, and our own validation, about the same manifests: they should agree on each, and the server should store
 * those that both accept as they were written.
 */

interface Sample extends Case {
  readonly source: string;
}

async function main(folder: string): Promise<void> {
  const binary = timed('building the API server', () => build(folder));
  const { library, hand } = timed('running the tests', () => testManifests(path.join(folder, 'manifests')));
  // What the library does not render is not ours to check: Services and Deployments, and what belongs to Argo CD and Flux.
  const [examples, ...tests] = [samples('examples', exampleManifests()), samples('tests', library), samples('by hand', hand)]
    .map(all => all.filter(({ manifest }) => hasSchema(manifest)));

  const results: Result[] = [];
  for (const channel of ['standard', 'experimental'] as const) {
    const server = await ApiServer.start(binary, path.join(folder, channel));
    try {
      const cluster = new Cluster(server);
      await install(cluster, channel);
      const invented = corpus(channel).map(sample => ({ ...sample, source: 'corpus' }));
      // Only Gateway API has channels.
      const asked = [...examples, ...tests.flat(), ...invented].filter(({ manifest }) => channel === 'standard' || isGatewayApi(manifest));
      const answers = await judge(cluster, asked, channel);
      console.log(`\nWith the ${channel} channel of Gateway API\n${confusionTable(answers)}`);
      results.push(...answers);
      if (channel === 'standard') await compareSpeed(cluster, examples.map(({ manifest }) => manifest));
    } finally {
      await server.stop();
    }
  }

  print('Disagreements', results.filter(disagrees));
  print('Not what the corpus expects of the server', results.filter(surprises));
  print('Stored otherwise than written', results.filter(drifts));
  if (results.some(result => disagrees(result) || surprises(result) || drifts(result))) process.exitCode = 1;
}

function samples(source: string, manifests: any[]): Sample[] {
  return manifests.map(manifest => ({ source, name: `${source}: ${manifest.apiVersion} ${manifest.kind} ${manifest.metadata?.name}`, manifest }));
}

async function judge(cluster: Cluster, asked: readonly Sample[], channel: Channel): Promise<Result[]> {
  const results: Result[] = [];
  for (const sample of asked) {
    results.push({ ...sample, ours: ours(sample.manifest, channel), server: await cluster.verdict(sample.manifest) });
  }
  return results;
}

async function compareSpeed(cluster: Cluster, checked: any[]): Promise<void> {
  const result = await speed(cluster, checked, 'standard');
  console.log(`\nMilliseconds per object, over ${checked.length} objects of the examples, ours beside the server's dry run`);
  console.log(`ours ${result.ours.toFixed(3)}  server ${result.server.toFixed(3)}  server/ours ${result.ratio.toFixed(0)}; aim: at least 50`);
}

/** The experimental channel serves all that the standard one does. */
function hasSchema(manifest: any): boolean {
  return schemaOf(manifest, 'experimental') !== undefined;
}

function isGatewayApi({ apiVersion }: any): boolean {
  return String(apiVersion).startsWith('gateway.networking.k8s.io/');
}

function print(title: string, results: readonly Result[]): void {
  console.log(`\n${title}: ${results.length || 'none'}`);
  results.forEach(result => console.log(describe(result)));
}

function timed<T>(what: string, run: () => T): T {
  const start = Date.now();
  const result = run();
  console.log(`${what} took ${((Date.now() - start) / 1000).toFixed(0)} s`);
  return result;
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'apiserver-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));
['SIGINT', 'SIGTERM'].forEach(signal => process.on(signal, () => process.exit(1)));
main(scratch).catch(error => {
  console.error(error);
  process.exit(1);
});
