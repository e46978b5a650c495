import * as fc from 'fast-check';
import { maybe, merged } from './gateway-api';

/** Retries of VirtualServices as somebody writes them who does not use this library. */

const CONDITIONS = ['connect-failure', 'refused-stream', 'reset', '5xx', 'gateway-error', 'retriable-4xx', 'retriable-status-codes', '409', '500', '503'];
const OF_GRPC = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];

const conditions = fc.oneof(
  { weight: 3, arbitrary: fc.subarray([...CONDITIONS, ...OF_GRPC], { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.subarray(OF_GRPC, { minLength: 1 }) },
  { weight: 2, arbitrary: fc.constant(['connect-failure', 'refused-stream', 'reset', '503', 'retriable-status-codes']) },
).map(all => all.join(','));

/** `retries` of a VirtualService. Without attempts, nothing else may be said. */
export function retriesOfIstio(times: readonly string[]): fc.Arbitrary<object> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant({ attempts: 0 }) },
    { weight: 1, arbitrary: fc.constant({ attempts: 1 }) },
    {
      weight: 6,
      arbitrary: merged(
        fc.integer({ min: 1, max: 3 }).map(attempts => ({ attempts })), conditions.map(retryOn => ({ retryOn })), maybe(40, 'perTryTimeout', fc.constantFrom(...times)),
        maybe(15, 'backoff', fc.constantFrom('5ms', '0.01s')), maybe(10, 'retryIgnorePreviousHosts', fc.boolean()),
      ),
    },
  );
}
