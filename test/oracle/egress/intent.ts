import type { Call } from './call';
import { contains } from '../../../src/evaluators/address';
import { byKind } from '../../../src/model/by-kind';
import type { CidrDestination, EgressDestination, EgressModel, EgressProtocol, HostDestination } from '../../../src/model/egress';
import type { Fields } from '../../../src/model/fields';

/** Whether a policy lets a call out, read as naively as can be. */
export function letOutByIntent({ destinations }: Pick<EgressModel, 'destinations'>, call: Call): boolean {
  return call.inside === true || destinations.some(destination => isMeant(destination, call)
    && destination.ports.some(({ port, protocol }) => port === call.port && SAID[protocol] === call.says.kind));
}

const SAID: Record<EgressProtocol, Call['says']['kind']> = { HTTP: 'http', TLS: 'tls', TCP: 'bytes', UDP: 'datagram', ServerFirst: 'bytes' };

const isMeant = byKind<EgressDestination, boolean, [Call]>({
  cidr: ({ cidr }: Fields<CidrDestination, 'cidr', 'kind' | 'ports'>, { ip }) => contains(cidr, ip),
  host: ({ host }: Fields<HostDestination, 'host', 'kind' | 'ports'>, { name }) => name !== undefined && hostHolds(host, name),
});

/** A wildcard holds for every name below. */
export function hostHolds(pattern: string, name: string): boolean {
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}
