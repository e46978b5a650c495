import type { Timeouts } from '../../model/handling';
import { duration } from '../duration';

/** How long a request may take, and each try of it. */
export function timeouts({ request, backendRequest }: Timeouts) {
  return {
    ...(request !== undefined && { request: duration(request) }),
    ...(backendRequest !== undefined && { backendRequest: duration(backendRequest) }),
  };
}
