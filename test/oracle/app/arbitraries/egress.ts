import * as fc from 'fast-check';
import { type AppOptions, canAny, canIn } from './options';
import { isWithin } from '../../../../src/model/cidr';
import type { CidrDestination, EgressModel, EgressPort, HostDestination } from '../../../../src/model/egress';
import type { Every } from '../../../../src/model/fields';
import { total } from '../../../total';
import { anyPod, podClient } from '../../access/arbitraries';
import type { Says } from '../../egress/call';
import { some } from '../../routes/arbitraries/some';
import type { AppRequest } from '../requests';
import { HOME } from '../world';
import type { WrittenApp } from '../written';

/** What is outside, and what is spoken there. */
const OUTSIDE: Readonly<Record<string, string>> = { 'api.example.com': '203.0.113.10', 'a.api.example.com': '203.0.113.20', 'pay.example.org': '198.51.100.7' };
const SPOKEN = { 80: 'HTTP', 443: 'TLS', 9000: 'TCP', 123: 'UDP' } as const;
const PORTS = [80, 443, 9000, 123] as const;

export function egressDestination(can: (feature: string) => boolean): fc.Arbitrary<EgressModel['destinations'][0]> {
  const ports = (...numbers: number[]) => fc.subarray(PORTS.filter(port => numbers.includes(port) && can(`Egress${SPOKEN[port]}`)), { minLength: 1 })
    .map(all => all.map(port => ({ port, protocol: SPOKEN[port] })));
  const anyPort = can('EgressAnyPort') ? fc.constantFrom(undefined, undefined, true as const) : fc.constant(undefined);
  const handling = requestHandling(can);
  const host = (...hosts: string[]) => total<HostDestination>({
    kind: fc.constant('host'),
    host: fc.constantFrom(...hosts),
    ports: fc.tuple(ports(80, 443), handling).map(([all, more]) => all.map(port => port.protocol === 'HTTP' ? { ...port, ...more } : port)),
    anyPort,
  });
  return fc.oneof(
    ...(can('EgressHost') ? [host(...Object.keys(OUTSIDE))] : []),
    ...(can('EgressWildcardHost') ? [host('*.example.com', '*.api.example.com')] : []),
    total<CidrDestination>({
      kind: fc.constant('cidr'),
      cidr: fc.constantFrom('203.0.113.0/24', '198.51.100.7/32', '203.0.113.16/28'),
      ports: ports(...PORTS),
      anyPort,
      except: can('EgressExcept') ? fc.constantFrom(undefined, ['203.0.113.20/32'], ['203.0.113.10/32', '203.0.113.64/26']) : fc.constant(undefined),
    }).map(block => ({ ...block, except: block.except?.every(part => isWithin(part, block.cidr)) ? block.except : undefined })),
  ).map(destination => destination.anyPort ? { ...destination, ports: [] } : destination);
}

/** The same for every host, so that policies on one host seldom contradict each other. */
function requestHandling(can: (feature: string) => boolean): fc.Arbitrary<Pick<EgressPort, 'timeouts' | 'retries' | 'tls'>> {
  const retries = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };
  return fc.constantFrom<Pick<EgressPort, 'timeouts' | 'retries' | 'tls'>>(
    {}, {}, {},
    ...(can('EgressTimeouts') ? [{ timeouts: { request: 2000 } }] : []),
    ...(can('EgressRetries') ? [{ retries }] : []),
    ...(can('EgressTLSOrigination') ? [{ tls: { port: 443 } }, { tls: { port: 443, caConfigMap: 'corp' } }] : []),
  );
}

/** Policies of the clients in one namespace, and of one workload there. */
export function egress({ dialects }: AppOptions): fc.Arbitrary<WrittenApp['egress'][0][]> {
  const can = canIn(dialects.egress.supports);
  if (!canAny(dialects.egress.supports)) {
    return fc.constant([]);
  }
  const of = (workload?: string) => fc.array(egressDestination(can), { maxLength: 3 }).map((destinations): Every<WrittenApp['egress'][0]> => ({
    namespace: HOME,
    workload: workload === undefined ? undefined : { service: workload, podSelector: { app: workload } },
    destinations,
    inside: undefined,
  }));
  return some<{ namespace: WrittenApp['egress'][0]; workload: WrittenApp['egress'][0] }>({
    namespace: can('NamespaceEgress') && [40, of()],
    workload: can('WorkloadEgress') && [25, of('web')],
  }).map(all => Object.values(all));
}

/** A call to the outside, by a name or by an address. */
export function toOutside({ dialects, mesh }: AppOptions): fc.Arbitrary<AppRequest> {
  const ports = PORTS.filter(port => canIn(dialects.egress.supports)(`Egress${SPOKEN[port]}`));
  return fc.record({
    client: anyPod({ mesh }).map(one => ({ ...podClient({ ...one, namespace: HOME }), meshed: true })),
    host: fc.constantFrom(...Object.keys(OUTSIDE)),
    port: fc.constantFrom(...ports),
    named: fc.constantFrom(true, true, false),
  }).map(({ client, host, port, named }) => ({
    kind: 'to outside',
    client,
    call: { ip: OUTSIDE[host], port, ...(named && { name: host }), says: says(SPOKEN[port], named ? host : undefined, OUTSIDE[host]) },
  }));
}

function says(protocol: typeof SPOKEN[80 | 443 | 9000 | 123], name: string | undefined, ip: string): Says {
  switch (protocol) {
    case 'HTTP': return { kind: 'http', host: name ?? ip };
    case 'TLS': return { kind: 'tls', ...(name !== undefined && { serverName: name }) };
    case 'TCP': return { kind: 'bytes' };
    case 'UDP': return { kind: 'datagram' };
  }
}
