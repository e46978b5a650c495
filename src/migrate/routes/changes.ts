import type { Difference } from '../../meaning/compare/difference';
import { wayKey } from '../../meaning/compare/values';
import { isUndecided } from '../../meaning/decision';
import type { Traffic, Way } from '../../meaning/world';

/** Whether requests to a Service go elsewhere, or are changed; that they are tried again otherwise, or are given more time, is not enough. */
export function changesRoute(difference: Difference): boolean {
  return difference.to.type === 'service' && sendsElsewhere(difference);
}

/** The gateway at which requests now go elsewhere, or are changed; undefined where they come in no more, or nothing of this is so. */
export function changedGateway(difference: Difference): string | undefined {
  const { to, contrast: { after: { value } } } = difference;
  if (to.type !== 'gateway' || isUndecided(value) || typeof value === 'string' || !isWay(value)) return undefined;
  const comesIn = value.backends.length > 0 || value.handling.redirect !== undefined;
  return comesIn && sendsElsewhere(difference) ? to.gateway : undefined;
}

function sendsElsewhere({ contrast: { before, after } }: Difference): boolean {
  return keyOf(before.value) !== keyOf(after.value) && !isUnlimited(after.value);
}

/** A rate limit that is lost is so without the route, too. */
function isUnlimited(value: Difference['contrast']['after']['value']): boolean {
  return !isUndecided(value) && typeof value !== 'string' && !isWay(value) && value.rateLimit === undefined;
}

/** The Service that a difference is about, as `namespace/name`. */
export function keyOfService({ to }: Difference): string {
  return to.type === 'service' ? `${to.port.namespace}/${to.port.service}` : '';
}

function keyOf(value: Difference['contrast']['before']['value']): string {
  if (isUndecided(value) || typeof value === 'string') return JSON.stringify(value);
  return isWay(value) ? wayKey({ ...value, handling: { ...value.handling, retries: undefined, timeouts: undefined, stickiness: undefined } })
    : JSON.stringify(value.rateLimit);
}

function isWay(value: Way | Traffic): value is Way {
  return 'backends' in value;
}
