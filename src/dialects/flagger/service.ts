import type { RouteOfTarget } from './route-of-target';
import type { MovedByFlagger } from './supports';
import type { CanarySpecService, CanarySpecServiceHeadersRequest } from '../../../imports/flagger/flagger.app';
import type { HttpRouteSpecRules, HttpRouteSpecRulesFilters, HttpRouteSpecRulesFiltersRequestHeaderModifier } from
  '../../../imports/gateway-api/experimental/gateway.networking.k8s.io';
import { merged } from '../../model/fields';
import type { Protocol } from '../../model/protocol';
import type { PortRoute, RouteModel } from '../../model/route';
import type { Plain } from '../contract/manifest';
import type { ServiceReading } from '../contract/service-reading';
import { elsewhere, refused } from '../contract/unwritten';

type Service = Plain<CanarySpecService>;
type Rule = Plain<HttpRouteSpecRules>;
type Filter = Plain<HttpRouteSpecRulesFilters>;

/** The ports of the Service that Flagger makes: the first that is routed, and those of the containers. */
export function routedPort({ ports }: RouteModel): PortRoute {
  return ports.find(({ rules }) => rules.length > 0) ?? ports[0];
}

/** `spec.service`: what Flagger makes of the Service, and of the route that it writes in place of the target's own one. */
export function service(model: RouteModel, moved: MovedByFlagger, { route }: RouteOfTarget, reading: ServiceReading): Service {
  const port = routedPort(model);
  const apex = apexOf(moved, route?.metadata.annotations);
  return {
    name: model.service.name,
    ...portOf(model, port, reading),
    ...(model.ports.length > 1 && { portDiscovery: true }),
    ...(apex !== undefined && { apex }),
    ...(route !== undefined && { gatewayRefs: route.spec.parentRefs, ...wordsOf(route.spec.rules?.[0] ?? {}) }),
  };
}

/** By the names that Flagger, or the app, gives to ports, and by what the mesh takes a port for. */
function portOf({ service: { facts } }: RouteModel, { port, name, podPort, protocol }: PortRoute, { words }: ServiceReading): Pick<Service, 'port' | 'portName' | 'targetPort' | 'appProtocol'> {
  const portName = name ?? NAMES[protocol];
  const said = facts?.ports.find(one => one.port === port)?.appProtocol;
  const isUnderstood = words === undefined || words.speaks({ port, name: portName, transport: 'TCP' }).includes(protocol);
  const appProtocol = said ?? (isUnderstood ? undefined : words.write[protocol]);
  return { port, portName, ...(podPort !== undefined && { targetPort: podPort.port }), ...(appProtocol !== undefined && { appProtocol }) };
}

const NAMES: Readonly<Record<Protocol, string>> = { HTTP: 'http', GRPC: 'grpc', TLS: 'tls', TCP: 'tcp', UDP: 'udp' };

/** What is said of the Service also comes to the route, which has the same name (`pkg/router/gateway_api.go`, Reconcile). */
function apexOf(moved: MovedByFlagger, annotations: Readonly<Record<string, string>> | undefined): Service['apex'] {
  const waypoint = moved.api === 'gatewayApi' ? moved.waypoint : undefined;
  return waypoint === undefined && annotations === undefined ? undefined : {
    ...(waypoint !== undefined && { labels: { 'istio.io/use-waypoint': waypoint } }), ...(annotations !== undefined && { annotations }),
  };
}

/** A rule of an HTTPRoute in the words of Flagger, which writes it so. */
const wordsOf = merged<Rule, Service>({
  timeouts: ({ request, backendRequest }) => ({
    ...(request !== undefined && { timeout: request }), ...(backendRequest !== undefined && { backendTimeout: backendRequest }),
  }),
  filters: filters => filters.reduce<Partial<Service>>((words, filter) => ({ ...words, ...ofFilter(filter, words) }), {}),
  matches: elsewhere,
  backendRefs: elsewhere,
  name: refused,
  retry: refused,
  sessionPersistence: refused,
});

/** Beside the words for the filters before it. */
const ofFilter = merged<Omit<Filter, 'type'>, Service, [Partial<Service>]>({
  requestHeaderModifier: (changes, { headers }) => ({ headers: { ...headers, request: headersOf(changes) } }),
  responseHeaderModifier: (changes, { headers }) => ({ headers: { ...headers, response: headersOf(changes) } }),
  urlRewrite: ({ hostname, path }) => ({
    rewrite: {
      ...(hostname !== undefined && { authority: hostname }),
      ...(path !== undefined && { uri: path.replaceFullPath ?? path.replacePrefixMatch, type: path.type }),
    },
  }),
  requestMirror: ({ backendRef }, { mirror = [] }) => ({ mirror: [...mirror, { backendRef: { group: '', kind: 'Service', ...backendRef } }] }),
  cors: ({ allowOrigins, maxAge, ...others }) => ({ corsPolicy: { allowOrigin: allowOrigins, ...others, maxAge: `${maxAge}s` } }),
  requestRedirect: refused,
  extensionRef: refused,
  externalAuth: refused,
});

function headersOf({ set, add, remove }: Plain<HttpRouteSpecRulesFiltersRequestHeaderModifier>): Plain<CanarySpecServiceHeadersRequest> {
  const byName = (headers: typeof set) => Object.fromEntries((headers ?? []).map(({ name, value }) => [name, value]));
  return { ...(set !== undefined && { set: byName(set) }), ...(add !== undefined && { add: byName(add) }), ...(remove !== undefined && { remove }) };
}
