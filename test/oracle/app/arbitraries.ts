import * as fc from 'fast-check';
import { EXPOSED, isExposed } from './policy-props';
import type { AppRequest, Inside } from './requests';
import { policiesOf } from './together';
import { type Conventions, HOME, inWorld, podPort, type Running, type World, worldOf } from './world';
import { routeOf, type WrittenApp, type WrittenGateway, type WrittenMutualTls, type WrittenOpening, type WrittenRouting } from './written';
import type { TargetDialects } from '../../../src/dialects/contract/target-dialects';
import type { AccessModel, Source } from '../../../src/model/access';
import type { MutualTlsMode, PortMode } from '../../../src/model/authentication';
import type { EgressModel } from '../../../src/model/egress';
import type { Every } from '../../../src/model/fields';
import { absent, total } from '../../total';
import { aim, anyPod, type ClientOptions, declaredPorts, podClient, probes, rule } from '../access/arbitraries';
import { asksLikeProbe, GRPC_HEALTH_CHECK } from '../access/intent';
import type { Client, PodPort, Request } from '../access/request';
import type { Says } from '../egress/call';
import { matches, pool } from '../routes/arbitraries/matches';
import { requestFromOutside, requestTo } from '../routes/arbitraries/requests';
import { writtenRoute } from '../routes/arbitraries/routes';
import type { Can } from '../routes/arbitraries/some';
import { some, sometimes } from '../routes/arbitraries/some';
import type { RouteRequest } from '../routes/request';
import type { Written, WrittenService } from '../routes/written';

/** What apps are generated for. */
export interface AppOptions extends ClientOptions {
  readonly dialects: TargetDialects;
  readonly known: Conventions['known'];
  readonly accounts: readonly Conventions['accounts'][];
  readonly gateway: GatewayOptions;
  /** Whether a rule of a policy is for all ports of its workload. */
  readonly wholeWorkloads: boolean;
}

/** The gateways of a target. */
export interface GatewayOptions extends Pick<WrittenGateway, 'className' | 'pods'> {
  /** Whether they are pods, or part of the network. */
  readonly arePods: boolean;
}

type Supports = Readonly<Record<string, { readonly level: string }>>;
const canIn = (supports: Supports) => (feature: string) => feature in supports && supports[feature].level !== 'none';
export const canAny = (supports: Supports) => Object.keys(supports).some(canIn(supports));

/** What a route does beside choosing where requests go; in half of the apps it does nothing else. */
const CHOICES = /Match|Weighted|Ordered|PerPort|MeshConsumer|ReferenceGrant|BackendPort|ServiceAsBackend|GRPCRoute|TCPRoute|TLSRoute/;

/** A canary, with shares in whole percent. */
function release(can: Can): fc.Arbitrary<WrittenRouting> {
  const service = (name: string, port: number, protocol: 'HTTP' | 'GRPC'): WrittenService => ({ name, ports: [{ port, protocol }] });
  return fc.record({
    port: fc.constantFrom(80, 8080),
    protocol: can('GRPCRoute') ? fc.constantFrom('HTTP' as const, 'HTTP' as const, 'GRPC' as const) : fc.constant('HTTP' as const),
    weight: fc.constantFrom(0, 0, 1, 10, 50, 100),
  }).chain(({ port, protocol, weight }) => sometimes(40, pool.chain(of => matches(can, protocol, of))).map(always => {
    const [called, stable, canary] = ['cart', 'cart-v1', 'cart-v2'].map(name => service(name, port, protocol));
    const one = { stable, canary, weight, ...(always && { matches: always }) };
    return { route: routeOf(one, { namespace: HOME, service: called }), release: one };
  }));
}

function routing(can: Can): fc.Arbitrary<WrittenRouting> {
  const plain: Can = feature => CHOICES.test(feature) && can(feature);
  const routes = (one: Can) => ({ weight: 1, arbitrary: writtenRoute(one).map(route => ({ route })) });
  return fc.oneof({ weight: 2, arbitrary: release(can) }, ...[plain, plain, can].map(routes));
}

type Stage = Pick<WrittenApp, 'conventions' | 'world' | 'routing'>;

