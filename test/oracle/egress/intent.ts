import type { Call } from './call';
import { ANY_SENT } from './call';
import { contains } from '../../../src/evaluators/address';
import { byKind } from '../../../src/model/by-kind';
import type { CidrDestination, EgressDestination, EgressModel, EgressPort, EgressProtocol, HostDestination } from '../../../src/model/egress';
import type { Fields } from '../../../src/model/fields';
import { holds } from '../access/intent';

/** Whether a policy lets a call out, read as naively as can be. */
export function letOutByIntent({ destinations, inside }: Pick<EgressModel, 'destinations' | 'inside'>, call: Call): boolean {
  if (call.inside) {
    return inside === undefined || inside.some(({ namespace, podSelector, ports }) => namespace === call.pod?.namespace
      && Object.entries(podSelector!).every(([key, value]) => call.pod!.labels[key] === value)
      && ports.some(({ port, protocol }) => (port === call.port || call.pod!.ports?.[port] === call.port) && (protocol === 'UDP') === (call.says.kind === 'datagram')));
  }
  return destinations.some(destination => isMeant(destination, call)
    && (destination.anyPort || destination.ports.some(port => isSaid(port, call))));
}

/** What happens to a request on its way makes no difference. */
function isSaid(
  { port, protocol, requests }: Fields<EgressPort, 'port' | 'protocol' | 'requests', 'timeouts' | 'retries' | 'tls'>, { port: called, says }: Call,
): boolean {
  return port === called && SAID[protocol] === says.kind
    && (requests === undefined || (says.kind === 'http' && requests.some(match => holds(match, says.request ?? ANY_SENT))));
}

const SAID: Record<EgressProtocol, Call['says']['kind']> = { HTTP: 'http', TLS: 'tls', TCP: 'bytes', UDP: 'datagram', ServerFirst: 'bytes' };

const isMeant = byKind<EgressDestination, boolean, [Call]>({
  cidr: ({ cidr, except = [] }: Fields<CidrDestination, 'cidr' | 'except', 'kind' | 'ports' | 'anyPort'>, { ip }) =>
    contains(cidr, ip) && !except.some(part => contains(part, ip)),
  host: ({ host }: Fields<HostDestination, 'host', 'kind' | 'ports' | 'anyPort'>, { name }) => name !== undefined && hostHolds(host, name),
});

/** A wildcard holds for every name below. */
export function hostHolds(pattern: string, name: string): boolean {
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}
