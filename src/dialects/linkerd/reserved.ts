import { linkerdBypass } from './bypass';
import type { Reserved } from '../contract/reserved';
import { nothingReserved } from '../contract/reserved';

/**
 * As installed (linkerd/linkerd2 `charts/linkerd-control-plane/values.yaml`, `charts/partials/templates/_proxy-init.tpl`): the ports
 * of the proxy itself, and 4567 and 4568, which it leaves to Galera on both sides. The namespace `linkerd-egress` is refused by
 * what holds for all namespaces there (`egress.ts`).
 */
export const linkerdReserved: Reserved = {
  mesh: 'Linkerd',
  inbound: [[4143, 4143], [4190, 4191], [4567, 4568]],
  outbound: [[4567, 4568]],
  // `policy-controller/k8s/index/src/outbound/index.rs`, `index/http.rs`, `index/grpc.rs`.
  metadata: [
    { in: ['annotation'], key: 'retry.linkerd.io/', effect: 'retries the requests of the route', remedy: 'Write `retries`' },
    { in: ['annotation'], key: 'timeout.linkerd.io/', effect: 'limits how long the requests of the route may take', remedy: 'Write `timeouts`' },
    {
      in: ['annotation'],
      key: 'balancer.linkerd.io/',
      effect: 'sends no requests to endpoints that fail',
      remedy: 'Leave it out, or write it on the Service',
    },
    {
      in: ['annotation'],
      key: 'config.linkerd.io/',
      effect: 'detects neither HTTP nor TLS on the `opaque-ports` of the object, and reads the other annotations on pods and namespaces',
      remedy: 'Leave it out, or write it on the pods',
    },
  ],
  bypass: linkerdBypass,
};

/** TrafficSplits are for clients. */
export const linkerdSplitReserved: Reserved = { ...nothingReserved('Linkerd'), outbound: linkerdReserved.outbound };