/** A route and the cluster that it stands in. */
function staged(options: AppOptions): fc.Arbitrary<Stage> {
  const { supports } = options.dialects.routes;
  const can: Can = canIn(supports);
  return fc.record({
    written: canAny(supports) ? sometimes(85, routing(can)) : fc.constant(undefined),
    conventions: fc.record<Conventions>({
      known: fc.constant(options.known),
      accounts: fc.constantFrom(...options.accounts),
      selects: options.known !== 'registered name' ? fc.constantFrom('all', 'all', 'first') : fc.constant('all'),
      shift: fc.constantFrom(0, 1000),
    }),
  }).map(({ written, conventions }) => {
    const route = written && inWorld(written.route, conventions);
    return { conventions, world: worldOf(route, conventions), ...(written && { routing: dressed(written, route!) }) };
  });
}

/** A release names the Services that its route leads to. */
function dressed({ release: written }: WrittenRouting, route: Written): WrittenRouting {
  if (written === undefined) {
    return { route };
  }
  const [stable, canary] = route.rules[route.rules.length - 1].backends!.map(({ service }) => service);
  return { route, release: { ...written, stable, canary } };
}

/** The Service, as it is, or by the rules of its route. */
function exposure({ dialects, gateway }: AppOptions, { routing: written, world }: Stage): fc.Arbitrary<WrittenOpening | undefined> {
  const can = canIn(dialects.exposure.supports);
  const service = written?.route.service ?? world.services[0];
  const [port] = service.ports;
  const namespace = written?.route.namespace ?? HOME;
  const hosts = ['shop.example.com', ...(can('WildcardHostnames') ? ['*.example.com'] : [])];
  return !canAny(dialects.exposure.supports) || (port.protocol !== 'HTTP' && port.protocol !== 'GRPC') ? fc.constant(undefined) : sometimes(40, fc.record({
    by: fc.constantFrom(...(written === undefined ? ['service' as const] : ['service' as const, 'route' as const])),
    hostnames: fc.subarray(hosts),
  }).map(({ by, hostnames }) => ({
    by,
    rules: {
      namespace,
      handling: {},
      rules: [{ backends: [{ service }] }],
      ...(by === 'route' && written!.route),
      service: { ...service, ports: [port] },
      hostnames,
    },
    gateway: { ...gateway, client: gatewayClient(gateway, namespace) },
  })));
}

function gatewayClient({ pods, arePods }: GatewayOptions, namespace: string): Client {
  const { serviceAccount, namespace: home } = pods ?? { serviceAccount: 'gateway', namespace };
  return arePods ? podClient({ ip: '10.3.0.20', namespace: home, serviceAccount, meshed: true })
    : { kind: 'gateway', ip: '10.9.9.9', namespace: home, serviceAccount, meshed: false };
}

/** Policies that let in a gateway, too. */
function lettingIn({ client }: WrittenGateway, all: readonly AccessModel[]): AccessModel[] {
  const { namespace, serviceAccount } = client as { namespace: string; serviceAccount: string };
  const source: Source = { kind: 'gateway', name: EXPOSED, namespace, pods: { serviceAccount, namespace } };
  return all.map(one => ({
    ...one, rules: [...one.rules, { sources: [source], exceptSources: [], ports: one.destination.ports, requests: [] }],
  }));
}

/** Policies of some Services, at most one for each. */
function policies({ dialects, wholeWorkloads }: AppOptions, { services }: World): fc.Arbitrary<AccessModel[]> {
  const can = canIn(dialects.access.supports);
  const [called, ...others] = services;
  return !canAny(dialects.access.supports) ? fc.constant([]) : fc.tuple(
    sometimes(85, policy(can, called, wholeWorkloads)),
    fc.subarray(others, { maxLength: 2 }).chain(those => fc.tuple(...those.map(service => policy(can, service, wholeWorkloads)))),
  ).map(([first, rest]) => [...(first === undefined ? [] : [first]), ...rest]);
}

function policy(can: (feature: string) => boolean, service: Running, wholeWorkloads: boolean): fc.Arbitrary<AccessModel> {
  const { name, namespace, podSelector, serviceAccount, ports: own } = service;
  const ports = declaredPorts(can, { ports: own.map(podPort) });
  return total<AccessModel>({
    name: fc.constant(`${name}-access`),
    namespace: fc.constant(namespace),
    destination: fc.constant({ service: name, serviceAccount, podSelector, ports }),
    rules: ports.length === 0 ? fc.constant([]) : fc.array(rule(can, ports, { wholeWorkloads }), { maxLength: 3 }),
    healthProbes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: probes(can, ports) }),
    audit: can('Audit') ? sometimes(5, fc.constant(true)).map(audit => audit === true) : fc.constant(false),
  });
}

