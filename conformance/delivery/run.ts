import { setTimeout as sleep } from 'timers/promises';
import { expectedPhases, expectedSteps } from './expected';
import { distinct, gaps, moments, wasDown, type Moment } from './history';
import type { Prometheus } from './prometheus';
import type { Recorder } from './recorder';
import { HEALTH, IMAGES, SERVICE, type Scenario } from './scenario';
import { phaseIn, stepIn } from './world';
import type { Cluster } from '../apiserver/cluster';

/** In seconds: the longest scenario has some nine rounds of ten. */
const PATIENCE = 240;
/** What a controller does after the end, and what takes requests only then. */
const AFTERWARDS = 12_000;

/** Has a controller release, and says what differs from what the release says. */
export class Run {
  public readonly title: string;
  public moments: readonly Moment[] = [];

  constructor(
    private readonly scenario: Scenario,
    private readonly cluster: Cluster,
    private readonly recorder: Recorder,
    private readonly prometheus: Prometheus,
  ) {
    const { controller, on, fate } = scenario;
    this.title = `${controller}, ${on}: ${fate}`;
  }

  public async faults(): Promise<string[]> {
    const { namespace, manifests, fate } = this.scenario;
    this.prometheus.health.set(namespace, HEALTH[fate]);
    for (const manifest of manifests) await this.cluster.install(manifest);

    const [rests, ...phases] = expectedPhases(this.scenario);
    const [, ...steps] = expectedSteps(this.scenario);
    if (!await this.isSaid(rests)) return ['is never ready', ...this.warnings()];
    const since = this.recorder.changesIn(namespace).at(-1)!.revision;
    await this.deployNew();
    // The phase may be the same before and after.
    await this.isSaid(phases[0]);
    if (fate === 'is aborted') {
      await this.recorder.until(namespace, PATIENCE, objects => stepIn(objects, this.scenario) === steps[steps.length - 2] || steps.length === 0);
      await this.abort();
    }
    await this.isSaid(phases[phases.length - 1]);
    await sleep(AFTERWARDS);
    return this.compared(since);
  }

  /** Waits until the controller says so; whether it does. */
  private isSaid(phase: string): Promise<boolean> {
    return this.recorder.until(this.scenario.namespace, PATIENCE, objects => phaseIn(objects) === phase);
  }

  private compared(since: number): string[] {
    const { namespace } = this.scenario;
    const changes = this.recorder.changesIn(namespace);
    const all = moments(changes, this.scenario);
    const before = all.filter(({ revision }) => revision <= since).length - 1;
    this.moments = all.slice(before);
    const faults = [
      ...difference('requests', distinct(this.moments.map(({ step }) => step)), expectedSteps(this.scenario)),
      ...difference('phases', distinct(this.moments.map(({ phase }) => phase)), expectedPhases(this.scenario)),
      ...wasDown(all) ? ['requests were not answered for a time'] : [],
      ...gaps(changes, this.scenario),
    ];
    return faults.length === 0 ? [] : [...faults, ...this.warnings()];
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
