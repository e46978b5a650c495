import { type Answer, entering } from './world';
import type { Request } from '../../src/evaluators/access/request';
import type { Client, Pod, ServicePort } from '../../src/meaning/call';
import type { World } from '../../src/reading/world';
import type { Evaluator } from '../oracle/access/decide';

/** What evaluators are asked about, as a reader is asked; undefined where it cannot be. */
export function asked(world: World, one: Request, more: Pick<Pod, 'namespaceLabels'> = {}): Answer | undefined {
  const { client: { ip, meshDomain, ...from }, port, method, path, host, headers, query, tokens = [], entrance, pod } = one;
  const [token, ...others] = tokens;
  if (meshDomain !== undefined || others.length > 0 || token?.genuine === false || (from.kind !== 'pod' && from.meshed)) return undefined;
  const own = pod.ports.find(known => known.port === port);
  if (own === undefined) return undefined;
  const { namespace, labels, serviceAccount } = pod;
  const door: ServicePort | undefined = entrance && { namespace: entrance.namespace ?? namespace, service: entrance.service, port: entrance.port };
  const to = {
    pod: { namespace, labels, serviceAccount, ...more },
    port,
    protocol: own.protocol,
    entrances: door !== undefined ? [door] : pod.service === undefined ? [] : [{ namespace, service: pod.service, port }],
    ...own.name !== undefined && { name: own.name },
  };
  const isHttp = own.protocol === 'HTTP' || own.protocol === 'GRPC';
  return entering(world, to, { ...from, address: ip } as unknown as Client, {
    ...(door !== undefined && { entrance: door }),
    ...(isHttp && {
      request: { method, path, headers, query, ...(host !== undefined && { host }), ...(token !== undefined && { claims: token.claims }) },
    }),
  });
}

/** A reader in the place of an evaluator; where it does not know the answer, the evaluator is asked. */
export function readingAs(
  readingOf: (manifests: readonly any[]) => World, evaluate: Evaluator, counts: { known: number; unknown: number }, more: Pick<Pod, 'namespaceLabels'> = {},
): Evaluator {
  const worlds = new WeakMap<object, World>();
  return (manifests, request) => {
    const world = worlds.get(manifests) ?? readingOf(manifests);
    worlds.set(manifests, world);
    const answer = asked(world, request, more);
    if (answer === undefined) return evaluate(manifests, request);
    counts[answer === 'unknown' ? 'unknown' : 'known']++;
    return answer === 'unknown' ? evaluate(manifests, request) : answer === 'allowed';
  };
}
