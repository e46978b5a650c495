import { changesIn } from './changes';
import { type Reference, referenceOf } from './router';
import type { Handling } from '../../../../model/handling';
import type { ReadObject } from '../../../../reading/objects';

/** A part of what is sent to a service. */
export interface Split extends Pick<Handling, 'requestHeaders' | 'responseHeaders'> {
  readonly to: Reference;
  /** In hundredths of a percent. */
  readonly weight: number;
}

export function splitsOf({ fields }: ReadObject): Split[] {
  const spec = fields.field('spec');
  const percents: number[] = [];
  const splits = spec.field('splits').items().map((item): Split => {
    const percent = item.field('weight').take() ?? 0;
    if (typeof percent !== 'number') item.field('weight').doubt('it is not a number');
    const weight = typeof percent === 'number' ? percent : 0;
    percents.push(weight);
    return { to: referenceOf(item), weight: Math.round(weight * 100), ...changesIn(item) };
  });
  // The webhook adds them up so (hashicorp/consul-k8s `servicesplitter_types.go`).
  const sum = percents.reduce((all, percent) => Math.fround(all + Math.fround(percent)), 0);
  if (sum !== 100 || percents.some(percent => percent < 0 || (percent > 0 && percent < 0.01))) spec.field('splits').doubt('Consul wants shares of 100 together');
  return splits;
}
