import * as fc from 'fast-check';
import { maybe, merged } from './gateway-api';
import { http } from './virtual-services';

/** Gateways of Istio, and VirtualServices for them, as somebody else writes them. */

const HOSTS = ['shop.example.com', 'www.example.com', '*.example.com', '*', 'example.org', 'cart'];
export const ASKED = ['shop.example.com', 'www.example.com', 'a.shop.example.com', 'example.org', 'cart.shop.svc.cluster.local'];
export const PODS = 'edge';

const server = merged(
  fc.constantFrom(80, 80, 81).map(number => ({ port: { number, name: `http-${number}`, protocol: 'HTTP' } })),
  fc.uniqueArray(fc.tuple(fc.constantFrom('', '', 'shop/', './', '*/'), fc.constantFrom(...HOSTS)).map(([namespace, host]) => `${namespace}${host === 'cart' ? 'cart.shop.svc.cluster.local' : host}`), { minLength: 1, maxLength: 2 })
    .map(hosts => ({ hosts })),
  maybe(10, 'tls', fc.constant({ httpsRedirect: true })),
);

export const gateway = fc.record({ namespace: fc.constantFrom('edge', 'shop'), servers: fc.array(server, { minLength: 1, maxLength: 3 }) }).map(({ namespace, servers }) => ({
  apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'ingress', namespace }, spec: { selector: { istio: 'ingress' }, servers },
}));

const virtualService = (i: number) => fc.record({
  namespace: fc.constantFrom('shop', 'shop', 'edge', 'web'),
  day: fc.constantFrom('01', '01', '02', undefined),
  spec: merged(
    fc.uniqueArray(fc.constantFrom(...HOSTS), { minLength: 1, maxLength: 2 }).map(hosts => ({ hosts })),
    fc.constantFrom(['edge/ingress', 'shop/ingress'], ['edge/ingress', 'shop/ingress', 'mesh'], ['ingress']).map(gateways => ({ gateways })),
    fc.array(http, { minLength: 1, maxLength: 3 }).map(all => ({ http: all })),
    maybe(30, 'exportTo', fc.constantFrom(['.'], ['*'], ['edge'], ['web'])),
  ),
}).map(({ namespace, day, spec }) => ({
  apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: `route-${i}`, namespace, ...(day && { creationTimestamp: `2026-11-${day}T00:00:00Z` }) }, spec,
}));

/** One or two. */
export const gatewayRoutes = fc.integer({ min: 1, max: 2 }).chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => virtualService(i))));

export const POD = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'ingress', namespace: PODS }, spec: { template: { metadata: { labels: { istio: 'ingress' } }, spec: { containers: [] } } },
};
