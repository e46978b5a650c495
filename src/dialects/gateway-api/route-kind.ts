import type { PortRoute } from '../../model/route';

/** The kind of route that a port gets. TLS without conditions on server names is bytes over TCP. */
export function routeKind({ protocol, rules }: PortRoute): `${PortRoute['protocol']}Route` {
  return protocol === 'TLS' && rules.every(rule => rule.matches.length === 0) ? 'TCPRoute' : `${protocol}Route`;
}
