import type { Fields } from '../../../../manifests/fields';
import { goMilliseconds } from '../../../../reading/go-duration';

/** What is said of routes that are tried again, in a text: as often as the budget allows. Undefined where none is tried again. */
export function retriesBy(fields: Fields): string | undefined {
  if (!fields.isSaid) return retries(0.2, 10, 10_000);
  const [ratio, least, ttl] = [fields.field('retryRatio').take(), fields.field('minRetriesPerSecond').integer(), fields.field('ttl').text()];
  const time = ttl === undefined ? undefined : goMilliseconds(ttl);
  if (typeof ratio !== 'number' || ratio < 0) return fields.field('retryRatio').doubt('it is not a ratio');
  if (least === undefined) return fields.doubt('there are no `minRetriesPerSecond`');
  if (time === undefined) return fields.field('ttl').doubt('it is not a duration');
  // `convert_retry_budget` in `linkerd/service-profiles/src/proto.rs` of linkerd2-proxy drops such a budget.
  return ratio > 1000 || time < 1000 || time > 60_000 ? undefined : retries(ratio, least, time);
}

function retries(ratio: number, least: number, time: number): string {
  return `what fails is tried again: ${least} times a second, and for ${Number((100 * ratio).toPrecision(6))} % of the requests of the last ${time} ms`;
}
