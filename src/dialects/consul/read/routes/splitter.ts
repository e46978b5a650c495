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
  const splits = spec.field('splits').items().map((item): Split & { readonly percent: number } => {
    const percent = item.field('weight').take() ?? 0;
    if (typeof percent !== 'number') item.field('weight').doubt('it is no number');
    const weight = typeof percent === 'number' ? percent : 0;
    return { to: referenceOf(item), percent: weight, weight: Math.round(weight * 100), ...changesIn(item) };
  });
  // The webhook adds them up so (hashicorp/consul-k8s `servicesplitter_types.go`).
  const sum = splits.reduce((all, { percent }) => Math.fround(all + Math.fround(percent)), 0);
  if (sum !== 100 || splits.some(({ percent }) => percent < 0 || (percent > 0 && percent < 0.01))) spec.field('splits').doubt('Consul wants shares of 100 together');
  return splits;
}
