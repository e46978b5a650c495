import type { Call } from './call';
import { contains } from '../../../src/evaluators/address';
import type { EgressDestination, EgressModel, EgressProtocol } from '../../../src/model/egress';

/** Whether a policy lets a call out, read as naively as can be. */
export function letOutByIntent({ destinations }: Pick<EgressModel, 'destinations'>, call: Call): boolean {
  return call.inside === true || destinations.some(destination => isMeant(destination, call)
    && destination.ports.some(({ port, protocol }) => port === call.port && SAID[protocol] === call.says.kind));
}

const SAID: Record<EgressProtocol, Call['says']['kind']> = { HTTP: 'http', TLS: 'tls', TCP: 'bytes', UDP: 'datagram', ServerFirst: 'bytes' };

function isMeant(destination: EgressDestination, { name, ip }: Call): boolean {
  return destination.kind === 'cidr' ? contains(destination.cidr, ip) : name !== undefined && hostHolds(destination.host, name);
}

/** A wildcard holds for every name below. */
export function hostHolds(pattern: string, name: string): boolean {
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}
