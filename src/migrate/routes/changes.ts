import type { Difference } from '../../meaning/compare/difference';
import { wayKey } from '../../meaning/compare/values';
import { isUndecided } from '../../meaning/decision';
import type { Traffic, Way } from '../../meaning/world';

/** Whether requests to a Service go elsewhere, or are changed; that they are tried again otherwise, or are given more time, is not enough. */
export function changesRoute({ to, contrast: { before, after } }: Difference): boolean {
  if (to.type !== 'service') return false;
  return keyOf(before.value) !== keyOf(after.value);
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
