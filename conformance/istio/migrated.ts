import { address, type Case, podObject, type Probe } from './case';
import { portOf, type Request, requestTarget, spiffeIdOf } from '../../src/evaluators/access/request';
import { type Asked, migratedWorlds } from '../harness/migrated';

/** SMI that is migrated to Istio: who lets in what, and what Open Service Mesh let in. */
export function migratedCases(seed: number, count: number): Case[] {
  return migratedWorlds('istio', seed, count).map(({ services, pods, manifests, asked }, i) => {
    const ipOf = ({ serviceAccount }: Request['pod']) => address(pods.findIndex(one => one.serviceAccount === serviceAccount), i);
    return {
      name: `migrated ${i}`,
      manifests: [
        ...pods.map(pod => podObject({ ...pod, name: pod.serviceAccount }, ipOf(pod))),
        ...services.map((one, n) => ({ ...one, spec: { ...one.spec, clusterIP: address(pods.length + n, i) } })),
        ...manifests,
      ],
      probes: asked.filter(isSent).map(one => probe(one, ipOf(one.request.pod))),
    };
  });
}

/** What no Service declares has no listener. */
function isSent({ request }: Asked): boolean {
  return portOf(request).servicePorts?.length !== 0;
}

function probe({ request, answers }: Asked, ip: string): Probe {
  const { client, pod, port, method, headers } = request;
  return {
    client: spiffeIdOf(client),
    namespace: client.namespace ?? pod.namespace,
    address: ip,
    port,
    protocol: portOf(request).protocol,
    host: `${pod.service}.${pod.namespace}`,
    method,
    target: requestTarget(request),
    headers: Object.entries(headers),
    answers,
  };
}
