import * as fc from 'fast-check';
import { backends, IMPORT, ofZones } from './backends';
import { common, directResponse, portTraffic, redirect, rewrite, traffic, treatment } from './handling';
import { isPrefixed, matches, pool, tlsMatches } from './matches';
import type { Can } from './some';
import { some, sometimes } from './some';
import { RuleOrder } from '../../../../src';
import type { Every } from '../../../../src/model/fields';
import type { Written, WrittenClients, WrittenExposure, WrittenHandling, WrittenMatch, WrittenRule, WrittenService } from '../written';

const HOME = 'shop';

interface RuleOptions {
  readonly can: Can;
  readonly called: WrittenService;
  readonly protocol: 'HTTP' | 'GRPC';
  /** The ports that it is for. */
  readonly ports: readonly number[] | undefined;
  /** Whether it says by itself what rules have to agree about in some targets, and what may be said for all of them. */
  readonly apart: boolean;
}

/** A rule for these matches, or for every request. */
function rule({ can, called, protocol, ports, apart }: RuleOptions, ofRule: readonly WrittenMatch[] | undefined): fc.Arbitrary<WrittenRule> {
  const prefixed = ofRule !== undefined && ofRule.every(isPrefixed);
  const http = protocol === 'HTTP';
  const own: Every<Omit<WrittenRule, keyof WrittenHandling>> = {
    name: undefined, matches: ofRule, clients: undefined, backends: undefined, redirect: undefined, directResponse: undefined, ports,
  };
  const rewritten = some<Pick<WrittenHandling, 'rewrite'>>({
    rewrite: http && (can('HTTPRouteHostRewrite') || can('HTTPRoutePathRewrite')) && [prefixed ? 40 : 10, rewrite(can, prefixed)],
  });
  const sending = fc.tuple(backends(can, called), treatment(can, called), apart ? common(can) : fc.constant({}), rewritten)
    .map(([to, ...handling]): WrittenRule => Object.assign({ ...own, backends: to }, ...handling));
  return fc.oneof(
    { weight: 10, arbitrary: sending },
    { weight: http && can('RequestRedirect') ? 2 : 0, arbitrary: redirect(prefixed).map(one => ({ ...own, redirect: one })) },
    { weight: can(http ? 'DirectResponse' : 'DirectResponseStatus') ? 1 : 0, arbitrary: directResponse(can).map(one => ({ ...own, directResponse: one })) },
  );
}

/** A port, and at times a second one, which may stay without rules. */
function calledService(can: Can, protocol: 'HTTP' | 'GRPC'): fc.Arbitrary<Pick<Written, 'namespace' | 'service' | 'ports'>> {
  return fc.record({
    namespace: can('MeshConsumerRoute') ? fc.constantFrom(HOME, HOME, HOME, 'web') : fc.constant(HOME),
    port: fc.constantFrom(80, 80, 8080),
    imported: can('ServiceImportRoute') ? sometimes(8, fc.constant(true)) : fc.constant(undefined),
    second: can('PerPortRules') ? sometimes(10, fc.boolean()) : fc.constant(undefined),
  }).map(({ namespace, port, imported, second }) => ({
    namespace,
    service: {
      name: 'cart',
      ...(imported && { groupKind: IMPORT }),
      ...(namespace !== HOME && { namespace: HOME }),
      ports: second === undefined ? [{ port, protocol }] : [
        { port, name: `${protocol.toLowerCase()}-main`, protocol },
        { port: 9090, name: 'admin', protocol: 'HTTP' as const },
      ],
    },
    ...(second === true && { ports: [port] }),
  }));
}

