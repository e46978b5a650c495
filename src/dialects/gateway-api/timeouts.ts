import { goDuration } from './spelling/duration';
import type { Timeouts } from '../../model/handling';

/** How long a request may take, and each try of it. */
export function timeouts({ request, backendRequest }: Timeouts) {
  return {
    ...(request !== undefined && { request: goDuration(request) }),
    ...(backendRequest !== undefined && { backendRequest: goDuration(backendRequest) }),
  };
}
