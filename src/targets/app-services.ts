import type { PodFacts } from '../model/pod-facts';
import { makesPods, podFactsOf } from '../model/pod-facts';
import type { ServiceFacts } from '../model/service-facts';
import { serviceFactsOf } from '../model/service-facts';

/** A manifest of the app, and the chart that it is written with. */
export interface Written {
  readonly manifest: any;
  readonly chart: unknown;
}

/** The kinds that tell of Services and of the pods behind them. */
export function tellsOfServices(kind: string): boolean {
  return kind === 'Service' || makesPods(kind);
}

/** The Services that the objects of an app describe, and the pods. */
export class AppServices {
  private readonly services = new Map<string, { readonly chart: unknown; readonly facts: ServiceFacts }[]>();
  private readonly pods = new Map<string, PodFacts[]>();

  constructor(written: readonly Written[]) {
    for (const { manifest, chart } of written) {
      const { kind, metadata } = manifest;
      const namespace = metadata?.namespace ?? '';
      if (kind === 'Service' && manifest.apiVersion === 'v1') {
        entry(this.services, `${namespace}/${metadata?.name}`).push({ chart, facts: serviceFactsOf(manifest) });
      } else if (kind !== 'Service') {
        entry(this.pods, namespace).push(podFactsOf(manifest));
      }
    }
  }

  /** What the app says of a Service; the objects of other charts count where the own one has none, since charts may be clusters. */
  public factsOf(namespace: string, name: string, chart: unknown): readonly ServiceFacts[] {
    const all = this.services.get(`${namespace}/${name}`) ?? [];
    const near = all.filter(service => service.chart === chart);
    return (near.length > 0 ? near : all).map(({ facts }) => facts);
  }

  public podsOf(namespace: string): readonly PodFacts[] {
    return this.pods.get(namespace) ?? [];
  }
}

function entry<V>(map: Map<string, V[]>, key: string): V[] {
  const found = map.get(key) ?? [];
  map.set(key, found);
  return found;
}
