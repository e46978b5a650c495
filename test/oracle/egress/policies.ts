import * as fc from 'fast-check';
import type { Call } from './call';
import type { EgressModel, EgressPort, HostDestination, InsideDestination, ServiceDestination } from '../../../src/model/egress';
import { ANY_REQUEST } from '../../../src/model/match';
import { absent, total } from '../../total';
import { denials, destinationsOutside, egressDestination, insideDestination, OUTSIDE, says, SENT, SPOKEN } from '../app/arbitraries/egress';

type Can = (feature: string) => boolean;

const PODS: readonly Readonly<Record<string, string>>[] = [{ app: 'cart' }, { app: 'checkout' }, { app: 'checkout', version: 'v1' }];
const NAMESPACES = ['shop', 'ops'];

/** A policy of a namespace, or of a workload there. */
export function policy(can: Can): fc.Arbitrary<EgressModel> {
  return can('EgressGateway') ? byGateway(can) : byItself(can);
}

/** Most of what a gateway does not do is left out. */
function byGateway(can: Can): fc.Arbitrary<EgressModel> {
  const requests = fc.constantFrom<EgressPort['requests']>(
    undefined, undefined, [{ ...ANY_REQUEST, methods: ['GET', 'HEAD'] }],
    [{ ...ANY_REQUEST, path: { type: 'exact', value: '/v1/a' } }, { ...ANY_REQUEST, methods: ['POST'] }],
    [{ ...ANY_REQUEST, path: { type: 'prefix', value: '/v1' } }]);
  const port = total<EgressPort>({
    port: fc.constantFrom(80, 80, 80, 443),
    endPort: absent,
    protocol: fc.constant('HTTP'),
    requests,
    timeouts: fc.constantFrom(undefined, { request: 2000 }),
    retries: absent,
    tls: fc.constantFrom(undefined, { port: 443 }),
  });
  const host = total<HostDestination>({
    kind: fc.constant('host'), host: fc.constantFrom(...Object.keys(OUTSIDE)), ports: fc.array(port, { minLength: 1, maxLength: 1 }), anyPort: absent,
  });
  const hosts = fc.uniqueArray(host, { minLength: 1, maxLength: 3, selector: one => one.host });
  const account = fc.constantFrom('cart', 'cart', 'cart', 'cart', undefined);
  const blocks = fc.array(egressDestination(can).filter(({ kind }) => kind === 'cidr'), { minLength: 1, maxLength: 2 });
  return fc.record({ model: byItself(can), hosts, blocks, account }).map(({ model, hosts: named, blocks: addresses, account: serviceAccount }) => ({
    ...model,
    workload: { service: 'cart', serviceAccount, podSelector: { app: 'cart' } },
    destinations: [...named, ...addresses],
    denials: model.denials?.filter(({ kind }) => kind === 'cidr'),
    gateway: { name: 'egress', namespace: 'infra' },
  }));
}

