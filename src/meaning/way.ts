import type { ServicePort } from './call';
import type { Way } from './world';

/** All of it to the Service that is called. */
export function toService({ namespace, service, port }: ServicePort): Way {
  return { backends: [{ namespace, service, port, weight: 1 }], handling: {}, besides: [] };
}
