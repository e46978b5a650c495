import type { PortRoute } from '../../model/route';

/** The kind of route that a port gets. TLS whose server names are not told apart is bytes over TCP. */
export function routeKind({ protocol, rules }: PortRoute): 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute' {
  switch (protocol) {
    case 'HTTP': return 'HTTPRoute';
    case 'GRPC': return 'GRPCRoute';
    case 'TLS': return rules.every(rule => rule.matches.length === 0) ? 'TCPRoute' : 'TLSRoute';
    case 'TCP': return 'TCPRoute';
    case 'UDP': throw new Error('unreachable: UDPRoute is refused');
  }
}
