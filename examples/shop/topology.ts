import { GrpcMatch, MeshProtocol, RequestMatch } from 'cdk8s-mesh';
import type { WorkloadProps } from './workload';

const { GRPC, HTTP, TCP } = MeshProtocol;
const registry = 'us-central1-docker.pkg.dev/google-samples/microservices-demo';
const image = (program: string) => `${registry}/${program}:v0.10.3`;

/** The programs of the shop. */
export const WORKLOADS = {
  'frontend': { image: image('frontend'), port: 8080, protocol: HTTP, versions: ['a', 'b'], frontDoor: 'first' },
  'ad': { image: image('adservice'), port: 9555, protocol: GRPC },
  'cart': { image: image('cartservice'), port: 7070, protocol: GRPC, versions: ['v1', 'v2'] },
  'checkout': { image: image('checkoutservice'), port: 5050, protocol: GRPC },
  'currency': { image: image('currencyservice'), port: 7000, protocol: GRPC },
  'email': { image: image('emailservice'), port: 8080, protocol: GRPC },
  'payment': { image: image('paymentservice'), port: 50051, protocol: GRPC },
  'product-catalogue': { image: image('productcatalogservice'), port: 3550, protocol: GRPC },
  'recommendation': { image: image('recommendationservice'), port: 8080, protocol: GRPC },
  'redis': { image: 'redis:8-alpine', port: 6379, protocol: TCP },
  'shipping': { image: image('shippingservice'), port: 50051, protocol: GRPC },
} as const satisfies Record<string, WorkloadProps | { versions: readonly string[] }>;

export type WorkloadName = keyof typeof WORKLOADS;

/** Who calls whom, and for what if not for everything. There is no other edge. */
export const EDGES: readonly { readonly caller: WorkloadName | 'ingress'; readonly callee: WorkloadName; readonly requests?: RequestMatch[] }[] = [
  { caller: 'ingress', callee: 'frontend' },
  { caller: 'frontend', callee: 'ad' },
  { caller: 'frontend', callee: 'cart' },
  { caller: 'frontend', callee: 'checkout', requests: [GrpcMatch.of({ service: 'hipstershop.CheckoutService', method: 'PlaceOrder' })] },
  { caller: 'frontend', callee: 'currency' },
  { caller: 'frontend', callee: 'product-catalogue' },
  { caller: 'frontend', callee: 'recommendation' },
  { caller: 'frontend', callee: 'shipping', requests: [GrpcMatch.of({ service: 'hipstershop.ShippingService', method: 'GetQuote' })] },
  { caller: 'recommendation', callee: 'product-catalogue' },
  { caller: 'checkout', callee: 'cart' },
  { caller: 'checkout', callee: 'currency' },
  { caller: 'checkout', callee: 'email' },
  { caller: 'checkout', callee: 'payment', requests: [GrpcMatch.of({ service: 'hipstershop.PaymentService', method: 'Charge' })] },
  { caller: 'checkout', callee: 'product-catalogue' },
  { caller: 'checkout', callee: 'shipping' },
  { caller: 'cart', callee: 'redis' },
];
