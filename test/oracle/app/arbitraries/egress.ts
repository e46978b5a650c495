import * as fc from 'fast-check';
import { type AppOptions, canAny, canIn } from './options';
import { isWithin } from '../../../../src/model/cidr';
import type {
  AnyPodDestination, ApiServerDestination, CidrDestination, EgressModel, EgressPort, HostDestination, InsideDestination, NamespaceDestination,
  NamespaceLabelsDestination, NodesDestination, OwnNodeDestination, PodsDestination, ServiceDestination,
} from '../../../../src/model/egress';
import type { RequestFeature } from '../../../../src/model/features/requests';
import type { RequestMatch } from '../../../../src/model/match';
import { ANY_REQUEST } from '../../../../src/model/match';
import { absent, total } from '../../../total';
import { anyPod, podClient } from '../../access/arbitraries';
import type { Sent } from '../../access/intent';
import type { Says } from '../../egress/call';
import { some } from '../../routes/arbitraries/some';
import type { AppRequest } from '../requests';
import { HOME, podPort, type World } from '../world';
import type { WrittenApp } from '../written';

/** What is outside, and what is usually spoken there. */
export const OUTSIDE: Readonly<Record<string, string>> = { 'api.example.com': '203.0.113.10', 'a.api.example.com': '203.0.113.20', 'pay.example.org': '198.51.100.7' };
export const SPOKEN = { 80: 'HTTP', 443: 'TLS', 9000: 'TCP', 3306: 'ServerFirst', 123: 'UDP' } as const;
const PORTS = [80, 443, 9000, 3306, 123] as const;
const PROTOCOLS = Object.values(SPOKEN);
const RANGES: Readonly<Partial<Record<EgressPort['protocol'], EgressPort>>> = {
  TCP: { port: 8192, endPort: 9999, protocol: 'TCP' }, UDP: { port: 100, endPort: 200, protocol: 'UDP' },
};

/** @param odd - whether ports may speak something else than they usually do */
export function egressDestination(can: (feature: string) => boolean, odd = false): fc.Arbitrary<EgressModel['destinations'][0]> {
  const protocols = PROTOCOLS.filter(protocol => can(`Egress${protocol}`));
  const other = odd ? fc.option(fc.constantFrom(...protocols), { nil: undefined, freq: 2 }) : absent;
  const ports = (...numbers: number[]) => fc.tuple(
    fc.subarray(PORTS.filter(port => numbers.includes(port) && can(`Egress${SPOKEN[port]}`)), { minLength: 1 }), other,
  ).map(([all, protocol]) => all.map((port, i) => ({ port, protocol: i === 0 && protocol !== undefined ? protocol : SPOKEN[port] })));
  const range = can('EgressPortRange') ? fc.constantFrom(true, false, false) : fc.constant(false);
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
      cidr: fc.constantFrom('203.0.113.0/24', '198.51.100.7/32', '203.0.113.16/28', '203.0.113.0/27'),
      ports: fc.tuple(ports(...PORTS), range).map(([all, isRange]) => all.map(port => isRange ? RANGES[port.protocol] ?? port : port)),
      anyPort,
      ping: can('EgressPing') ? fc.constantFrom(true as const, undefined, undefined) : absent,
      except: can('EgressExcept') ? fc.constantFrom(undefined, ['203.0.113.20/32'], ['203.0.113.10/32', '203.0.113.64/26']) : fc.constant(undefined),
    }).map(block => ({ ...block, except: block.except?.every(part => isWithin(part, block.cidr)) ? block.except : undefined })),
  ).map(destination => destination.anyPort ? { ...destination, ports: [], ...destination.kind === 'cidr' && { ping: undefined } } : destination);
}

/** Some, or everything. */
export function destinationsOutside(can: (feature: string) => boolean, odd = false): fc.Arbitrary<EgressModel['destinations']> {
  const everything: EgressModel['destinations'] = [{ kind: 'outside', ports: [], anyPort: true }];
  return fc.oneof(
    { arbitrary: fc.array(egressDestination(can, odd), { minLength: 1, maxLength: 3 }), weight: 8 },
    { arbitrary: fc.constantFrom([], ...can('EgressOutside') ? [everything] : []), weight: 2 },
  );
}

/** Requests that are let out, by what a target has to tell apart. */
const REQUESTS: readonly (readonly [RequestFeature, Partial<RequestMatch>])[] = [
  ['MethodMatching', { methods: ['GET', 'HEAD'] }],
  ['PathMatching', { path: { type: 'exact', value: '/v1' } }],
  ['PathMatching', { path: { type: 'prefix', value: '/v1' }, methods: ['POST'] }],
  ['PathBelowMatching', { path: { type: 'below', value: '/v1' } }],
  ['PathStartMatching', { path: { type: 'start', value: '/v1' } }],
  ['PathEndMatching', { path: { type: 'end', value: '.json' } }],
  ['PathTemplateMatching', { path: { type: 'template', value: '/v1/{*}' } }],
  ['PathTemplateMatching', { path: { type: 'template', value: '/{**}/b' } }],
  ['PathRegexMatching', { path: { type: 'regex', value: '/v[0-9]+' } }],
  ['HeaderMatching', { headers: [{ name: 'x-key', type: 'exact', value: '7' }] }],
  ['HeaderPresenceMatching', { headers: [{ name: 'x-key', type: 'present', value: '' }] }],
  ['HeaderRegexMatching', { headers: [{ name: 'x-key', type: 'regex', value: '7+' }] }],
  ['HeaderPartMatching', { headers: [{ name: 'x-key', type: 'start', value: '7' }] }],
  ['QueryParamMatching', { query: [{ name: 'q', type: 'exact', value: '7' }] }],
];

