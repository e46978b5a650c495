import { address, type Case, podObject, type Probe } from './case';
import { type Pod, portOf, type Request, requestTarget, spiffeIdOf } from '../../src/evaluators/access/request';
import { hasRequests, type RouteRequest } from '../../src/evaluators/routes/request';
import { verdict } from '../harness/case';
import { answersOf, type Asked, migratedWorlds, type Shares } from '../harness/migrated';

/** SMI that is migrated to Istio: who lets in what and where requests go, and what Open Service Mesh did with them. */
export function migratedCases(seed: number, count: number): Case[] {
  return migratedWorlds('istio', seed, count).map(({ services, pods, manifests, access, splits }, i) => {
    const ipOf = ({ serviceAccount }: Pod) => address(pods.findIndex(one => one.serviceAccount === serviceAccount), i);
    const clusterIpOf = (name: string) => address(pods.length + services.findIndex(({ metadata }) => metadata.name === name), i);
    return {
      name: `migrated ${i}`,
      manifests: [
        ...pods.map(pod => podObject({ ...pod, name: pod.serviceAccount }, ipOf(pod))),
        ...services.map(one => ({ ...one, spec: { ...one.spec, clusterIP: clusterIpOf(one.metadata.name) } })),
        ...manifests,
      ],
      probes: [
        // What no Service declares has no listener.
        ...access.filter(({ request }) => portOf(request).servicePorts?.length !== 0).map(asked => toPod(asked, ipOf(asked.request.pod))),
        ...splits.filter(({ request }) => hasRequests(request)).map(asked => toService(asked, clusterIpOf(asked.request.to.service))),
      ],
    };
  });
}

function toPod(asked: Asked<Request, boolean>, ip: string): Probe {
  const { client, pod, port, method, headers } = asked.request;
  return {
    client: spiffeIdOf(client),
    namespace: client.namespace ?? pod.namespace,
    address: ip,
    port,
    protocol: portOf(asked.request).protocol,
    host: `${pod.service}.${pod.namespace}`,
    method,
    target: requestTarget(asked.request),
    headers: Object.entries(headers),
    answers: answersOf(asked, verdict),
  };
}

function toService(asked: Asked<RouteRequest, Shares>, ip: string): Probe {
  const { client, to: { service, namespace, port }, protocol, method, path, headers } = asked.request;
  return {
    namespace: client.namespace,
    address: ip,
    port,
    protocol: protocol as 'HTTP',
    host: `${service}.${namespace}.svc.cluster.local:${port}`,
    method,
    target: path,
    headers: Object.entries(headers),
    answers: answersOf(asked, shared),
  };
}

/** The share of each backend, as in `{"shop/v1:80":0.9,"shop/v2:80":0.1}`. */
function shared(shares: Shares): string {
  const parts = Object.entries(shares).map(([backend, share]): [string, number] => [backend, Math.round(share * 1e6) / 1e6]);
  return parts.length === 0 ? 'no route' : JSON.stringify(Object.fromEntries(parts.sort(([a], [b]) => a < b ? -1 : 1)));
}
