import { setTimeout as sleep } from 'timers/promises';
import type { ApiServer } from '../apiserver/server';

/** What happened to one object. All changes in a cluster have an order. */
export interface Change {
  readonly revision: number;
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
    return worldAfter(this.changesIn(namespace));
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
      const change = { revision: Number(object.metadata.resourceVersion), object, isDeleted: type === 'DELETED' };
      const { namespace } = object.metadata;
      this.changes.set(namespace, [...this.changes.get(namespace) ?? [], change]);
      this.listeners.forEach(listener => listener(change));
    }
  }
}

/** The objects that are there after these changes. */
export function worldAfter(changes: readonly Change[]): readonly any[] {
  const world = new Map<string, any>();
  for (const { object, isDeleted } of changes) {
    const key = `${object.kind} ${object.metadata.name}`;
    if (isDeleted) world.delete(key);
    else world.set(key, object);
  }
  return [...world.values()];
}
