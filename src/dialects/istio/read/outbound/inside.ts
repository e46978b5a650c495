import { EXPORT } from './marks';
import type { Outward } from './outside';
import type { Scopes } from './scopes';
import type { Sidecar } from './sidecar';
import { unknownTo } from './unregistered';
import type { Client, ServicePort } from '../../../../meaning/call';
import { allOf, ALWAYS, type Condition, noneOf } from '../../../../meaning/condition';
import type { Branch, Decision, Source, Verdict } from '../../../../meaning/decision';
import type { Gate, Passage, PodPort } from '../../../../meaning/world';
import type { Cluster } from '../../../../reading/cluster/cluster';
import type { Service } from '../../../../reading/cluster/service';
import { sourceOf } from '../../../../reading/objects';
import { nameOfService } from '../routes/hosts';

const TITLE = 'Sidecar of Istio';
const BY_SERVICE: Condition = { type: 'entrance' };

/** What else a proxy knows. */
interface Surroundings {
  readonly scopes: Scopes;
  readonly cluster: Cluster;
  readonly outward: Outward;
}

/** What the proxy of a client makes of calls to pods, by the Services that it knows. */
export function leavingForPods(client: Client & { readonly kind: 'pod' }, to: PodPort, { scopes, cluster, outward }: Surroundings): Gate[] {
  const sidecars = scopes.in(client.namespace);
  const { outbound } = scopes.config;
  const hidden = to.entrances.filter(entrance => isHidden(entrance, client.namespace, cluster));
  if (sidecars.length === 0 && outbound !== 'REGISTRY_ONLY' && hidden.length === 0) return [];
  const of = (sidecar?: Sidecar): Decision<Passage> => {
    const mode = scopes.modeOf(sidecar);
    const branches = to.entrances.flatMap((entrance): Branch<Passage>[] => {
      const calls: Condition = { type: 'entrance', ...entrance };
      const { when, by } = sidecar === undefined ? { when: ALWAYS, by: undefined }
        : scopes.imports(sidecar, { namespace: entrance.namespace, host: nameOfService(entrance), port: entrance.port });
      const source = by?.source ?? sidecar?.source ?? sourceOfService(entrance, cluster) ?? scopes.config.source;
      if (source === undefined) return [];
      const other = unknownTo(mode, source, sidecar === undefined ? 'the Service is not exported to the client' : 'the Sidecar does not import the Service');
      const known: Verdict<Passage> = { value: 'allowed', why: 'the proxy knows the Service', source };
      const taken = outward.takingFor(entrance, client.namespace, sidecar)
        .map((one): Branch<Passage> => ({ ...one, when: allOf(calls, one.when), then: takenBy(one.source) }));
      return [
        ...hidden.includes(entrance) ? [] : [{ when: allOf(calls, when), then: known, source }],
        ...taken,
        { when: calls, then: other, source },
      ];
    });
    const source = sidecar?.source ?? scopes.config.source;
    const direct = mode === 'ALLOW_ANY' || source === undefined ? [] : [{ when: noneOf(BY_SERVICE), then: toAddress(source), source }];
    return { branches: [...branches, ...direct], otherwise: { value: 'allowed', why: 'the proxy lets it pass' } };
  };
  return [{ title: TITLE, decision: scopes.decision(sidecars, of, of()) }];
}

function takenBy(source: Source): Verdict<Passage> {
  const why = 'a ServiceEntry may take calls to the port, as the proxy does not know the Service';
  return { value: { unknown: why }, why, source };
}

function toAddress(source: Source): Verdict<Passage> {
  const why = 'it is not known whether the proxy knows the address of the pod';
  return { value: { unknown: why }, why, source };
}

/** Whether a Service is not for all namespaces, and not for this one. */
function isHidden({ namespace, service }: ServicePort, own: string, cluster: Cluster): boolean {
  const said = cluster.service(namespace, service)?.annotations[EXPORT];
  if (said === undefined) return false;
  const names = said.split(',').map(one => one.trim());
  return !names.some(name => name === '*' || name === own || (name === '.' && namespace === own));
}

/** Whether nothing is said of who sees a Service. */
export function isSeenByAll({ annotations }: Service): boolean {
  return annotations[EXPORT] === undefined;
}

function sourceOfService({ namespace, service }: ServicePort, cluster: Cluster): Source | undefined {
  const own = cluster.service(namespace, service);
  return own && sourceOf(own);
}
