import type { RequestMatch } from '../../src/model/match';
import { ANY_REQUEST } from '../../src/model/match';
import type { PortRoute, RouteModel, RouteRule } from '../../src/model/route';

export const backend = (name: string, weight = 1, more: object = {}) => ({ name, port: 80, weight, ...more });

export const rule = (more: Partial<RouteRule> = {}): RouteRule => ({ matches: [], backends: [backend('cart-v1')], handling: {}, ...more });

export const match = (more: Partial<RequestMatch>): RequestMatch => ({ ...ANY_REQUEST, ...more });

export const prefix = (value: string) => match({ path: { type: 'prefix', value } });

export const exact = (value: string) => match({ path: { type: 'exact', value } });

export function routeModel(rules: readonly RouteRule[], protocol: PortRoute['protocol'] = 'HTTP', more: Partial<RouteModel> = {}): RouteModel {
  return { name: 'cart-route', namespace: 'shop', service: { name: 'cart' }, traffic: {}, ports: [{ port: 80, protocol, rules }], ...more };
}

export const changes = (more: object = {}) => ({ set: [], add: [], remove: [], ...more });

export const retries = { attempts: 2, statusCodes: [503], grpcStatuses: [], connectionFailures: true };
