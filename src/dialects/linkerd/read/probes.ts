import type { Pod } from '../../../meaning/call';
import { allOf, type Condition } from '../../../meaning/condition';
import type { Branch, Source } from '../../../meaning/decision';
import { exactly } from '../../../meaning/text';
import type { Passage, PodPort } from '../../../meaning/world';
import { type Cluster, DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import type { Workload } from '../../../reading/cluster/workload';

/** Health checks that Linkerd lets everyone make, where no route stands on the port: what the pods declare as `httpGet`. */
export class Probes {
  private byLabels?: ReadonlyMap<string, readonly Workload[]>;

  public constructor(private readonly cluster: Cluster) {}

  public ofPort({ pod, port }: PodPort, source?: Source): Branch<Passage>[] {
    const workloads = this.workloadsOf(pod);
    const get: Condition = { type: 'method', is: exactly('GET') };
    const why = 'it is a health check of the pods';
    const checks = workloads.flatMap(({ probes, place, ...workload }) => probes.filter(({ kind, port: of }) => of === port && kind.startsWith('http'))
      .map(({ path = '/' }): Branch<Passage> => ({
        when: allOf(get, { type: 'path', is: exactly(path) }), then: { value: 'allowed', why }, source: { kind: workload.kind, name: workload.name, place },
      })));
    if (workloads.length > 0 || source === undefined) return checks;
    // What pods that are not here declare is not known.
    return [{
      when: allOf({ type: 'client', kinds: ['kubelet'] }, get, { type: 'unknown', why: 'the health checks of the pods are not known', place: source.place }),
      then: { value: 'allowed', why },
      source,
    }];
  }

  /** What makes the pods. */
  public sourceOf({ pod }: PodPort): Source {
    const [{ kind, name, place } = { kind: 'Pod', name: '', place: { file: '', line: 0, path: '' } }] = this.workloadsOf(pod);
    return { kind, namespace: pod.namespace, name, place };
  }

  private workloadsOf(pod: Pod): readonly Workload[] {
    return pod.labels === undefined ? [] : this.workloads().get(keyOf(pod)) ?? [];
  }

  private workloads(): ReadonlyMap<string, readonly Workload[]> {
    if (this.byLabels === undefined) {
      const all = new Map<string, Workload[]>();
      for (const workload of this.cluster.workloads) {
        const key = keyOf(workload);
        all.set(key, [...all.get(key) ?? [], workload]);
      }
      this.byLabels = all;
    }
    return this.byLabels;
  }
}

function keyOf({ namespace, labels }: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> }): string {
  return JSON.stringify([namespace ?? DEFAULT_NAMESPACE, Object.entries(labels ?? {}).sort()]);
}
