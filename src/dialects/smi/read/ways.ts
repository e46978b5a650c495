import { requestIs, sourceOf } from './access';
import { type Division, type DivisionPart, type SplitMeaning } from './divisions';
import type { TrafficSplit } from './tree';
import type { ServicePort } from '../../../meaning/call';
import { ALWAYS, anyOf, type Doubt } from '../../../meaning/condition';
import type { Branch, Decision, Source, Verdict } from '../../../meaning/decision';
import { dependingOn } from '../../../meaning/depending';
import { toService } from '../../../meaning/way';
import type { Way } from '../../../meaning/world';
import { distinctBy } from '../../../model/lists';
import type { Cluster } from '../../../reading/cluster/cluster';

/** Where requests to a Service go, as all of these meshes have it; undefined where no TrafficSplit speaks of the Service. */
export function waysBy(
  all: readonly SplitMeaning[], to: ServicePort, cluster: Cluster, saying: readonly { readonly source: Source }[],
): Decision<Way> | undefined {
  const divided = all.map(meaning => dividedBy(meaning, to, cluster));
  const said = divided.filter(one => one !== undefined);
  const [source] = said.flatMap(({ source: one }) => one);
  if (source === undefined) return undefined;
  const undivided: Decision<Way> = { branches: [], otherwise: { value: toService(to), why: 'a mesh does not split it' } };
  const [one, ...others] = distinctBy(divided.map(way => way?.decision ?? undivided), way => JSON.stringify(way));
  const which: Doubt = { type: 'unknown', why: 'it is not known which mesh reads it', place: source.place };
  const branches = [...others.map(then => ({ when: which, then, source })), { when: ALWAYS, then: one, source }];
  return dependingOn({ branches, otherwise: one.otherwise }, saying);
}

function dividedBy({ divisions, unknown }: SplitMeaning, to: ServicePort, cluster: Cluster) {
  const [lost] = unknown.filter(({ split }) => (split.namespace ?? to.namespace) === to.namespace);
  const division = divisions.find(({ namespace, service }) => namespace === to.namespace && service === to.service);
  const [split] = lost !== undefined ? [lost.split] : division?.splits ?? [];
  if (split === undefined) return undefined;
  const doubt = lost?.message ?? division?.unknown;
  const decision: Decision<Way> = division === undefined || doubt !== undefined
    ? { branches: [], otherwise: undecided(doubt ?? '', split) } : decisionOf(division, to, cluster);
  return { source: sourceOf(split), decision };
}

function decisionOf({ parts }: Division, to: ServicePort, cluster: Cluster): Decision<Way> {
  return {
    branches: parts.map((part): Branch<Way> => ({
      when: part.requests === undefined ? ALWAYS : anyOf(...part.requests.map(requestIs)),
      then: verdictOf(part, to, cluster),
      source: sourceOf(part.split),
    })),
    otherwise: { value: toService(to), why: 'no TrafficSplit is for it' },
  };
}

/** Each gets its share at the port of the same number. */
function verdictOf({ shares, split }: DivisionPart, to: ServicePort, cluster: Cluster): Verdict<Way> {
  const some = shares.filter(({ weight }) => weight > 0);
  if (some.length === 0) return undecided('all weights are 0', split);
  const without = some.find(({ service }) => cluster.service(to.namespace, service)?.ports.some(({ port }) => port === to.port) === false);
  if (without !== undefined) return undecided(`Service '${without.service}' has no port ${to.port}`, split);
  const backends = some.map(({ service, weight }) => ({ namespace: to.namespace, service, port: to.port, weight }));
  return { value: { backends: backends.sort((a, b) => a.service < b.service ? -1 : 1), handling: {}, besides: [] }, why: 'a TrafficSplit is for it', source: sourceOf(split) };
}

function undecided(why: string, split: TrafficSplit): Verdict<Way> {
  return { value: { unknown: why }, why, source: sourceOf(split) };
}
