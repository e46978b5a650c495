import type { ServicePort } from './call';
import type { Way } from './world';
import { hasRequests, type Protocol } from '../model/protocol';

export { qualified } from '../model/route';
export { kindInWords } from '../model/service-ref';

/** All of it to the Service that is called. */
export function toService({ namespace, service, port, groupKind }: ServicePort): Way {
  return { backends: [{ namespace, service, port, ...(groupKind && { groupKind }), weight: 1 }], handling: {}, besides: [] };
}

/** A connection that goes nowhere. */
export const CLOSED: Way = { backends: [], handling: {}, besides: [] };

/** What goes nowhere: requests are answered by the proxy itself, and connections closed. */
export function answeredBy(status: number, protocol: Protocol): Way {
  return hasRequests(protocol) ? { ...CLOSED, status } : CLOSED;
}

export function isClosed({ backends, status, handling }: Way): boolean {
  return backends.length === 0 && status === undefined && Object.keys(handling).length === 0;
}

export function answeredWords(status: number | 'closed'): string {
  return status === 'closed' ? 'the connection is closed' : `the proxy answers with ${status}`;
}
