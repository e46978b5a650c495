import { ApiObject, App, Chart, Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { denialProps, edgeProps, grantProps, policyProps, request } from './policy-props';
import { kubeService, kubeWorkload, TOLD } from './services';
import { HOME, podPort, serviceIn, type World } from './world';
import {
  ASIDE, type ReleaseKind, SHARED, type WrittenApp, type WrittenGateway, type WrittenListener, type WrittenMutualTls, type WrittenOpening,
  type WrittenParent, type WrittenRelease, type WrittenRouting,
} from './written';
import type { EgressHttpOptions, MeshTarget, MutualTlsMode, OwnGatewayOptions, ServiceRouting, SharedGatewayOptions } from '../../../src';
import {
  AbTest, AccessGrant, BlueGreen, BlueGreenRelease, CanaryRelease, EgressDestination, EgressPolicy, EgressPort, Exposure, ExposureGateway,
  ExternalBackend, GatewayAccessPolicy, GatewayListener, GatewayNamespaces, JwtAuthentication, MeshService, MeshTargets, MutualTls,
  NamespaceAccessDefault, ServiceAccessDenial, ServiceAccessPolicy, SharedGateway, SharedListenerSet,
} from '../../../src';
import type { AccessModel } from '../../../src/model/access';
import { byKind } from '../../../src/model/by-kind';
import type {
  AnyPodDestination, ApiServerDestination, CidrDestination, EgressModel, EgressPort as EgressPortModel, EgressWorkload, HostDestination,
  InsideDestination, NamespaceDestination, NamespaceLabelsDestination, NodesDestination, OwnNodeDestination, PodsDestination, ServiceDestination,
} from '../../../src/model/egress';
import type { Fields } from '../../../src/model/fields';
import { ISSUERS } from '../access/arbitraries';
import type { Knowing, WrittenService } from '../routes/written';
import { meshService, requestMatch, routeRule, serviceRoute } from '../routes/written';

export interface Built {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly manifests: readonly any[];
}

/** The app with its constructs, for one target, and what its synth says. */
export function build(target: MeshTarget, written: WrittenApp): Built {
  const app = new App();
  MeshTargets.of(app).add(target);
  const warnings: string[] = [];
  const warn = console.warn;
  console.warn = (text: string) => warnings.push(text);
  try {
    const { conventions: { workloads, telling }, world, order } = written;
    const chartOf = (namespace: string) => chartIn(app, namespace);
    const running = () => world.pods.forEach(pod => kubeWorkload(chartOf(pod.namespace), pod));
    if (workloads === 'first') running();
    const objects = new Map(telling !== 'read' ? [] : world.services.map(one => [one, kubeService(chartOf(one.namespace), one)]));
    const known: Knowing = one => {
      if (one.groupKind?.kind === 'XBackend') return hostOutside(chartOf(one.namespace!), one);
      if (one.groupKind !== undefined) return meshService(one);
      const service = serviceIn(world, one.namespace!, one.name);
      return ofPods(TOLD[telling](service, objects.get(service)), one.subset);
    };
    const makers = constructs(written, known);
    [...makers.keys()].sort((a, b) => order[a] - order[b]).forEach(i => makers[i].make(chartOf(makers[i].namespace)));
    if (workloads === 'last') running();
    const errors = app.node.findAll().flatMap(({ node }) => node.validate());
    // What grants make of a policy is there when errors were asked for.
    const rendered = errors.length > 0 ? [] : app.node.findAll().filter((one): one is ApiObject => one instanceof ApiObject);
    return { errors, warnings, manifests: rendered.map(one => one.toJson()) };
  } finally {
    console.warn = warn;
  }
}

/** Each is one construct, whichever rules lead there. */
function hostOutside(chart: Chart, { name, ports: [{ port }] }: WrittenService): MeshService {
  const made = chart.node.tryFindChild(`host-${name}`) as ExternalBackend | undefined;
  return (made ?? new ExternalBackend(chart, `host-${name}`, { hostname: `${name}.example.com`, port, metadata: { name } })).service;
}

function chartIn({ node }: IConstruct, namespace: string): Chart {
  return node.root.node.tryFindChild(namespace) as Chart | undefined ?? new Chart(node.root as App, namespace, { namespace });
}

interface Maker {
  readonly namespace: string;
  readonly make: (chart: Chart) => unknown;
}

function constructs(written: WrittenApp, known: Knowing): Maker[] {
  const { policies, granted, tokens, denying, mutualTls, egress, edge, edgeTokens, gateway, conventions: { telling }, world } = written;
  const { routing, listeners, exposures, exposure, front } = inOrder(written, known);
  const guarded = (chart: Chart) => gateway.kind === 'made' ? front(chart).gateway : exposure(chart).gateway;
  const isBeside = telling !== 'in words' && telling !== 'read';
  return [
    ...routing,
    ...listeners,
    ...exposures,
    ...policies.map((policy, i) => ({
      namespace: policy.namespace,
      make: (chart: Chart) => {
        const own = { ...policy, rules: policy.rules.filter((_, r) => !granted[i][r]) };
        return policy.leavesRest
          ? new ServiceAccessDenial(chart, `${idOf(policy)}-denial`, denialProps(policy, serviceKnown(world, known), () => exposure(chart).identity))
          : new ServiceAccessPolicy(chart, `${idOf(policy)}-access`, policyProps(own, serviceKnown(world, known), () => exposure(chart).identity));
      },
    })),
    ...edge.map((policy, i) => ({
      namespace: gateway.client.namespace!,
      make: (chart: Chart) => new GatewayAccessPolicy(chart, `edge-${i}`, edgeProps(policy, guarded(chart))),
    })),
    ...policies.flatMap((policy, i) => policy.rules.flatMap((rule, r) => !granted[i][r] ? [] : rule.sources.map((_, s) => ({
      namespace: policy.namespace,
      make: (chart: Chart) => new AccessGrant(chart, `${idOf(policy)}-grant-${r}-${s}`, grantProps(policy, r, s, serviceKnown(world, known))),
    })))),
    ...tokens.map(({ namespace, service, subset }, i) => ({
      namespace,
      make: (chart: Chart) => new JwtAuthentication(chart, `tokens-${i}`, {
        workload: ofPods(serviceKnown(world, known)(namespace, service!), subset),
        issuers: ISSUERS.map(issuer => ({ issuer, jwksUri: `${issuer}/keys` })),
      }),
    })),
    ...(edgeTokens === undefined ? [] : [{
      namespace: gateway.client.namespace!,
      make: (chart: Chart) => new JwtAuthentication(chart, 'edge-tokens', {
        gateway: guarded(chart),
        issuers: ISSUERS.map(issuer => ({ issuer, jwksUri: `${issuer}/keys`, forwardToken: edgeTokens.forward })),
      }),
    }]),
    ...denying.map(namespace => ({ namespace, make: (chart: Chart) => new NamespaceAccessDefault(chart, 'default') })),
    ...mutualTls.map(one => ({ namespace: one.namespace, make: (chart: Chart) => mutualTlsOf(chart, one, world, known) })),
    ...egress.map(({ namespace, workload, destinations, inside, denials }) => ({
      namespace,
      make: (chart: Chart) => new EgressPolicy(chart, `${workload?.service ?? 'all'}-egress`, {
        ...(workload && { workload: callerOf(workload) }),
        allow: [...destinations.map(egressDestination), ...(inside ?? []).map(one => insideDestination(one, serviceKnown(world, known)))],
        ...(denials && { deny: denials.map(one => one.kind === 'cidr' ? egressDestination(one) : insideDestination(one, serviceKnown(world, known))) }),
        ...(inside && { closeCluster: true }),
      }),
    })),
    ...(isBeside ? world.services.map(service => ({ namespace: service.namespace, make: (chart: Chart) => kubeService(chart, service) })) : []),
  ];
}

function idOf({ destination: { subset = {}, service } }: AccessModel): string {
  return [...Object.values(subset), service].join('-of-');
}

function serviceKnown(world: World, known: Knowing): (namespace: string, name: string) => MeshService {
  return (namespace, name) => known(serviceIn(world, namespace, name));
}

type Modes = Fields<WrittenMutualTls, 'namespace' | 'workload' | 'mode' | 'ports'>;

function mutualTlsOf(chart: Chart, { namespace, workload, mode, ports }: Modes, world: World, known: Knowing): MutualTls {
  if (workload === undefined) {
    return new MutualTls(chart, 'all-mtls', { mode: mode as MutualTlsMode });
  }
  const service = serviceIn(world, namespace, workload);
  return new MutualTls(chart, `${workload}-mtls`, {
    workload: known(service),
    mode: mode as MutualTlsMode,
    ...(ports.length > 0 && {
      ports: ports.map(of => ({ port: service.ports.find(one => podPort(one).port === of.port)!.port, mode: of.mode as MutualTlsMode })),
    }),
  });
}

/** A release is made before what it exposes, and that before a policy that names its gateway; otherwise they come in any order. */
function inOrder(
  { routing, exposures, gateway }: WrittenApp, known: Knowing,
): Record<'routing' | 'listeners' | 'exposures', Maker[]> & {
  readonly exposure: (chart: Chart) => Exposure; readonly front: (chart: Chart) => SharedGateway;
} {
  const once = <T>(make: (chart: Chart) => T) => {
    let made: T | undefined;
    return (chart: Chart) => made ??= make(chart);
  };
  const routeNamespace = routing?.route.namespace ?? '';
  const route = once(chart => routed(chartIn(chart, routeNamespace), routing!, known));
  const listenersWhere = (holds: (one: WrittenListener) => unknown) => ({ ...gateway, listeners: gateway.listeners.filter(holds) });
  const front = once(chart => frontOf(chartIn(chart, SHARED.namespace), SHARED.name, listenersWhere(({ isAside }) => !isAside)));
  const beside = once(chart => frontOf(chartIn(chart, ASIDE.namespace), ASIDE.name, listenersWhere(({ isAside }) => isAside)));
  const added = once(chart => new SharedListenerSet(chartIn(chart, HOME), 'listeners', {
    gateway: front(chart).gateway, listeners: gateway.listeners.filter(({ isAdded }) => isAdded).map(listenerOf),
  }));
  const attached: Record<WrittenGateway['kind'], (chart: Chart, parent: WrittenParent) => ExposureGateway> = {
    own: () => ExposureGateway.own(classOf(gateway)),
    shared: (_, { listener, port }) => sharedBy(gateway, { sectionName: listener, port }),
    made: (chart, { listener, port }) => {
      if (port !== undefined) return sharedBy(gateway, { port });
      if (listener === undefined) return front(chart).gateway;
      const { isAdded, isAside } = gateway.listeners.find(({ name }) => name === listener)!;
      return (isAdded ? added : isAside ? beside : front)(chart).listener(listener);
    },
  };
  const exposed = exposures.map((one, i) => once(chart =>
    opening(chartIn(chart, one.rules.namespace), `exposure-${i}`, one, {
      gateways: gateway.className === undefined ? [] : one.parents.map(parent => attached[gateway.kind](chart, parent)),
      route: () => route(chart),
      known,
    })));
  return {
    routing: routing === undefined ? [] : [{ namespace: routeNamespace, make: route }],
    listeners: gateway.kind !== 'made' ? [] : [
      { namespace: SHARED.namespace, make: front },
      ...gateway.listeners.some(({ isAside }) => isAside) ? [{ namespace: ASIDE.namespace, make: beside }] : [],
      ...gateway.listeners.some(({ isAdded }) => isAdded) ? [{ namespace: HOME, make: added }] : [],
    ],
    exposures: exposed.map((make, i) => ({ namespace: exposures[i].rules.namespace, make })),
    exposure: chart => exposed[0](chart),
    front,
  };
}

interface Beside {
  readonly gateways: ExposureGateway[];
  readonly route: () => ServiceRouting;
  readonly known: Knowing;
}

function opening(
  chart: Chart, id: string, { by, rules: { service, hostnames, rules } }: WrittenOpening, { gateways, route, known }: Beside,
): Exposure {
  return new Exposure(chart, id, {
    ...(by === 'route' ? { route: route() } : { service: known(service), ...(rules[0].matches && { rules: rules.map(rule => routeRule(rule, known)) }) }),
    port: service.ports[0].port,
    ...(hostnames.length > 0 && { hostnames: [...hostnames] }),
    ...(gateways.length === 1 ? { gateway: gateways[0] } : gateways.length > 1 && { gateways }),
  });
}

function classOf({ className, pods }: WrittenGateway): OwnGatewayOptions {
  return { className: className!, ...(pods && { pods }) };
}

function sharedBy(gateway: WrittenGateway, listeners: Pick<SharedGatewayOptions, 'sectionName' | 'port'>): ExposureGateway {
  return ExposureGateway.shared(SHARED.name, SHARED.namespace, { ...classOf(gateway), ...listeners });
}

function frontOf(chart: Chart, name: string, gateway: WrittenGateway): SharedGateway {
  const [own, added] = [false, true].map(isAdded => gateway.listeners.filter(one => (one.isAdded ?? false) === isAdded));
  return new SharedGateway(chart, `${name}-gateway`, {
    ...classOf(gateway), listeners: own.map(listenerOf), ...(added.length > 0 && { allowedListeners: ANYWHERE }), metadata: { name },
  });
}

const ANYWHERE = GatewayNamespaces.all();

function listenerOf({ name, port, protocol }: WrittenListener): GatewayListener {
  switch (protocol) {
    case 'HTTP': return GatewayListener.http(name, { port, namespaces: ANYWHERE });
    case 'TCP': return GatewayListener.tcp(name, port, { namespaces: ANYWHERE });
    case 'UDP': return GatewayListener.udp(name, port, { namespaces: ANYWHERE });
  }
}

function routed(chart: Chart, { route, release }: WrittenRouting, known: Knowing): ServiceRouting {
  return release === undefined ? serviceRoute(chart, route, known) : RELEASES[release.kind](chart, known(route.service), release, known);
}

const RELEASES: Readonly<Record<ReleaseKind, (chart: Chart, service: MeshService, release: WrittenRelease, known: Knowing) => ServiceRouting>> = {
  'canary': (chart, service, { stable, canary, weight, matches }, known) => new CanaryRelease(chart, 'route', {
    service, stable: known(stable), canary: known(canary), weight, ...(matches && { matches: matches.map(requestMatch) }),
  }),
  'A/B test': (chart, service, { stable, canary, matches }, known) => new AbTest(chart, 'route', {
    service, a: known(stable), b: known(canary), audience: matches!.map(requestMatch),
  }),
  // What the stable version gets, that of a preview apart, is everything.
  'blue and green': (chart, service, { stable, canary, matches }, known) => new BlueGreenRelease(chart, 'route', {
    service, blue: known(stable), green: known(canary), active: BlueGreen.BLUE, ...(matches && { preview: matches.map(requestMatch) }),
  }),
};

function callerOf({ service, serviceAccount, podSelector = {}, subset }: Fields<EgressWorkload, 'service' | 'serviceAccount' | 'podSelector' | 'subset'>): MeshService {
  const whole = Object.fromEntries(Object.entries(podSelector).filter(([label]) => subset?.[label] === undefined));
  return ofPods(MeshService.of(service, { port: 8080, serviceAccount, podSelector: whole }), subset);
}

function ofPods(whole: MeshService, subset: Readonly<Record<string, string>> | undefined): MeshService {
  return subset === undefined ? whole : whole.subset({ ...subset });
}

type Knows = (namespace: string, name: string) => MeshService;

const insideDestination = byKind<InsideDestination, EgressDestination, [Knows]>({
  service: ({ namespace, service, ports }: Fields<ServiceDestination, 'namespace' | 'service' | 'ports', 'kind' | 'podSelector' | 'subset'>, known) =>
    EgressDestination.service(known(namespace, service), ...ports.map(({ servicePorts }) => servicePorts![0])),
  pods: ({ labels, namespace, namespaceLabels, cluster, ports, anyPort, ping }: Fields<PodsDestination, 'labels' | 'namespace' | 'namespaceLabels' | 'cluster' | 'ports' | 'anyPort' | 'ping', 'kind'>) =>
    EgressDestination.pods({
      labels, cluster, ...(namespace === undefined ? { namespaceLabels: { ...namespaceLabels } } : { namespace }),
    }, ...egressPorts(ports, anyPort, ping)),
  namespace: ({ name, ports, anyPort, ping }: Fields<NamespaceDestination, 'name' | 'ports' | 'anyPort' | 'ping', 'kind'>) =>
    EgressDestination.namespace(name, ...egressPorts(ports, anyPort, ping)),
  namespaceLabels: ({ labels, ports, anyPort, ping }: Fields<NamespaceLabelsDestination, 'labels' | 'ports' | 'anyPort' | 'ping', 'kind'>) =>
    EgressDestination.namespaceLabels(labels, ...egressPorts(ports, anyPort, ping)),
  anyPod: ({ ports, anyPort, ping }: Fields<AnyPodDestination, 'ports' | 'anyPort' | 'ping', 'kind'>) => EgressDestination.anyPod(...egressPorts(ports, anyPort, ping)),
  apiServer: ({ ports, anyPort, ping }: Fields<ApiServerDestination, 'ports' | 'anyPort' | 'ping', 'kind'>) => EgressDestination.apiServer(...egressPorts(ports, anyPort, ping)),
  ownNode: ({ ports, anyPort, ping }: Fields<OwnNodeDestination, 'ports' | 'anyPort' | 'ping', 'kind'>) => EgressDestination.ownNode(...egressPorts(ports, anyPort, ping)),
  nodes: ({ ports, anyPort, ping }: Fields<NodesDestination, 'ports' | 'anyPort' | 'ping', 'kind'>) => EgressDestination.nodes(...egressPorts(ports, anyPort, ping)),
});

const egressDestination = byKind<EgressModel['destinations'][0], EgressDestination>({
  outside: () => EgressDestination.outside(),
  host: ({ host, ports, anyPort }: Fields<HostDestination, 'host' | 'ports' | 'anyPort', 'kind'>) => EgressDestination.host(host, ...egressPorts(ports, anyPort)),
  cidr: ({ cidr, except, ports, anyPort, ping }: Fields<CidrDestination, 'cidr' | 'except' | 'ports' | 'anyPort' | 'ping', 'kind'>) => except === undefined
    ? EgressDestination.cidr(cidr, ...egressPorts(ports, anyPort, ping))
    : EgressDestination.cidrExcept(cidr, [...except], ...egressPorts(ports, anyPort, ping)),
});

type OfPort = Fields<EgressPortModel, 'port' | 'endPort' | 'protocol' | 'requests' | 'timeouts' | 'retries' | 'tls'>;

function egressPorts(ports: HostDestination['ports'], anyPort?: true, ping?: true): EgressPort[] {
  return anyPort ? [EgressPort.any()] : [...ports.map(({ port, endPort, protocol, ...options }: OfPort) =>
    endPort !== undefined ? EgressPort[protocol === 'UDP' ? 'udpRange' : 'tcpRange'](port, endPort)
      : protocol === 'HTTP' ? EgressPort.http(port, httpOptions(options)) : EgressPort[EGRESS[protocol]](port)), ...ping ? [EgressPort.ping()] : []];
}

function httpOptions({ requests, timeouts, retries, tls }: Pick<EgressPortModel, 'requests' | 'timeouts' | 'retries' | 'tls'>): EgressHttpOptions {
  return {
    ...(requests && { requests: requests.map(request) }),
    ...(timeouts?.request !== undefined && { timeouts: { request: Duration.millis(timeouts.request) } }),
    ...(retries && { retries: { attempts: retries.attempts, statusCodes: [...retries.statusCodes] } }),
    ...(tls && { tls }),
  };
}

const EGRESS = { HTTP: 'http', TLS: 'tls', TCP: 'tcp', UDP: 'udp', ServerFirst: 'serverFirst' } as const;
