import type { Client, PodPort, Request } from '../../src/evaluators/access/request';
import type { Evaluator } from '../oracle/access/decide';
import { expectValid } from '../schema';

/** Clients and requests in few words, for the readings in `test/oracle/access`. */

/** A pod of the mesh, which runs as this ServiceAccount. */
export function pod(namespace: string, serviceAccount = 'web', namespaceLabels: Readonly<Record<string, string>> = {}): Client {
  return {
    kind: 'pod',
    ip: '10.1.0.5',
    namespace,
    namespaceLabels: { 'kubernetes.io/metadata.name': namespace, ...namespaceLabels },
    serviceAccount,
    labels: { app: serviceAccount },
    meshed: true,
  };
}

/** A client outside the cluster. */
export function outside(ip: string): Client {
  return { kind: 'outside', ip, meshed: false };
}

/** What of a request is not as usual: GET / over HTTP. */
export type Unusual = Partial<Pick<Request, 'method' | 'path' | 'headers' | 'query' | 'entrance'> & Pick<PodPort, 'protocol'>>;

/** A request to the pod of `cart` in the namespace `shop`. */
export function toCart(client: Client, port: number, { protocol = 'HTTP', ...unusual }: Unusual = {}): Request {
  return {
    client,
    pod: { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' }, ports: [{ port, protocol }] },
    port,
    method: 'GET',
    path: '/',
    headers: {},
    query: {},
    ...unusual,
  };
}

/** Whether these manifests, which have to be valid, let a client in. */
export function letsInBy(reading: Evaluator): (manifests: any, client: Client, port: number, unusual?: Unusual) => boolean {
  return (manifests, client, port, unusual) => {
    const applied = [manifests].flat().map(({ shared, ...manifest }) => manifest);
    expectValid(...applied);
    return reading(applied, toCart(client, port, unusual));
  };
}