function byItself(can: Can): fc.Arbitrary<EgressModel> {
  const workload = { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' } };
  return total<EgressModel>({
    name: fc.constant('cart-egress'),
    namespace: fc.constant('shop'),
    workload: fc.constantFrom(...can('NamespaceEgress') ? [undefined] : [], ...can('WorkloadEgress') ? [workload] : []),
    destinations: destinationsOutside(can, true),
    inside: can('ClosedCluster') ? fc.option(fc.array(called(can), { maxLength: 3 }), { nil: undefined, freq: 2 }) : absent,
    denials: can('EgressDenial') ? fc.option(denials(can), { nil: undefined, freq: 2 }) : absent,
    gateway: absent,
  });
}

function called(can: Can): fc.Arbitrary<InsideDestination> {
  const service = total<ServiceDestination>({
    kind: fc.constant('service'),
    service: fc.constant('called'),
    namespace: fc.constantFrom(...NAMESPACES),
    podSelector: fc.constantFrom(...PODS),
    subset: absent,
    ports: fc.subarray([{ port: 80, protocol: 'HTTP' as const }, { port: 53, protocol: 'UDP' as const }, { port: 'sql', protocol: 'TCP' as const }], { minLength: 1 }),
  });
  return fc.oneof(service, insideDestination(can, PODS, NAMESPACES));
}

/** Calls of the pods of a policy most of the time, to the outside and to what there is in the cluster. */
export function calls(can: Can): fc.Arbitrary<Call> {
  return fc.record({
    from: fc.constantFrom(...['cart', 'cart', 'cart', 'other'].map(app => ({ namespace: 'shop', labels: { app }, serviceAccount: app })),
      { namespace: 'ops', labels: { app: 'cart' }, serviceAccount: 'cart' }),
    to: fc.oneof({ arbitrary: toOutside(can), weight: 2 }, toInside(can)),
  }).map(({ from, to }) => ({ ...from, ...to }));
}

type To = Omit<Call, 'namespace' | 'labels' | 'serviceAccount'>;

const MORE_HOSTS = ['example.com', 'b.a.api.example.com', 'evil.example.net'];
const MORE_ADDRESSES = ['203.0.113.70', '203.0.113.129', '192.0.2.1'];
const ODD_PATHS = ['/v1/../admin', '/v1/%2e%2e/admin', '/v1/./a'];

/** A host may have any address. What is spoken is what the port usually speaks, or something else. */
function toOutside(can: Can): fc.Arbitrary<To> {
  const sent = fc.oneof({ arbitrary: SENT, weight: 4 }, fc.tuple(SENT, fc.constantFrom(...ODD_PATHS)).map(([one, path]) => ({ ...one, path })));
  const usual = fc.constantFrom(...Object.entries(SPOKEN).map(([port, protocol]) => ({ port: Number(port), protocol })));
  return fc.record({
    host: fc.option(fc.constantFrom(...Object.keys(OUTSIDE), ...Object.keys(OUTSIDE), ...MORE_HOSTS), { nil: undefined }),
    ip: fc.constantFrom(...Object.values(OUTSIDE), ...MORE_ADDRESSES),
    port: fc.oneof({ arbitrary: usual, weight: 4 },
      fc.record({ port: fc.constantFrom(80, 443, 9000, 9001, 150, 22), protocol: fc.constantFrom(...Object.values(SPOKEN)) })),
    echoes: fc.constantFrom(can('EgressPing'), false, false, false),
    sent,
  }).map(({ host, ip, port: { port, protocol }, echoes, sent: request }): To => ({
    ...host !== undefined && { name: host }, ip, port, says: echoes ? { kind: 'echo' } : says(protocol, host, ip, request),
  })).filter(({ says: { kind } }) => kind !== 'datagram' || can('EgressUDP'));
}

const TEAMS: Readonly<Record<string, Readonly<Record<string, string>>>> = { shop: { team: 'shop' }, ops: { team: 'ops' } };

function toInside(can: Can): fc.Arbitrary<To> {
  const pod = fc.record({
    namespace: fc.constantFrom(...NAMESPACES, 'kube-system'),
    labels: fc.constantFrom(...PODS),
    cluster: can('EgressOtherCluster') ? fc.constantFrom(undefined, undefined, 'west') : absent,
  }).map(one => ({ ...one, namespaceLabels: TEAMS[one.namespace] ?? {}, ports: { sql: 5432 } }));
  const dns = fc.constant({ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, cluster: undefined, namespaceLabels: {}, ports: {} });
  const party: fc.Arbitrary<Pick<Call, 'pod' | 'to'>> = fc.oneof(
    { arbitrary: pod.map(one => ({ pod: one })), weight: 6 },
    { arbitrary: dns.map(one => ({ pod: one })), weight: 1 },
    // To the others, what is no pod is outside.
    ...can('EgressNodes') ? [{ arbitrary: fc.constantFrom('apiServer' as const, 'node' as const, 'ownNode' as const).map(to => ({ to })), weight: 2 }] : [],
  );
  const kinds = ['bytes', 'bytes', 'datagram', ...can('EgressPing') ? ['echo'] as const : []] as const;
  return fc.record({ party, port: fc.constantFrom(80, 53, 123, 5432, 8080, 8500, 9000), kind: fc.constantFrom(...kinds) })
    .map(({ party: one, port, kind }) => ({ ...one, ip: '10.1.0.5', port, says: { kind }, inside: true }));
}
