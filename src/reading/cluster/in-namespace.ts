import { keyOf, type Named } from './object';
import { type Service, serviceOf, type Spoken } from './service';
import { isWorkload, lasting, type Workload, workloadOf } from './workload';
import type { Labels } from '../../meaning/selector';
import { BySelector, ByLabels } from '../../model/by-labels';
import type { ReadObject } from '../objects';

/** The Services and workloads of one namespace. */
export class InNamespace {
  public readonly services: readonly Service[];
  public readonly workloads: readonly Workload[];

  private readonly byName: ReadonlyMap<string, Service>;
  private readonly pods = new ByLabels<Workload>();
  private readonly selectors = new BySelector<Service>();

  public constructor(objects: readonly ReadObject[], spoken: Spoken) {
    const services: Service[] = [];
    const workloads: Workload[] = [];
    for (const object of objects) {
      const { group, fields, manifest } = object;
      if (isWorkload(group, manifest)) {
        const workload = workloadOf(fields, object);
        if (workload !== undefined) workloads.push(workload);
      } else {
        services.push(serviceOf(fields, object, manifest, spoken));
      }
      fields.forget();
    }
    this.services = sorted(services);
    this.workloads = sorted(workloads);
    this.byName = new Map(this.services.map(service => [service.name, service]));
    for (const workload of this.workloads) this.pods.add(workload.labels, workload);
    for (const service of this.services) if (service.selector !== undefined) this.selectors.add(lasting(service.selector), service);
  }

  public service(name: string): Service | undefined {
    return this.byName.get(name);
  }

  /** The workloads that are selected. */
  public having(selector: Labels): readonly Workload[] {
    return this.pods.having(lasting(selector));
  }

  /** The Services that select by some of these labels. */
  public choosing(labels: Labels): readonly Service[] {
    return this.selectors.choosing(labels);
  }
}

/** Each once, whatever the order of the documents. */
export function sorted<T extends Named>(all: readonly T[]): T[] {
  const key = ({ kind, namespace, name }: Named) => `${keyOf(namespace, name)} ${kind}`;
  return [...new Map(all.map(one => [key(one), one]))].sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => one);
}
