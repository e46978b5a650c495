import { POLICY } from './backends';
import { type Rule, type RouteKind, ruleOf } from './rule';
import type { Fields } from '../../../manifests/fields';
import type { Doubt } from '../../../meaning/condition';
import { SERVICE_IMPORT } from '../../../model/service-ref';
import { annotations, labels } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { ageOf, type Owner } from '../../../reading/ranking';
import { doubtOf } from '../../../reading/understood';

/** A route of any kind, as it is written. */
export interface Route extends Owner {
  /** Of Gateway API, or of Linkerd, which has an HTTPRoute of its own. */
  readonly group: string;
  readonly kind: RouteKind;
  /** `v1`, `v1alpha2`. */
  readonly version: string;
  readonly name: string;
  readonly namespace: string;
  readonly parents: readonly Parent[];
  /** Whether it is attached to the Gateways that are said to be for such routes. */
  readonly usesDefaults: boolean;
  readonly hostnames: readonly string[];
  readonly rules: readonly Rule[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Something beside its rules that is not understood. */
  readonly doubt?: Doubt;
}

/** What a route is attached to. */
export interface Parent {
  readonly kind: 'Service' | 'ServiceImport' | 'Gateway' | 'ListenerSet';
  readonly name: string;
  readonly namespace: string;
  readonly port?: number;
  readonly sectionName?: string;
}

export const ROUTE_KINDS: readonly RouteKind[] = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'];

export function routeOf(object: ReadObject, namespace: string): Route {
  const { fields, name, manifest, group, version } = object;
  const kind = object.kind as RouteKind;
  const spec = fields.field('spec');
  labels(fields.field('metadata').field('labels'));
  const own = annotations(fields.field('metadata').field('annotations'));
  const parents = spec.field('parentRefs').items().flatMap(item => parentOf(item, group, namespace) ?? []);
  const usesDefaults = spec.field('useDefaultGateways').text() === 'All';
  const hostnames = spec.field('hostnames').items().flatMap(item => item.text() ?? []);
  const rules = spec.field('rules').isSaid ? spec.field('rules').items().map(item => ruleOf(object, kind, item, namespace)) : [];
  const [doubt] = fields.doubts().filter(({ place }) => !place.path.startsWith('spec.rules['));
  return {
    source: sourceOf(object),
    group,
    kind,
    version,
    name,
    namespace,
    parents,
    usesDefaults,
    hostnames,
    rules,
    annotations: own,
    ...ageOf(manifest?.metadata?.creationTimestamp, `${namespace}/${name}`),
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

/** Parents of other kinds are none of what is asked for here. Without a group, the API server writes that of the route. */
function parentOf(fields: Fields, groupOfRoute: string, home: string): Parent | undefined {
  const [group = groupOfRoute, kind = 'Gateway', name, namespace, sectionName] =
    ['group', 'kind', 'name', 'namespace', 'sectionName'].map(field => fields.field(field).text());
  const port = fields.field('port').integer();
  if (name === undefined) return fields.doubt('it does not say which object it is attached to');
  const known = KINDS.find(one => one.kind === kind && one.groups.includes(group) && (one.as === 'Service' || groupOfRoute !== POLICY));
  return known && {
    kind: known.as, name, namespace: namespace || home, ...(port !== undefined && { port }), ...(sectionName !== undefined && { sectionName }),
  };
}

const KINDS: readonly { readonly kind: string; readonly as: Parent['kind']; readonly groups: readonly string[] }[] = [
  // Meshes take the group by either name.
  { kind: 'Service', as: 'Service', groups: ['', 'core'] },
  { kind: 'ServiceImport', as: 'ServiceImport', groups: [SERVICE_IMPORT.group] },
  { kind: 'Gateway', as: 'Gateway', groups: ['gateway.networking.k8s.io'] },
  { kind: 'ListenerSet', as: 'ListenerSet', groups: ['gateway.networking.k8s.io'] },
  { kind: 'XListenerSet', as: 'ListenerSet', groups: ['gateway.networking.x-k8s.io'] },
];
