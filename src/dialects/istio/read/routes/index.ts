import { type DestinationRule, destinationRuleOf, rulesFor, trafficBy } from './destination-rule';
import type { Destination } from './destinations';
import { serviceOfHost } from './hosts';
import type { Place } from './http-route';
import { isFor, isForSidecars, mayBeFor, type VirtualService, virtualServiceOf, waysBy } from './virtual-service';
import type { WayBackend } from '../../../../meaning/world';
import { pushTo } from '../../../../model/lists';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { keyOf } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import type { Owner } from '../../../../reading/ranking';
import type { Reader } from '../../../../reading/reader';

/**
 * Istio's own routes, as sidecars follow them.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export const ISTIO_ROUTES: Reader = {
  title: 'Routes of Istio',
  kinds: { 'networking.istio.io': ['VirtualService', 'DestinationRule', 'Sidecar'] },
  reach: () => ({ pods: 'nowhere', ways: 'anywhere' }),
  read: (objects, cluster, mesh) => {
    if (mesh !== undefined && mesh !== 'istio' && mesh !== 'istio-ambient') return {};
    const of = (kind: string) => objects.filter(one => one.kind === kind);
    const routes = new Index(of('VirtualService'), ({ spec }) => spec?.hosts, object => virtualServiceOf(object, namespaceOf(object), ownerOf(object)));
    const rules = new Index(of('DestinationRule'), ({ spec }) => [spec?.host], object => destinationRuleOf(object, namespaceOf(object)));
    const sidecars = of('Sidecar');
    sidecars.forEach(({ fields }) => fields.field('spec').doubt('it is not known which routes pods with this Sidecar see'));
    return {
      ways: (to, protocol) => {
        const own = routes.for(to).filter(one => isForSidecars(one) && (isFor(one, to) || mayBeFor(one, to)));
        const ways = waysBy(own, to, protocol, { cluster, port: to.port, subset: destination => subsetOf(rules, destination) });
        if (ways === undefined || (sidecars.length === 0 && mesh !== 'istio-ambient')) return ways;
        const why = mesh === 'istio-ambient' ? 'what a waypoint makes of a VirtualService is not read here' : 'it is not known which routes pods with a Sidecar see';
        return { branches: [], otherwise: { value: { unknown: why }, why, source: own[0].source } };
      },
      traffic: to => trafficBy(rulesFor(rules.for(to), to), to),
      readAll: () => [routes, rules].forEach(index => index.readAll()),
    };
  },
};

/** The labels of a subset, where one DestinationRule has it that all see. */
function subsetOf(rules: Index<DestinationRule>, to: Destination): ReturnType<Place['subset']> {
  const [rule, ...others] = rulesFor(rules.for(to), to);
  if (rule === undefined) return 'none';
  if (others.length > 0 || rule.to === undefined || rule.doubt !== undefined || rule.visibleTo !== 'all') return undefined;
  const subset: WayBackend['subset'] = rule.subsets.get(to.subsetName ?? '');
  return subset ?? 'none';
}

/** Objects by the Services that they name, to be read when these are asked about; those that name hosts of other kinds are for any. */
class Index<T extends VirtualService | DestinationRule> {
  private readonly byService = new Map<string, ReadObject[]>();
  private readonly others: ReadObject[] = [];
  private readonly known = new Map<ReadObject, T>();

  public constructor(
    private readonly all: readonly ReadObject[], hostsOf: (manifest: any) => unknown, private readonly read: (object: ReadObject) => T,
  ) {
    for (const object of all) {
      const hosts = hostsOf(object.manifest);
      const services = Array.isArray(hosts) ? hosts.map(host => typeof host === 'string' ? serviceOfHost(host, namespaceOf(object)) : undefined) : [undefined];
      const keys = new Set(services.flatMap(to => to === undefined ? [] : [keyOf(to.namespace, to.service)]));
      for (const key of keys) pushTo(this.byService, key, object);
      if (services.includes(undefined)) this.others.push(object);
    }
  }

  public for({ service, namespace }: { readonly service: string; readonly namespace: string }): readonly T[] {
    return [...new Set([...this.byService.get(keyOf(namespace, service)) ?? [], ...this.others])].map(object => this.of(object));
  }

  public readAll(): void {
    this.all.forEach(object => this.of(object));
  }

  private of(object: ReadObject): T {
    const known = this.known.get(object) ?? this.read(object);
    this.known.set(object, known);
    return known;
  }
}

function namespaceOf({ namespace = DEFAULT_NAMESPACE }: ReadObject): string {
  return namespace;
}

/** The oldest comes first. */
function ownerOf(object: ReadObject): Owner {
  const created: unknown = object.manifest?.metadata?.creationTimestamp;
  const isKnown = typeof created === 'string' && !Number.isNaN(Date.parse(created));
  return { source: sourceOf(object), ...(isKnown && { age: `${new Date(created).toISOString()} ${object.name} ${namespaceOf(object)}` }) };
}