function requestRoute(can: Can, protocol: 'HTTP' | 'GRPC'): fc.Arbitrary<Written> {
  return calledService(can, protocol).chain(called => fc.record({
    called: fc.constant(called),
    // Calls of gRPC are answered with a status of gRPC, and some targets read few times of their connections.
    traffic: traffic(
      feature => can(feature) && (protocol === 'HTTP' || !['RateLimitAnswer', 'RateLimitByRequest', 'IdleTimeout', 'MaxConnectionDuration'].includes(feature)),
      called.service),
    ofPorts: portTraffic(feature => can(feature) && (protocol === 'HTTP' || !['IdleTimeout', 'MaxConnectionDuration'].includes(feature)),
      called.service.ports.map(({ port }) => port)),
    apart: sometimes(25, fc.constant(true)),
    narrow: can('OrderedRules') ? pool.chain(of => fc.array(matches(can, protocol, of), { maxLength: 3 })) : fc.constant([]),
    unmatched: sometimes(15, fc.constant(true)),
    order: sometimes(25, fc.constant(RuleOrder.MOST_SPECIFIC)),
    first: fc.boolean(),
    handling: common(can),
    chosen: fc.array(sometimes(20, fc.constantFrom(0, 1)), { minLength: 4, maxLength: 4 }),
    clients: clientsOfRules(can),
    named: can('HTTPRouteNamedRouteRule') ? fc.boolean() : fc.constant(false),
  })).chain(({ called, apart = false, narrow, unmatched = false, order, first, handling, traffic: ofService, ofPorts, chosen, clients, named }) => {
    const rest = unmatched && narrow.length > 0 ? [] : [undefined];
    const all = order !== undefined && first ? [...rest, ...narrow] : [...narrow, ...rest];
    const options = (i: number) => ({ can, called: called.service, protocol, ports: onPorts(called, chosen[i]), apart });
    return fc.tuple(...all.map((ofRule, i) => rule(options(i), ofRule))).map((rules): Every<Written> => ({
      namespace: called.namespace,
      service: called.service,
      ports: called.ports,
      rules: (order === undefined ? ofClients(rules, clients) : rules).map((one, i) => named ? { ...one, name: `rule-${i}` } : one),
      order,
      handling,
      // Both say which pod gets a request.
      loadBalancing: [handling, ...rules].some(({ stickiness }) => stickiness !== undefined) ? undefined : ofService.loadBalancing,
      circuitBreaking: ofService.circuitBreaking,
      connections: ofService.connections,
      portTraffic: ofPorts,
      retryBudget: [ofService, ...ofPorts ?? []].some(({ circuitBreaking }) => circuitBreaking?.maxRetries !== undefined) ? undefined
        : ofService.retryBudget,
      rateLimit: ofService.rateLimit,
      failover: ofService.failover,
      ...near(ofService),
    })).map(route => can('ClusterFailover') && can('OtherBackend') ? fromZoneToZone(route) : route);
  });
}

/** For the clients of one namespace, a route that leads to pods of several zones alone, of which nothing else is said. */
function fromZoneToZone(route: Every<Written>): Every<Written> {
  const { service: called, failover, rules } = route;
  return failover === undefined ? route : {
    ...route,
    namespace: 'web',
    service: { ...called, namespace: HOME },
    loadBalancing: undefined,
    circuitBreaking: undefined,
    connections: undefined,
    portTraffic: undefined,
    rules: rules.map(one => one.backends === undefined ? one
      : { ...one, backends: one.backends.map(backend => ({ ...backend, service: ofZones(backend.service) })) }),
  };
}

/** Both need pods that are watched, and where regions are named, no label names places. */
function near({ circuitBreaking, failoverPriority, failoverRegions }: Partial<Written>): Pick<Every<Written>, 'failoverPriority' | 'failoverRegions'> {
  if (!watchesPods(circuitBreaking)) return { failoverPriority: undefined, failoverRegions: undefined };
  const labels = failoverRegions === undefined ? failoverPriority : failoverPriority?.filter(label => !label.startsWith('topology.kubernetes.io/'));
  return { failoverPriority: labels?.length === 0 ? undefined : labels, failoverRegions };
}

const CLIENTS: readonly WrittenClients[] = [
  { labels: { app: 'web' } }, { labels: { track: 'canary' } }, { labels: { track: 'canary', app: 'batch' } }, { namespace: 'ops' },
  { namespace: 'web', labels: { app: 'web' } },
];

