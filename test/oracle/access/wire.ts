import type { Client, Request } from '../../../src/evaluators/access/request';

/** As what a request may come to a pod on the wire, where the network sees it: from whom, and on which port. */
export type OnTheWire = (request: Request) => Request[];

/** Clients of the mesh come on the port that the request is for, or on one of those of the proxy; others on the former. */
export function throughProxy(...ports: number[]): OnTheWire {
  return request => [request, ...(request.client.meshed ? ports.map(port => onPort(request, port)) : [])];
}

/** The port of HBONE. */
const HBONE = 15008;

/** Probes come from an address of their own, and what passes a waypoint from that, which may be of any namespace. */
export function throughZtunnel(request: Request): Request[] {
  const { client, entrance, pod } = request;
  if (client.kind === 'kubelet') {
    return [{ ...request, client: { kind: 'outside', ip: '169.254.7.127', meshed: false } }];
  }
  if (!client.meshed) {
    return [request];
  }
  return entrance === undefined
    ? [onPort(request, HBONE)]
    : [pod.namespace, 'infra'].map(namespace => onPort({ ...request, client: waypointIn(namespace) }, HBONE));
}

function waypointIn(namespace: string): Client {
  const namespaceLabels = { 'kubernetes.io/metadata.name': namespace };
  return { kind: 'pod', ip: '10.3.0.7', namespace, namespaceLabels, labels: {}, serviceAccount: 'waypoint', meshed: true };
}

function onPort({ pod, ...request }: Request, port: number): Request {
  return { ...request, port, pod: { ...pod, ports: [{ port, protocol: 'TCP' }] } };
}
