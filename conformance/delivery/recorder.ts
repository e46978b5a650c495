import { setTimeout as sleep } from 'timers/promises';
import type { ApiServer } from '../apiserver/server';

/** What happened to one object. All changes in a cluster have an order. */
export interface Change {
  readonly revision: number;
  /** In milliseconds. */
  readonly time: number;
  readonly object: any;
  readonly isDeleted: boolean;
}

/** What the controllers write, and what they read. */
const COLLECTIONS = [
  '/api/v1/events',
  '/api/v1/services',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/replicasets',
  '/apis/argoproj.io/v1alpha1/rollouts',
  '/apis/argoproj.io/v1alpha1/analysisruns',
  '/apis/flagger.app/v1beta1/canaries',
  '/apis/gateway.networking.k8s.io/v1/httproutes',
  '/apis/networking.istio.io/v1/virtualservices',
  '/apis/split.smi-spec.io/v1alpha2/trafficsplits',
];

/** Keeps every change of the objects that a release moves. */
export class Recorder {
  private readonly changes = new Map<string, Change[]>();
  private readonly objects = new Map<string, Map<string, any>>();
  private readonly listeners: ((change: Change) => void)[] = [];
  private failure?: unknown;

  constructor(private readonly server: ApiServer) {}

  public start(): void {
    for (const collection of COLLECTIONS) this.follow(collection).catch(error => { this.failure ??= error; });
  }

  public onChange(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  /** In the order in which they happened. */
  public changesIn(namespace: string): readonly Change[] {
    return [...this.changes.get(namespace) ?? []].sort((a, b) => a.revision - b.revision);
  }

  public objectsIn(namespace: string): readonly any[] {
    return [...this.objects.get(namespace)?.values() ?? []];
  }

  /** Waits until it holds; whether it ever did. */
  public async until(namespace: string, seconds: number, holds: (objects: readonly any[]) => boolean): Promise<boolean> {
    const deadline = Date.now() + seconds * 1000;
    while (!holds(this.objectsIn(namespace))) {
      if (this.failure !== undefined) throw this.failure;
      if (Date.now() > deadline) return false;
      await sleep(200);
    }
    return true;
  }

  private async follow(collection: string): Promise<void> {
    for await (const { type, object } of this.server.watch(collection)) {
      if (type === 'ERROR') throw new Error(`${collection}: ${object.message}`);
      const change = { revision: Number(object.metadata.resourceVersion), time: Date.now(), object, isDeleted: type === 'DELETED' };
      this.keep(change);
      this.listeners.forEach(listener => listener(change));
    }
  }

  private keep(change: Change): void {
    const { kind, metadata: { namespace, name } } = change.object;
    if (!this.changes.has(namespace)) {
      this.changes.set(namespace, []);
      this.objects.set(namespace, new Map());
    }
    this.changes.get(namespace)!.push(change);
    const objects = this.objects.get(namespace)!;
    if (change.isDeleted) objects.delete(`${kind} ${name}`);
    else objects.set(`${kind} ${name}`, change.object);
  }
}