/** Whom the rules are for, one after the other. */
function clientsOfRules(can: Can): fc.Arbitrary<(WrittenClients[] | undefined)[]> {
  const few = fc.uniqueArray(fc.constantFrom(...CLIENTS), { minLength: 1, maxLength: 2 });
  const none: fc.Arbitrary<(WrittenClients[] | undefined)[]> = fc.constant([]);
  return !can('ClientMatching') ? none : fc.oneof(
    { weight: 3, arbitrary: none }, { weight: 1, arbitrary: fc.array(sometimes(60, few), { minLength: 1, maxLength: 3 }) });
}

/** Rules for some clients, or for all requests of these, and below them the last rule for everybody. */
function ofClients(rules: readonly WrittenRule[], clients: readonly (WrittenClients[] | undefined)[]): WrittenRule[] {
  const those = clients.flatMap((of, i): WrittenRule[] => of === undefined ? []
    : [{ ...rules[i % rules.length], ...of.length === 1 && { matches: undefined }, clients: of }]);
  return [...those, ...rules];
}

/** Of several ports that are routed, a rule may be for one. */
function onPorts({ service, ports }: Pick<Written, 'service' | 'ports'>, chosen: number | undefined): number[] | undefined {
  return chosen === undefined || ports !== undefined || service.ports.length === 1 ? undefined : [service.ports[chosen].port];
}

function watchesPods(said: Written['circuitBreaking'] = {}): boolean {
  return Object.keys(said).some(name => name.startsWith('consecutive'));
}

/** Connections go by their server name, or all in one way. */
function connectionRoute(can: Can, protocol: 'TLS' | 'TCP'): fc.Arbitrary<Written> {
  const every: fc.Arbitrary<(WrittenMatch[] | undefined)[]> = fc.constant([undefined]);
  return fc.record({
    namespace: can('MeshConsumerRoute') ? fc.constantFrom(HOME, HOME, 'web') : fc.constant(HOME),
    clients: protocol === 'TCP' ? clientsOfRules(can) : fc.constant([]),
    all: protocol === 'TLS' && can('TLSRoute') ? fc.oneof(every, tlsMatches, tlsMatches) : every,
  }).chain(({ namespace, clients, all }) => {
    const called: WrittenService = { name: 'cart', ...(namespace !== HOME && { namespace: HOME }), ports: [{ port: 6379, protocol }] };
    const to = backends(feature => can(feature) && !feature.includes('HeaderModification'), called);
    return fc.tuple(...all.map(ofRule => to.map((those): WrittenRule => ({ ...(ofRule && { matches: ofRule }), backends: those }))))
      .map(rules => ({ namespace, service: called, rules: ofClients(rules, clients), handling: {} }));
  });
}

/** Routes of all protocols, of what can be said. */
export function writtenRoute(can: Can): fc.Arbitrary<Written> {
  return fc.oneof(
    { weight: 16, arbitrary: requestRoute(can, 'HTTP') },
    { weight: can('GRPCRoute') ? 5 : 0, arbitrary: requestRoute(can, 'GRPC') },
    { weight: can('TLSRoute') ? 4 : can('TCPRoute') ? 1 : 0, arbitrary: connectionRoute(can, 'TLS') },
    { weight: can('TCPRoute') ? 1 : 0, arbitrary: connectionRoute(can, 'TCP') },
  );
}

/** Rules for requests from outside, for some hosts. The port of the Service is that of the gateway. */
export function writtenExposure(can: Can): fc.Arbitrary<WrittenExposure> {
  const inside: Can = feature => feature !== 'PerPortRules' && feature !== 'MeshConsumerRoute' && can(feature);
  const hosts = ['shop.example.com', ...(can('WildcardHostnames') ? ['*.example.com'] : []), 'example.com'];
  return fc.tuple(requestRoute(inside, 'HTTP').filter(({ service }) => service.ports[0].port === 80), fc.subarray(hosts))
    .map(([{ namespace, service, rules, order, handling }, hostnames]) => ({ namespace, service, rules, order, handling, hostnames }));
}
