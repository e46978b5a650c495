import { spawn, type ChildProcess } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import type { ApiServer } from '../apiserver/server';

const PROGRAMS = path.join(__dirname, '.cache');

/** What the Rollouts of the second controller are labelled with: a controller writes TrafficSplits of one version. */
export const OSM_INSTANCE = 'osm';

/** Flagger, and Argo Rollouts twice, as programs beside this one. */
export class Controllers {
  private readonly running: ChildProcess[] = [];
  private readonly kubeconfig: string;

  constructor(private readonly folder: string, server: ApiServer) {
    this.kubeconfig = path.join(folder, 'kubeconfig');
    fs.writeFileSync(this.kubeconfig, JSON.stringify(configOf(server)));
    process.on('exit', () => this.stop());
  }

  public start(prometheus: string): void {
    this.run('flagger', 'flagger', [
      '-kubeconfig', this.kubeconfig, '-metrics-server', prometheus, '-mesh-provider', 'kubernetes', '-control-loop-interval', '1s', '-port', '18080',
    ]);
    this.run('argo-rollouts', 'rollouts-controller', this.rollouts(18090, 'v1alpha1'));
    this.run('argo-rollouts-osm', 'rollouts-controller', [...this.rollouts(18092, 'v1alpha2'), '--instance-id', OSM_INSTANCE]);
  }

  /** Fails if one of them has ended. */
  public check(): void {
    const ended = this.running.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
    if (ended !== undefined) throw new Error(`${ended.spawnargs.join(' ')} has ended`);
  }

  public stop(): void {
    this.running.forEach(program => program.kill());
  }

  private rollouts(port: number, splits: string): string[] {
    return [
      '--kubeconfig', this.kubeconfig, '--leader-elect=false', '--metricsPort', String(port), '--healthzPort', String(port + 1),
      '--istio-api-version', 'v1', '--traffic-split-api-version', splits,
    ];
  }

  private run(name: string, program: string, args: readonly string[]): void {
    const log = fs.openSync(path.join(this.folder, `${name}.log`), 'w');
    const env = { ...process.env, KUBECONFIG: this.kubeconfig };
    this.running.push(spawn(path.join(PROGRAMS, program), args, { stdio: ['ignore', log, log], env }));
  }
}

/** How programs reach the API server. */
function configOf({ url, token, ca }: ApiServer): object {
  const name = 'conformance';
  return {
    'apiVersion': 'v1',
    'kind': 'Config',
    'current-context': name,
    'clusters': [{ name, cluster: { 'server': url, 'certificate-authority': ca } }],
    'users': [{ name, user: { token } }],
    'contexts': [{ name, context: { cluster: name, user: name } }],
  };
}