function mutualTls({ dialects }: AppOptions, { services }: World): fc.Arbitrary<WrittenMutualTls[]> {
  const can = canIn(dialects.authentication.supports);
  const features = { strict: 'StrictMutualTls', permissive: 'PermissiveMutualTls', disabled: 'DisabledMutualTls' } as const;
  const modes = (['strict', 'permissive', 'disabled'] as const).filter(mode => can(features[mode]));
  if (modes.length === 0) {
    return fc.constant([]);
  }
  return some<{ namespace: WrittenMutualTls; workload: WrittenMutualTls }>({
    namespace: can('NamespaceAuthentication') && [20, total<WrittenMutualTls>({
      namespace: fc.constant(HOME), workload: absent, mode: fc.constantFrom(...modes), ports: fc.constant([]),
    })],
    workload: can('WorkloadAuthentication') && [20, fc.constantFrom(...services).chain(({ namespace, name, ports }) => total<WrittenMutualTls>({
      namespace: fc.constant(namespace),
      workload: fc.constant(name),
      mode: fc.constantFrom(...modes),
      ports: can('PortAuthentication') ? fc.subarray(ports.map(podPort)).chain(those => portModes(those, modes)) : fc.constant([]),
    }))],
  }).map(all => Object.values(all));
}

/** Some ports of a workload, each with a mode of its own. */
function portModes(ports: readonly PodPort[], modes: readonly MutualTlsMode[]): fc.Arbitrary<PortMode[]> {
  return fc.tuple(...ports.map(({ port }) => total<PortMode>({
    port: fc.constant(port), number: absent, name: absent, mode: fc.constantFrom(...modes),
  })));
}

/** What is outside, and what is spoken there. */
const OUTSIDE: Readonly<Record<string, string>> = { 'api.example.com': '203.0.113.10', 'a.api.example.com': '203.0.113.20', 'pay.example.org': '198.51.100.7' };
const SPOKEN = { 80: 'HTTP', 443: 'TLS', 9000: 'TCP', 123: 'UDP' } as const;
const PORTS = [80, 443, 9000, 123] as const;

export function egressDestination(can: (feature: string) => boolean): fc.Arbitrary<EgressModel['destinations'][0]> {
  const ports = (...numbers: number[]) => fc.subarray(PORTS.filter(port => numbers.includes(port) && can(`Egress${SPOKEN[port]}`)), { minLength: 1 })
    .map(all => all.map(port => ({ port, protocol: SPOKEN[port] })));
  const host = (...hosts: string[]) => fc.record({ kind: fc.constant('host' as const), host: fc.constantFrom(...hosts), ports: ports(80, 443) });
  return fc.oneof(
    ...(can('EgressHost') ? [host(...Object.keys(OUTSIDE))] : []),
    ...(can('EgressWildcardHost') ? [host('*.example.com', '*.api.example.com')] : []),
    fc.record({
      kind: fc.constant('cidr' as const), cidr: fc.constantFrom('203.0.113.0/24', '198.51.100.7/32', '203.0.113.16/28'), ports: ports(...PORTS),
    }),
  );
}

/** Policies of the clients in one namespace, and of one workload there. */
function egress({ dialects }: AppOptions): fc.Arbitrary<WrittenApp['egress'][0][]> {
  const can = canIn(dialects.egress.supports);
  if (!canAny(dialects.egress.supports)) {
    return fc.constant([]);
  }
  const of = (workload?: string) => fc.array(egressDestination(can), { maxLength: 3 }).map((destinations): Every<WrittenApp['egress'][0]> => ({
    namespace: HOME,
    workload: workload === undefined ? undefined : { service: workload, podSelector: { app: workload } },
    destinations,
  }));
  return some<{ namespace: WrittenApp['egress'][0]; workload: WrittenApp['egress'][0] }>({
    namespace: can('NamespaceEgress') && [40, of()],
    workload: can('WorkloadEgress') && [25, of('web')],
  }).map(all => Object.values(all));
}

