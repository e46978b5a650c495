import * as fc from 'fast-check';
import { claims, plain } from './foreign';
import type { Client as Sender, Request } from '../../../../src/evaluators/access/request';

/** Requests to pods that policies of others are for. */

/** What the installation says, so that no trust domain is left open. */
export const mesh = fc.record({
  trustDomain: fc.constantFrom(undefined, 'cluster.local', 'prod.example'),
  trustDomainAliases: fc.constantFrom(undefined, [], ['partner.example'], ['old.example', 'partner.example']),
}).map(meshConfig => ({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { name: 'istio', namespace: 'istio-system' }, spec: { meshConfig: plain(meshConfig) } }));

export type Mesh = { readonly spec: { readonly meshConfig: { readonly trustDomain?: string } } };

/** The same request, of a client of the mesh. */
export function inMesh({ spec: { meshConfig: { trustDomain } } }: Mesh, { client, ...one }: Request): Request {
  return { ...one, client: { ...client, ...trustDomain !== undefined && { meshDomain: trustDomain } } };
}

export const PORTS = [
  { port: 8080, protocol: 'HTTP' as const }, { port: 9090, protocol: 'TCP' as const }, { port: 9443, protocol: 'TLS' as const },
];
export const LABELS = { app: 'cart', tier: 'backend' };

const client: fc.Arbitrary<Sender> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pod' as const),
      ip: fc.constantFrom('10.1.0.5', '10.2.0.9'),
      namespace: fc.constantFrom('shop', 'ops'),
      serviceAccount: fc.constantFrom('web', 'job'),
      meshed: fc.constantFrom(true, true, true, false),
      trustDomain: fc.constantFrom(undefined, undefined, undefined, 'partner.example', 'prod.example'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'outside' as const, ip: '192.0.2.7', meshed: false }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'kubelet' as const, ip: '10.9.0.1', meshed: false }) },
);

/** To a pod that has these labels. */
export const request: fc.Arbitrary<Request> = fc.record({
  client,
  port: fc.constantFrom(8080, 8080, 9090, 9443),
  method: fc.constantFrom('GET', 'POST', 'OPTIONS'),
  path: fc.constantFrom('/cart', '/cart/items', '/carts', '/carts/', '/carts/7', '/carts/7/items', '/carts/7/8/items', '/items', '/ca*rt', '/'),
  host: fc.constantFrom('shop.example.com', 'Shop.Example.com', 'other.example.com', 'shop.test'),
  headers: fc.dictionary(fc.constantFrom('x-team', 'x-version', 'origin', 'access-control-request-method'), fc.constantFrom('1', '12', '2', ''), { maxKeys: 3 }),
  token: fc.option(claims, { nil: undefined, freq: 2 }),
}).map(({ token, ...rest }) => ({
  ...rest,
  query: {},
  pod: { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: LABELS, ports: PORTS },
  ...(token !== undefined && { tokens: [{ genuine: true, claims: token }] }),
}));
