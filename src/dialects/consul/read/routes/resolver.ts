import { type Failover, failoverOf, namedIn } from './failover';
import { type Reference, referenceOf, timeoutOf } from './router';
import type { Fields } from '../../../../manifests/fields';
import type { Traffic } from '../../../../meaning/world';
import type { Timeouts } from '../../../../model/handling';
import { goMilliseconds } from '../../../../reading/go-duration';
import type { ReadObject } from '../../../../reading/objects';

/** A ServiceResolver: which pods a service is. */
export interface Resolver {
  /** The service that stands in its place. */
  readonly redirect?: Reference;
  readonly defaultSubset?: string;
  /** By name: which pods they are, as it stands there. */
  readonly subsets: ReadonlyMap<string, string>;
  /** Of requests, where no router and no splitter is before it. */
  readonly timeouts?: Timeouts;
  readonly failover: Failover;
  /** The services that are named there, where it is kept as text. */
  readonly kept: readonly Reference[];
  /** What else holds for what is sent to it. */
  readonly traffic: Traffic;
}

/** Kept as text: how one of the pods is picked. */
const BESIDES = ['loadBalancer', 'prioritizeByLocality'];

export function resolverOf({ fields }: ReadObject): Resolver {
  const spec = fields.field('spec');
  const redirect = spec.field('redirect');
  for (const name of ['datacenter', 'peer', 'samenessGroup']) {
    if (redirect.field(name).text()) redirect.field(name).doubt('what is in other clusters is not known here');
  }
  const defaultSubset = spec.field('defaultSubset').text() || undefined;
  const subsets = new Map(spec.field('subsets').fields().map(([name, subset]) => [name, subsetOf(subset)]));
  const connectTimeout = connectTimeoutOf(spec.field('connectTimeout'));
  const timeouts = timeoutOf(spec.field('requestTimeout'));
  const named = namedIn(spec.field('failover'));
  const failover = failoverOf(spec.field('failover'), [...subsets.keys()], defaultSubset);
  if (redirect.isSaid && spec.field('failover').fields().length > 0) redirect.doubt('Consul wants `redirect` or `failover`, and not both');
  return {
    ...(redirect.isSaid && { redirect: referenceOf(redirect) }),
    ...(defaultSubset !== undefined && { defaultSubset }),
    subsets,
    ...(timeouts && { timeouts }),
    failover,
    kept: failover === undefined ? named : [],
    traffic: {
      ...(connectTimeout !== undefined && { connections: { connectTimeout } }),
      besides: [...failover === undefined ? ['failover'] : [], ...BESIDES].flatMap(name => {
        const value = spec.field(name).take();
        return value === undefined ? [] : [`ServiceResolver: ${name} is ${JSON.stringify(value)}`];
      }),
    },
  };
}

/** Less than a millisecond is as if nothing were said (`agent/consul/discoverychain/compile.go` of hashicorp/consul). */
function connectTimeoutOf(fields: Fields): number | undefined {
  const text = fields.text();
  if (text === undefined) return undefined;
  const time = goMilliseconds(text);
  return time === undefined ? fields.doubt('it is not a duration') : time || undefined;
}

function subsetOf(fields: Fields): string {
  const [filter = '', isPassing] = [fields.field('filter').text(), fields.field('onlyPassing').take() === true];
  return [`those with ${filter === '' ? 'anything' : filter}`, ...isPassing ? ['that are healthy'] : []].join(' ');
}
