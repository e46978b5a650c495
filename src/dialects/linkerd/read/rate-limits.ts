import type { Server } from './servers';
import type { Fields } from '../../../manifests/fields';
import type { ServicePort } from '../../../meaning/call';
import type { Doubt } from '../../../meaning/condition';
import { type Decision, isUndecided, type Source, type Undecided } from '../../../meaning/decision';
import type { PodPort, Traffic } from '../../../meaning/world';
import { type ServiceAccountSource, sourceKey } from '../../../model/access';
import type { LimitRule } from '../../../model/handling';
import { distinctBy, pushTo } from '../../../model/lists';
import { portsBehind } from '../../../reading/cluster/behind';
import { type Cluster, DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { doubtOf } from '../../../reading/understood';

/** An HTTPLocalRateLimitPolicy: what the proxies of the pods of a Server let through. */
interface Limit {
  readonly source: Source;
  /** Absent where it is not understood. */
  readonly server?: string;
  readonly traffic: Traffic;
  readonly doubt?: Doubt;
}

function limitOf(object: ReadObject): Limit {
  const spec = object.fields.field('spec');
  const target = spec.field('targetRef');
  const [group, kind, server] = ['group', 'kind', 'name'].map(name => target.field(name).text());
  if (group !== 'policy.linkerd.io' || kind !== 'Server' || server === undefined) target.doubt('Linkerd limits rates at Servers');
  const [total, identity] = ['total', 'identity'].map(name => spec.field(name).field('requestsPerSecond').integer());
  const overrides = spec.field('overrides').items().map(item => ({
    requests: item.field('requestsPerSecond').integer(),
    sources: item.field('clientRefs').items().flatMap(ref => accountOf(ref, object.namespace ?? DEFAULT_NAMESPACE)),
  }));
  const metadata = object.fields.field('metadata');
  ['labels', 'annotations'].forEach(name => metadata.field(name).take());
  const [misplaced] = target.doubts();
  const [doubt] = object.fields.doubts();
  return {
    source: sourceOf(object),
    traffic: { ...rateLimitOf(total, identity, overrides), besides: [] },
    ...(misplaced === undefined && server !== undefined && { server }),
    ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
  };
}

interface Override {
  readonly requests: number | undefined;
  readonly sources: readonly ServiceAccountSource[];
}

function accountOf(ref: Fields, own: string): ServiceAccountSource[] {
  const [group = '', kind, name, namespace] = ['group', 'kind', 'name', 'namespace'].map(field => ref.field(field).text());
  if (name !== undefined && kind?.toLowerCase() === 'serviceaccount' && ['', 'core'].includes(group)) {
    return [{ kind: 'serviceAccount', name, namespace: namespace || own }];
  }
  ref.doubt('it is not a ServiceAccount');
  return [];
}

/** The clients of an override count together, and the last one that names a client is for it (`local_rate_limit.rs` of linkerd2-proxy). */
function rateLimitOf(total: number | undefined, identity: number | undefined, overrides: readonly Override[]): Pick<Traffic, 'rateLimit'> {
  const isLast = (source: ServiceAccountSource, i: number) =>
    !overrides.slice(i + 1).some(({ sources }) => sources.some(other => sourceKey(other) === sourceKey(source)));
  const named = overrides.flatMap(({ requests, sources }, i): LimitRule[] => {
    const own = distinctBy(sources.filter(source => isLast(source, i)), sourceKey).sort((a, b) => sourceKey(a) < sourceKey(b) ? -1 : 1);
    return requests === undefined || own.length === 0 ? [] : [{ sources: own, perClient: false, matches: [], requests }];
  }).sort((a, b) => sourceKey(a.sources[0]) < sourceKey(b.sources[0]) ? -1 : 1);
  const rules = [...named, ...identity === undefined ? [] : [{ sources: [], perClient: true, matches: [], requests: identity }]];
  return total === undefined && rules.length === 0 ? {}
    : { rateLimit: { ...(total !== undefined && { requests: total }), ...(rules.length > 0 && { rules }), interval: 1000 } };
}

/** What limits hold for what is sent to a port of a Service, by the Servers of the pods behind it. */
export class RateLimits {
  private readonly byNamespace = new Map<string, Limit[]>();

  public constructor(
    objects: readonly ReadObject[], private readonly serversFor: (to: PodPort) => readonly { readonly server: Server; readonly isCertain: boolean }[],
  ) {
    for (const object of objects) pushTo(this.byNamespace, object.namespace ?? DEFAULT_NAMESPACE, limitOf(object));
  }

  public of(to: ServicePort, cluster: Cluster): Decision<Traffic> | undefined {
    const limits = this.byNamespace.get(to.namespace);
    if (limits === undefined) return undefined;
    const ports = portsBehind(cluster, to);
    const all = ports.map(port => this.at(port, limits));
    const [first = { unknown: 'the pods behind it are not in the files' }] = all;
    const doubt = all.find(isUndecided);
    const differs = all.some(one => JSON.stringify(one) !== JSON.stringify(first));
    const value = doubt ?? (differs ? { unknown: 'the pods behind it have different limits' } : first);
    const { source } = limits[0];
    return { branches: [], otherwise: { value, why: isUndecided(value) ? value.unknown : 'HTTPLocalRateLimitPolicies say so', source } };
  }

  private at(port: PodPort, limits: readonly Limit[]): Traffic | Undecided {
    const servers = this.serversFor(port);
    const mayHold = limits.filter(({ server }) => server === undefined || servers.some(one => one.server.name === server));
    const [limit, ...others] = mayHold;
    const [only] = servers;
    // Connections are not counted.
    if (limit === undefined || port.protocol === 'TCP' || port.protocol === 'TLS' || port.protocol === 'UDP') return { besides: [] };
    if (limit.doubt !== undefined) return { unknown: limit.doubt.why };
    if (others.length > 0) return { unknown: 'it is not known which of several HTTPLocalRateLimitPolicies is the oldest' };
    if (servers.length > 1 || !only.isCertain) return { unknown: 'it is not known which Server is that of the port' };
    return only.server.doubt !== undefined ? { unknown: only.server.doubt.why } : only.server.speaks === 'bytes' ? { besides: [] } : limit.traffic;
  }
}
