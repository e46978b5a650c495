import { percentage } from './percentage';
import type { VirtualServiceSpecHttpFault } from '../../../../imports/istio/networking.istio.io';
import type { Fields } from '../../../model/fields';
import type { Faults } from '../../../model/handling';
import type { Plain } from '../../contract/manifest';
import { decimalSeconds } from '../duration';

/** Faults that the proxy of the client injects, before timeouts and retries. */
export function fault({ delay, abort }: Fields<Faults, 'delay' | 'abort'>): Plain<VirtualServiceSpecHttpFault> {
  return {
    ...(delay && { delay: { fixedDelay: decimalSeconds(delay.delay), percentage: percentage(delay.percent / 100) } }),
    ...(abort && { abort: { httpStatus: abort.statusCode, percentage: percentage(abort.percent / 100) } }),
  };
}
