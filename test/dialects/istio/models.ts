import type { Client } from '../../../src/evaluators/access/request';
import { TRUST_DOMAIN } from '../../../src/evaluators/access/request';
import type { AccessModel, AccessRule, IdentitySource, Source, WorkloadPort } from '../../../src/model/access';
import type { Handling, ServiceTraffic } from '../../../src/model/handling';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST } from '../../../src/model/match';
import type { RouteModel, RouteRule } from '../../../src/model/route';

export const HTTP: WorkloadPort = { port: 8080, protocol: 'HTTP', servicePorts: [80] };
export const REDIS: WorkloadPort = { port: 6379, protocol: 'TCP', servicePorts: [6379] };
export const ADMIN: WorkloadPort = { port: 9090, servicePorts: [] };

export const WEB = { kind: 'serviceAccount', name: 'web', namespace: 'shop' } as const;
export const JOB = { kind: 'serviceAccount', name: 'job', namespace: 'ops' } as const;
export const OPS = { kind: 'namespace', name: 'ops' } as const;
export const ANYONE = { kind: 'anyone' } as const;

export const asWeb = 'spiffe://cluster.local/ns/shop/sa/web';
export const asJob = 'spiffe://cluster.local/ns/ops/sa/job';

/** Who has this SPIFFE id, or no identity at all. */
export function client(spiffeId?: string, ip = '10.0.0.1'): Client {
  if (spiffeId === undefined) {
    return { kind: 'outside', ip, meshed: false };
  }
  const [, trustDomain, namespace, serviceAccount] = /^spiffe:\/\/(.*)\/ns\/(.*)\/sa\/(.*)$/.exec(spiffeId)!;
  return { kind: 'pod', ip, namespace, serviceAccount, labels: {}, meshed: true, ...(trustDomain !== TRUST_DOMAIN && { trustDomain }) };
}

export const GET: RequestMatch = { ...ANY_REQUEST, methods: ['GET'] };

export function rule(sources: readonly Source[], more: Partial<AccessRule> & { exceptSources?: readonly IdentitySource[] } = {}): AccessRule {
  return { sources, exceptSources: [], exceptRequests: [], endUsers: [], ports: [HTTP], requests: [], ...more };
}

export function policy(...rules: AccessRule[]): AccessModel {
  return {
    name: 'cart-access',
    namespace: 'shop',
    destination: { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' }, ports: [HTTP, REDIS, ADMIN] },
    rules,
    denials: [],
    leavesRest: false,
    healthProbes: [],
    audit: false,
  };
}

/** Refusals in words. */
export function sentences(refusals: readonly { readonly what?: string; readonly reason: string; readonly remedy?: string }[]): string[] {
  return refusals.map(({ what, reason, remedy }) => `${what}: ${reason}. ${remedy}`);
}

/** A rule for every request, to these Services. */
export function routing(services: readonly string[], handling: Handling = {}): RouteRule {
  return { matches: [], backends: services.map(name => ({ name, port: 80, weight: 1 })), handling };
}

export function routeOf(rules: readonly RouteRule[], traffic: ServiceTraffic = {}): RouteModel {
  return { name: 'cart', namespace: 'shop', service: { name: 'cart' }, ports: [{ port: 80, protocol: 'HTTP', rules }], traffic };
}
