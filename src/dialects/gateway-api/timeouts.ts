import { duration } from './duration';
import type { Timeouts } from '../../model/handling';

/** How long a request may take, and each try of it. */
export function timeouts({ request, backendRequest }: Timeouts) {
  return {
    ...(request !== undefined && { request: duration(request) }),
    ...(backendRequest !== undefined && { backendRequest: duration(backendRequest) }),
  };
}
