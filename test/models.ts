import type { AccessModel, AccessRule } from '../src/model/access';
import type { AuthenticationModel } from '../src/model/authentication';
import type { EgressModel } from '../src/model/egress';
import type { ExposureModel } from '../src/model/exposure';
import type { GatewayModel, Listener } from '../src/model/gateway';
import type { GatewayAccessModel, GatewayRule } from '../src/model/gateway-access';
import type { RequestMatch } from '../src/model/match';
import type { ReleaseModel } from '../src/model/release';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../src/model/route';

/** Models that say as little as a model can: all of them are about the Service and the workload `cart` in the namespace `shop`. */

/** A Service that takes requests, in the namespace of the route unless it says another. */
export function backend(name: string, weight = 100, port = 8080, namespace?: string): WeightedBackend {
  return { name, weight, port, namespace };
}

/** A rule that sends every request to these backends. */
export function ruleTo(...backends: WeightedBackend[]): RouteRule {
  return { matches: [], backends, handling: {} };
}

/** The rule that sends every request to `cart-v1`. */
export const EVERYTHING = ruleTo(backend('cart-v1'));

/** Port 8080 of `cart`, which speaks HTTP, with these rules. */
export function httpPort(...rules: RouteRule[]): PortRoute {
  return { port: 8080, protocol: 'HTTP', rules };
}

/** The route of `cart`, with these ports. */
export function routeOf(...ports: PortRoute[]): RouteModel {
  return { name: 'cart', namespace: 'shop', service: { name: 'cart', podSelector: { app: 'cart' } }, ports, traffic: {} };
}

/** A release of `cart` in steps, whose workload has three pods. */
export function releaseOf(more: Partial<ReleaseModel> = {}): ReleaseModel {
  return {
    route: releasedBy(ruleTo(backend('cart-primary'), backend('cart-canary', 0))),
    stable: { name: 'cart-primary' },
    canary: { name: 'cart-canary' },
    course: { kind: 'weights', weights: [10, 25, 50] },
    workload: { name: 'cart', selector: { app: 'cart' }, replicas: 3 },
    interval: 60,
    checks: [],
    tolerance: 2,
    approval: 'none',
    withoutRequests: 'fail',
    ...more,
  };
}

/** What a release to an audience says. */
export function toAudience(audience: readonly RequestMatch[]): Partial<ReleaseModel> {
  return {
    route: releasedBy({ ...ruleTo(backend('cart-canary')), matches: audience }, ruleTo(backend('cart-primary'))),
    course: { kind: 'audience', audience, rounds: 5 },
  };
}

/** The route of `cart`, whose pods are known by a label that all versions have. */
function releasedBy(...rules: RouteRule[]): RouteModel {
  return { ...routeOf(httpPort(...rules)), service: { name: 'cart', podSelector: { part: 'cart' } } };
}

/** `cart` at a Gateway of its own. */
export function exposureOf(
  more: Partial<ExposureModel> = {}, port: PortRoute = httpPort(EVERYTHING), service: RouteModel['service'] = { name: 'cart' },
): ExposureModel {
  return {
    route: { ...routeOf(port), name: 'shop-cart', service },
    hostnames: [],
    gateways: [{ kind: 'own', className: 'gateways' }],
    redirectHttp: false,
    ...more,
  };
}

/** It takes HTTP for every host, for exposures of its own namespace. */
export const HTTP_LISTENER: Listener = { name: 'http', protocol: 'HTTP', port: 80, namespaces: { kind: 'same' }, kinds: [] };

/** The gateway `public`, which listens for HTTP. */
export function gatewayOf(more: Partial<GatewayModel> = {}): GatewayModel {
  return {
    name: 'public', namespace: 'infra', base: { kind: 'class', className: 'istio' }, pods: {}, listeners: [HTTP_LISTENER], addresses: [], infrastructure: { labels: {}, annotations: {} }, ...more,
  };
}

/** The rule that lets `web` make every request on port 8080. */
export const BY_WEB: AccessRule = {
  sources: [{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }],
  exceptSources: [],
  exceptRequests: [],
  ports: [{ port: 8080, protocol: 'HTTP' }],
  requests: [],
  endUsers: [],
};

/** The policy of `cart`, which has port 8080 and those that the rules name. */
export function policyOf(rules: readonly AccessRule[], more: Partial<AccessModel> = {}): AccessModel {
  const ports = [...rules.flatMap(rule => rule.ports), ...BY_WEB.ports];
  return {
    name: 'cart',
    namespace: 'shop',
    destination: {
      service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' }, ports: [...new Map(ports.map(port => [port.port, port])).values()],
    },
    rules,
    denials: [],
    leavesRest: false,
    healthProbes: [],
    audit: false,
    ...more,
  };
}

/** The rule that lets everyone send every request through a gateway. */
export const BY_EVERYONE: GatewayRule = { sources: [{ kind: 'anyone' }], exceptSources: [], ports: [], requests: [], exceptRequests: [], endUsers: [] };

/** The policy of the gateway `public`, or of what else it is for. */
export function gatewayPolicyOf(rules: readonly GatewayRule[], more: Partial<GatewayAccessModel> = {}): GatewayAccessModel {
  return {
    name: 'edge', namespace: 'infra', gateway: { kind: 'gateway', name: 'public', className: 'istio' }, denials: [], rules, leavesRest: false, ...more,
  };
}

/** Strict mutual TLS for `cart`, which has two ports. */
export function authenticationOf(more: Partial<AuthenticationModel> = {}): AuthenticationModel {
  return {
    name: 'cart',
    namespace: 'shop',
    workload: {
      service: 'cart',
      podSelector: { app: 'cart' },
      ports: [
        { port: 8080, servicePort: 8080, protocol: 'HTTP' },
        { port: 9090, servicePort: 9090, protocol: 'HTTP' },
      ],
    },
    mode: 'strict',
    ports: [],
    ...more,
  };
}

/** What all pods of the namespace may call outside: one block of addresses. */
export function egressOf(more: Partial<EgressModel> = {}): EgressModel {
  return {
    name: 'cart',
    namespace: 'shop',
    destinations: [{ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 5432, protocol: 'TCP' }] }],
    ...more,
  };
}
