import { goDuration } from './spelling/duration';
import type { Fields } from '../../model/fields';
import type { Timeouts } from '../../model/handling';

/** How long a request may take, and each try of it. */
export function timeouts({ request, backendRequest }: Fields<Timeouts, 'request' | 'backendRequest'>) {
  return {
    ...(request !== undefined && { request: goDuration(request) }),
    ...(backendRequest !== undefined && { backendRequest: goDuration(backendRequest) }),
  };
}
