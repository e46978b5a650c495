import type { Chart } from 'cdk8s';
import type { Exchange } from './exchange';
import { MeshProtocol, MeshService } from '../../../../src';

/** What a test of upstream's conformance suite deploys, and what it asks and expects. */
export interface Scenario {
  /** The namespace of the chart. */
  readonly namespace?: string;
  readonly build: (chart: Chart) => void;
  readonly exchanges: readonly Exchange[];
  /** The meshes that cannot say it. */
  readonly refusedBy?: readonly Mesh[];
}

export type Mesh = 'specification' | 'istio' | 'istio-ambient' | 'linkerd' | 'cilium' | 'kuma';

export const NAMESPACE = 'shop';
export const CONSUMER_NAMESPACE = 'web';

const PORTS = [{ port: 80, name: 'http' }, { port: 8080, name: 'http-alt' }, { port: 7070, name: 'grpc', protocol: MeshProtocol.GRPC }];

/** A Service whose pods are those of its versions. */
export const cart = MeshService.of('cart', { namespace: NAMESPACE, ports: PORTS });
export const [v1, v2, v3] = ['cart-v1', 'cart-v2', 'cart-v3'].map(name => cart.variant(name));

/** All requests to a version, on its second HTTP port. */
export const to = (service: MeshService) => [{ service, port: 8080 }];
