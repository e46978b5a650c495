import type { ServicePort } from './call';
import type { Way } from './world';

export { qualified } from '../model/route';
export { kindInWords } from '../model/service-ref';

/** All of it to the Service that is called. */
export function toService({ namespace, service, port, groupKind }: ServicePort): Way {
  return { backends: [{ namespace, service, port, ...(groupKind && { groupKind }), weight: 1 }], handling: {}, besides: [] };
}
