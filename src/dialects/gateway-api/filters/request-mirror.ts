import type { Mirror } from '../../../model/handling';
import type { RouteModel } from '../../../model/route';
import { backendRef } from '../refs';

/** One filter: a copy of the requests, or of a fraction of them, to another Service. */
export function requestMirror(model: RouteModel, mirror: Mirror) {
  const { numerator, denominator } = mirror.fraction;
  return {
    type: 'RequestMirror' as const,
    requestMirror: {
      backendRef: backendRef(model, mirror),
      ...(numerator < denominator && (denominator === 100 ? { percent: numerator } : { fraction: { numerator, denominator } })),
    },
  };
}
