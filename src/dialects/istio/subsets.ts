import type { Destination } from './destinations';
import { destination, isSame } from './destinations';
import type { DestinationRuleSpecSubsets } from '../../../imports/istio/networking.istio.io';
import { shortHash } from '../../model/hash';
import type { RouteModel } from '../../model/route';
import { allDestinationsOf } from '../../model/route';
import type { PodSelection } from '../../model/service-ref';
import type { Plain } from '../contract/manifest';

type Labels = NonNullable<PodSelection['subset']>;

/** A Service of which a route sends requests, or copies of them, to some pods. */
export interface Split {
  readonly to: Destination;
  readonly subsets: readonly Labels[];
}

export function splitServices(model: RouteModel): Split[] {
  const found: { readonly to: Destination; readonly subsets: Map<string, Labels> }[] = [];
  for (const service of allDestinationsOf(model)) {
    if (service.subset === undefined) continue;
    const to = destination(model, service);
    const there = found.find(one => isSame(one.to, to)) ?? { to, subsets: new Map<string, Labels>() };
    if (there.subsets.size === 0) found.push(there);
    there.subsets.set(subsetName(service.subset), service.subset);
  }
  return found.map(({ to, subsets }) => ({ to, subsets: [...subsets].sort(([a], [b]) => a < b ? -1 : 1).map(([, labels]) => labels) }));
}

/** A subset of a DestinationRule: of the pods of the Service, those that have these labels too. */
export function subset(labels: Labels): Plain<DestinationRuleSpecSubsets> {
  return { name: subsetName(labels), labels: Object.fromEntries(Object.entries(labels).sort()) };
}

/** The values, for people, and a hash of the labels, since names are DNS labels and labels are not. */
export function subsetName(labels: Labels): string {
  const sorted = Object.entries(labels).sort();
  const values = sorted.map(([, value]) => value).join('-').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-/, '').slice(0, 40);
  return `${values === '' ? 'subset' : values}-${shortHash(sorted)}`.replace(/-+/g, '-');
}
