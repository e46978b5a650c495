import { setTimeout as sleep } from 'timers/promises';
import { differences, evaluated } from './evaluated';
import { expectedPhases, expectedSteps } from './expected';
import { distinct, gaps, momentsOf, outages, untold, type Moment } from './history';
import type { Prometheus } from './prometheus';
import type { Recorder } from './recorder';
import { HEALTH, IMAGES, SERVICE, type Controller, type Scenario } from './scenario';
import { phaseIn, stepIn, worldOf } from './world';
import type { Cluster } from '../apiserver/cluster';

/** In seconds: the longest scenario has some nine rounds of ten. */
const PATIENCE = 240;
/** In milliseconds: pods that are not wanted any more go. */
const SETTLING = 3_000;
/** In milliseconds: Argo Rollouts keeps pods for 30 seconds after the end. */
const AFTERWARDS: Readonly<Record<Controller, number>> = { 'Flagger': 12_000, 'Argo Rollouts': 40_000 };

/** Has a controller release, and says what differs from what the release says. */
export class Run {
  public readonly title: string;
  public moments: readonly Moment[] = [];
  /** What is different from time to time, and known to be. */
  public known: readonly string[] = [];

  constructor(
    private readonly scenario: Scenario,
    private readonly cluster: Cluster,
    private readonly recorder: Recorder,
    private readonly prometheus: Prometheus,
  ) {
    const { controller, on, fate, trap } = scenario;
    this.title = `${controller}, ${on}: ${fate}${trap === undefined ? '' : `, but ${trap}`}`;
  }

  public async faults(): Promise<string[]> {
    const { namespace, manifests, fate } = this.scenario;
    this.prometheus.health.set(namespace, HEALTH[fate]);
    for (const manifest of manifests) await this.cluster.install(manifest);

    const [rests, ...phases] = expectedPhases(this.scenario);
    const steps = expectedSteps(this.scenario);
    if (!await this.isSaid(rests)) return ['is never ready', ...this.warnings()];
    await sleep(SETTLING);
    const since = this.recorder.changesIn(namespace).at(-1)!.revision;
    await this.deployNew();
    // The phase may be the same before and after.
    await this.isSaid(phases[0]);
    if (fate === 'is aborted') {
      const last = steps[steps.length - 2] ?? steps[0];
      await this.recorder.until(namespace, PATIENCE, objects => {
        const world = worldOf(objects);
        return stepIn(world, this.scenario) === last && world.pods.some(({ version }) => version === 'new');
      });
      await this.abort();
    }
    await this.isSaid(phases[phases.length - 1]);
    await sleep(AFTERWARDS[this.scenario.controller]);
    return this.compared(since);
  }

  /** Waits until the controller says so; whether it does. */
  private isSaid(phase: string): Promise<boolean> {
    return this.recorder.until(this.scenario.namespace, PATIENCE, objects => phaseIn(worldOf(objects)) === phase);
  }

  private compared(since: number): string[] {
    const all = momentsOf(this.recorder.changesIn(this.scenario.namespace), this.scenario);
    this.moments = all.slice(all.filter(({ revision }) => revision <= since).length - 1);
    const faults = [
      ...difference('requests', distinct(this.moments.map(({ step }) => step)), expectedSteps(this.scenario)),
      ...difference('phases', distinct(this.moments.map(({ phase }) => phase)), expectedPhases(this.scenario)),
      ...differences(this.moments.map(({ world }) => world), evaluated(this.scenario)),
      ...outages(all),
      ...gaps(all, this.scenario),
      ...untold(all, this.scenario),
    ];
    const { trap, mayDiffer = [] } = this.scenario;
    this.known = faults.filter(fault => mayDiffer.some(known => fault.startsWith(known)));
    const unknown = [
      ...trap === undefined || faults.includes(trap) ? [] : [`not seen: ${trap}`], ...faults.filter(fault => fault !== trap && !this.known.includes(fault)),
    ];
    return unknown.length === 0 ? [] : [...unknown, ...this.warnings()];
  }

  /** What the controller complains of, as people see it. */
  private warnings(): string[] {
    const events = this.recorder.objectsIn(this.scenario.namespace).filter(({ kind, type }) => kind === 'Event' && type === 'Warning');
    return events.slice(-5).map(({ message }) => `said: ${message}`);
  }

  private deployNew(): Promise<void> {
    return this.patch(`/apis/apps/v1/namespaces/${this.scenario.namespace}/deployments/${SERVICE}`, 'application/strategic-merge-patch+json', {
      spec: { template: { spec: { containers: [{ name: SERVICE, image: IMAGES.new }] } } },
    });
  }

  /** As `kubectl argo rollouts abort` does. */
  private abort(): Promise<void> {
    return this.patch(`/apis/argoproj.io/v1alpha1/namespaces/${this.scenario.namespace}/rollouts/${SERVICE}/status`, 'application/merge-patch+json', {
      status: { abort: true },
    });
  }

  private async patch(where: string, type: string, patch: unknown): Promise<void> {
    const { status, body } = await this.cluster.server.request('PATCH', where, patch, type);
    if (status >= 300) throw new Error(`${where}: ${status} ${JSON.stringify(body)}`);
  }
}

function difference(of: string, seen: readonly string[], expected: readonly string[]): string[] {
  return seen.join() === expected.join() ? [] : [`${of} are ${seen.join(', ')}; expected ${expected.join(', ')}`];
}