export const SENT: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE'),
  path: fc.constantFrom('/', '/v1', '/v1/', '/v1/a', '/v1/a.json', '/v12', '/v1/a/b', '/V1'),
  headers: fc.constantFrom<Sent['headers']>({}, {}, { 'x-key': '7' }, { 'x-key': '77' }, { 'x-key': '8' }),
  query: fc.constantFrom<Sent['query']>({}, {}, { q: '7' }, { q: '8' }),
});

/** The same for every host, so that policies on one host seldom contradict each other. */
function requestHandling(can: (feature: string) => boolean): fc.Arbitrary<Pick<EgressPort, 'requests' | 'timeouts' | 'retries' | 'tls'>> {
  const retries = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };
  return fc.constantFrom<Pick<EgressPort, 'requests' | 'timeouts' | 'retries' | 'tls'>>(
    {}, {}, {},
    ...REQUESTS.filter(([feature]) => can(feature)).map(([, match]) => ({ requests: [{ ...ANY_REQUEST, ...match }] })),
    ...(can('EgressTimeouts') ? [{ timeouts: { request: 2000 } }] : []),
    ...(can('EgressRetries') ? [{ retries }] : []),
    ...(can('EgressTLSOrigination') ? [{ tls: { port: 443 } }, { tls: { port: 443, caConfigMap: 'corp' } }] : []),
  );
}

/** Policies of the clients in one namespace, and of one workload there, or some of its pods. */
export function egress({ dialects }: AppOptions, world: World): fc.Arbitrary<WrittenApp['egress'][0][]> {
  const can = canIn(dialects.egress.supports);
  if (!canAny(dialects.egress.supports)) {
    return fc.constant([]);
  }
  const of = (...workloads: WrittenApp['egress'][0]['workload'][]) => total<WrittenApp['egress'][0]>({
    namespace: fc.constant(HOME),
    workload: fc.constantFrom(...workloads),
    destinations: destinationsOutside(can),
    denials: can('EgressDenial') ? fc.oneof(absent, absent, denials(can)) : absent,
    // Only one target has it, with an option that apps do not have; `test/oracle/egress` asks about it.
    gateway: absent,
    inside: can('ClosedCluster') ? fc.option(can('EgressService') ? inside(world, can) : fc.constant([]), { nil: undefined }) : fc.constant(undefined),
  });
  const web = { service: 'web', serviceAccount: 'web', podSelector: { app: 'web' } };
  const canaries = { service: 'web', podSelector: { app: 'web', track: 'canary' }, subset: { track: 'canary' } };
  return some<{ namespace: WrittenApp['egress'][0]; workload: WrittenApp['egress'][0] }>({
    namespace: can('NamespaceEgress') && [40, of(undefined)],
    workload: can('WorkloadEgress') && [25, can('SubsetEgress') ? of(web, web, canaries) : of(web)],
  }).map(all => Object.values(all));
}

/** Blocks, and what there is in the cluster where the target can keep calls to it in. */
export function denials(can: (feature: string) => boolean): fc.Arbitrary<NonNullable<EgressModel['denials']>> {
  const blocks = egressDestination(can).filter((one): one is CidrDestination => one.kind === 'cidr')
    .map(({ ports, ...block }) =>
      ({ ...block, ports: ports.map(({ port, endPort, protocol }) => ({ port, ...(endPort && { endPort }), protocol })) }));
  const pods = () => insideDestination(can, [{ app: 'cart' }, { app: 'checkout' }, { app: 'basket' }], [HOME, 'ops']);
  return fc.array(can('EgressPods') ? fc.oneof(blocks, pods()) : blocks, { minLength: 1, maxLength: 2 });
}

/** What a policy lets its pods call in the cluster: Services, on some of their ports, and sometimes something else. */
function inside(world: Pick<World, 'services'>, can: (feature: string) => boolean): fc.Arbitrary<NonNullable<EgressModel['inside']>> {
  const { services } = world;
  const others = insideDestination(can, services.map(({ podSelector }) => podSelector), [...new Set(services.map(({ namespace }) => namespace))]);
  return fc.tuple(calledServices(world), fc.array(others, { maxLength: 1 })).map(parts => parts.flat());
}

