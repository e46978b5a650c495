import { ByLabels } from '../model/by-labels';
import { pushTo } from '../model/lists';
import type { PodFacts } from '../model/pod-facts';
import { isWithin, makesPods, podFactsOf } from '../model/pod-facts';
import type { ServiceFacts } from '../model/service-facts';
import { serviceFactsOf } from '../model/service-facts';

/** A manifest of the app, and the chart that it is written with. */
export interface Written {
  readonly manifest: any;
  readonly chart: unknown;
}

/** The kinds that tell of Services and of the pods behind them. */
export function tellsOfServices(kind: string): boolean {
  return kind === 'Service' || kind === 'Namespace' || makesPods(kind);
}

/** Labels and annotations. */
export type Marks = Pick<PodFacts, 'labels' | 'annotations'>;

const NO_MARKS: Marks = { labels: {}, annotations: {} };

/** The Services that the objects of an app describe, and the pods. */
export class AppServices {
  private readonly services = new Map<string, { readonly chart: unknown; readonly facts: ServiceFacts }[]>();
  /** By namespace. */
  private readonly pods = new Map<string, ByLabels<PodFacts>>();
  private readonly podsByAccount = new Map<string, PodFacts[]>();
  private readonly namespaces = new Map<string, Marks>();
  private readonly charts = new Map<PodFacts, unknown>();

  constructor(written: readonly Written[]) {
    for (const { manifest, chart } of written) {
      const { kind, metadata } = manifest;
      const namespace = metadata?.namespace ?? '';
      if (kind === 'Service' && manifest.apiVersion === 'v1') {
        pushTo(this.services, `${namespace}/${metadata?.name}`, { chart, facts: serviceFactsOf(manifest) });
      } else if (kind === 'Namespace') {
        this.namespaces.set(metadata?.name, { labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {} });
      } else if (kind !== 'Service') {
        const there = this.pods.get(namespace) ?? new ByLabels<PodFacts>();
        this.pods.set(namespace, there);
        const facts = podFactsOf(manifest);
        there.add(facts.labels, facts);
        this.charts.set(facts, chart);
        pushTo(this.podsByAccount, `${namespace}/${facts.serviceAccount}`, facts);
      }
    }
  }

  /** What the app says of a Service; the objects of other charts count where the own one has none, since charts may be clusters. */
  public factsOf(namespace: string, name: string, chart: unknown): readonly ServiceFacts[] {
    const all = this.hasServices ? this.services.get(`${namespace}/${name}`) : undefined;
    if (all === undefined) return [];
    const near = all.filter(service => service.chart === chart);
    return (near.length > 0 ? near : all).map(({ facts }) => facts);
  }

  public get hasServices(): boolean {
    return this.services.size > 0;
  }

  public get hasNamespaces(): boolean {
    return this.namespaces.size > 0;
  }

  public get hasPods(): boolean {
    return this.pods.size > 0;
  }

  /** The pods that have these labels. */
  public podsWith(namespace: string, labels: Readonly<Record<string, string>>): readonly PodFacts[] {
    return this.pods.get(namespace)?.having(labels) ?? [];
  }

  /** Whether a Service leads to pods with these labels. */
  public leadsTo(namespace: string, labels: Readonly<Record<string, string>>): boolean {
    return [...this.services].some(([name, all]) => name.startsWith(`${namespace}/`)
      && all.some(({ facts: { selector } }) => selector !== undefined && isWithin(selector, labels)));
  }

  /** Those of a chart, where it has any: charts may be clusters. */
  public near(chart: unknown, pods: readonly PodFacts[]): readonly PodFacts[] {
    const own = pods.filter(pod => this.charts.get(pod) === chart);
    return own.length > 0 ? own : pods;
  }

  /** What the app says of a namespace. */
  public marksOf(namespace: string): Marks {
    return this.namespaces.get(namespace) ?? NO_MARKS;
  }

  /** Those that run as a ServiceAccount. */
  public podsAs(namespace: string, serviceAccount: string): readonly PodFacts[] {
    return this.podsByAccount.get(`${namespace}/${serviceAccount}`) ?? [];
  }
}
