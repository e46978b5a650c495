import type { Handling } from '../../model/handling';
import type { PortRoute, RouteRule } from '../../model/route';

/** What Kuma writes beside routes, for all requests on a port. */
export const OF_PORT = ['timeouts', 'retries', 'stickiness'] as const;

/** The rules that send requests on; a redirect is answered at once. */
function forwarding({ rules }: PortRoute): RouteRule[] {
  return rules.filter(({ handling: { redirect } }) => redirect === undefined);
}

/** What happens to the requests on a port, where its rules agree. */
export function commonHandling(port: PortRoute): Pick<Handling, typeof OF_PORT[number]> {
  return forwarding(port)[0]?.handling ?? {};
}

/** Settings in which the rules of a port differ. */
export function differing(port: PortRoute): (typeof OF_PORT[number])[] {
  return OF_PORT.filter(name => new Set(forwarding(port).map(({ handling }) => JSON.stringify(handling[name]))).size > 1);
}