/** A call to the outside, by a name or by an address. */
function toOutside({ dialects, mesh }: AppOptions): fc.Arbitrary<AppRequest> {
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

/** Apps of all that a target can say. */
export function apps(options: AppOptions): fc.Arbitrary<WrittenApp> {
  const canLetIn = canIn(options.dialects.access.supports)('GatewaySource');
  return staged(options).chain(stage => fc.record({
    ...constants(stage),
    exposure: exposure(options, stage),
    letsIn: fc.constantFrom(true, true, true, false),
    policies: policies(options, stage.world),
    denying: fc.constantFrom(...(canAny(options.dialects.namespaceDefault.supports) ? [[], [], [HOME]] : [[]])),
    mutualTls: mutualTls(options, stage.world),
    egress: egress(options),
    declared: fc.boolean(),
    order: fc.array(fc.nat(), { minLength: 16, maxLength: 16 }),
  })).map(({ letsIn, exposure: exposed, ...app }) => exposed === undefined ? app : {
    ...app, exposure: exposed, ...(letsIn && canLetIn && { policies: lettingIn(exposed.gateway, app.policies) }),
  });
}

function constants({ conventions, world, routing: written }: Stage) {
  return { conventions: fc.constant(conventions), world: fc.constant(world), ...(written && { routing: fc.constant(written) }) };
}

/** Requests to the Services of an app, near what its routes and policies speak of. */
export function requests(app: WrittenApp, options: AppOptions): fc.Arbitrary<AppRequest> {
  return fc.oneof(
    { weight: 6, arbitrary: toServices(app, options) },
    ...(app.exposure === undefined ? [] : [{ weight: 3, arbitrary: fromOutside(app.exposure) }]),
    ...(healthChecks(app).map(arrived => ({ weight: 1, arbitrary: fc.constant<AppRequest>({ kind: 'health check', arrived }) }))),
    ...(app.egress.length === 0 ? [] : [{ weight: 2, arbitrary: toOutside(options) }]),
  );
}

/** Those that all policies of a pod speak of. */
function healthChecks(app: WrittenApp): Request[] {
  return app.world.pods.flatMap(pod => policiesOf(app, pod).flatMap(({ healthProbes }) => healthProbes.map(({ kind, path, port }): Request => ({
    client: { kind: 'kubelet', ip: '10.9.0.1', meshed: false },
    pod,
    port: Number(port),
    ...(kind === 'grpc' ? { method: 'POST', path: GRPC_HEALTH_CHECK } : { method: 'GET', path: path! }),
    headers: {},
    query: {},
  })))).filter(one => one.pod.ports.some(({ port }) => port === one.port) && policiesOf(app, one.pod).every(other => asksLikeProbe(other, one)));
}

function fromOutside({ rules }: WrittenOpening): fc.Arbitrary<AppRequest> {
  return requestFromOutside(rules).map(request => ({ kind: 'from outside', request: { ...request, client: { namespace: rules.namespace } } }));
}

function toServices(app: WrittenApp, options: ClientOptions): fc.Arbitrary<AppRequest> {
  const { services } = app.world;
  const [called, ...others] = services;
  const route = app.routing?.route ?? { namespace: called.namespace, service: called, rules: [], handling: {} };
  const toOthers = fc.constantFrom(...others).chain(service => requestTo({ namespace: service.namespace, service, rules: [], handling: {} }));
  return fc.record({
    request: fc.oneof({ weight: 4, arbitrary: requestTo(route) }, { weight: 1, arbitrary: toOthers }),
    client: anyPod(options),
  }).chain(({ request, client }) => {
    const own = app.policies.filter(({ namespace, destination }) => request.to.namespace === namespace && destination.service === request.to.service)
      .map(one => ({ ...one, rules: one.rules.filter(({ sources }) => !sources.some(isExposed)) }));
    return fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: aim(own, { ...options, detours: false }) })
      .map((aimed): AppRequest => ({ kind: 'inside', ...nearer(request, client, aimed) }));
  });
}

/** A request, with what of it meets a policy. */
function nearer(request: RouteRequest, client: Client, aimed: Partial<Request>): Omit<Inside, 'kind'> {
  const who = aimed.client?.kind === 'pod' && aimed.client.trustDomain === undefined ? aimed.client : client;
  const grpc = request.protocol === 'GRPC';
  const path = aimed.path === undefined || (grpc && !/^\/[^/]+\/[^/]+$/.test(aimed.path)) ? request.path : aimed.path;
  return {
    client: who,
    request: {
      ...request,
      client: { namespace: who.namespace! },
      ...(!grpc && aimed.method !== undefined && { method: aimed.method }),
      path,
      headers: { ...request.headers, ...aimed.headers },
    },
  };
}