/** What is no Service, on ports, ranges of them, or all. */
export function insideDestination(
  can: (feature: string) => boolean, labels: readonly Readonly<Record<string, string>>[], namespaces: readonly string[],
): fc.Arbitrary<Exclude<InsideDestination, ServiceDestination>> {
  const named = fc.subarray<EgressPort>([{ port: 8080, protocol: 'HTTP' }, { port: 5432, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }], { minLength: 1 });
  const ranges = fc.subarray<EgressPort>([{ port: 8000, endPort: 9000, protocol: 'TCP' }, { port: 100, endPort: 200, protocol: 'UDP' }], { minLength: 1 });
  const any = { ports: [], anyPort: true as const };
  const at = fc.oneof(named.map(ports => ({ ports })), ...can('EgressPortRange') ? [ranges.map(ports => ({ ports }))] : [],
    ...can('EgressPing') ? [named.map(ports => ({ ports, ping: true as const })), fc.constant({ ports: [], ping: true as const })] : [],
    ...can('EgressAnyPort') ? [fc.constant(any)] : []);
  const ports: fc.Arbitrary<readonly EgressPort[]> = fc.constant([]);
  const teams = fc.constantFrom<Record<string, string>>({ team: 'ops' }, { 'kubernetes.io/metadata.name': namespaces[0] });
  const [anyPort, ping] = [absent, absent];
  const cluster = can('EgressOtherCluster') ? fc.option(fc.constant('west'), { nil: undefined, freq: 2 }) : absent;
  const called = <To extends InsideDestination>(feature: string, to: fc.Arbitrary<To>) => can(feature) ? [to] : [];
  return fc.tuple(fc.oneof<fc.Arbitrary<Exclude<InsideDestination, ServiceDestination>>[]>(
    ...called('EgressPods', total<PodsDestination>({
      kind: fc.constant('pods'), labels: fc.constantFrom(...labels), namespace: fc.constantFrom(...namespaces), namespaceLabels: absent, cluster, ports, anyPort, ping,
    })),
    ...called('EgressPods', total<PodsDestination>({
      kind: fc.constant('pods'), labels: fc.constantFrom(...labels), namespace: absent, namespaceLabels: fc.oneof(teams, fc.constant({})), cluster, ports, anyPort, ping,
    })),
    ...called('EgressNamespace', total<NamespaceDestination>({ kind: fc.constant('namespace'), name: fc.constantFrom(...namespaces), ports, anyPort, ping })),
    ...called('EgressNamespaceLabels', total<NamespaceLabelsDestination>({ kind: fc.constant('namespaceLabels'), labels: teams, ports, anyPort, ping })),
    ...called('EgressAnyPod', total<AnyPodDestination>({ kind: fc.constant('anyPod'), ports, anyPort, ping })),
    ...called('EgressApiServer', total<ApiServerDestination>({ kind: fc.constant('apiServer'), ports, anyPort, ping })),
    ...called('EgressOwnNode', total<OwnNodeDestination>({ kind: fc.constant('ownNode'), ports, anyPort, ping })),
    ...called('EgressNodes', total<NodesDestination>({ kind: fc.constant('nodes'), ports, anyPort, ping })),
  ), at).map(([to, on]) => ({ ...to, ...on }));
}

/** Services that a policy lets its pods call, on some of their ports. */
function calledServices({ services }: Pick<World, 'services'>): fc.Arbitrary<ServiceDestination[]> {
  const selecting = services.filter(({ form }) => form === 'address with selector' || form === 'headless');
  const those = fc.subarray(selecting, { maxLength: Math.min(3, selecting.length) });
  return those.chain(chosen => fc.tuple(...chosen.map(({ name, namespace, podSelector, ports }) => total<ServiceDestination>({
    kind: fc.constant('service'),
    service: fc.constant(name),
    namespace: fc.constant(namespace),
    podSelector: fc.constant(podSelector),
    subset: absent,
    ports: fc.subarray(ports.map(podPort), { minLength: 1 }),
  }))));
}

/** A call to the outside, by a name or by an address. */
export function toOutside({ dialects, mesh }: AppOptions): fc.Arbitrary<AppRequest> {
  const ports = PORTS.filter(port => canIn(dialects.egress.supports)(`Egress${SPOKEN[port]}`));
  return fc.record({
    client: anyPod({ mesh }).map(one => ({ ...podClient({ ...one, namespace: HOME }), meshed: true })),
    host: fc.constantFrom(...Object.keys(OUTSIDE)),
    port: fc.constantFrom(...ports),
    named: fc.constantFrom(true, true, false),
    sent: SENT,
  }).map(({ client, host, port, named, sent }) => ({
    kind: 'to outside',
    client,
    call: { ip: OUTSIDE[host], port, ...(named && { name: host }), says: says(SPOKEN[port], named ? host : undefined, OUTSIDE[host], sent) },
  }));
}

/** As a client speaks that means no harm. */
export function says(protocol: EgressPort['protocol'], name: string | undefined, ip: string, request: Sent): Says {
  switch (protocol) {
    case 'HTTP': return { kind: 'http', host: name ?? ip, request };
    case 'TLS': return { kind: 'tls', ...(name !== undefined && { serverName: name }) };
    case 'TCP': case 'ServerFirst': return { kind: 'bytes' };
    case 'UDP': return { kind: 'datagram' };
  }
}
