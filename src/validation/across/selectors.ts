import { groupKindOf, list, map } from './inventory';

/** Some pods, by their labels. */
export interface Selector {
  readonly matchLabels?: unknown;
  readonly matchExpressions?: unknown;
}

/** Where a manifest selects pods. */
export interface Selected {
  readonly path: string;
  /** The pods of any of them. */
  readonly selectors: readonly Selector[];
  /** The pods that it holds for; those that it leads to, or keeps running; or their clients and servers, which its rules name. */
  readonly as: 'protected' | 'served' | 'peers';
  /** The namespace of the pods; of a policy for the whole mesh, any. */
  readonly namespace?: string;
}

export function selects({ matchLabels, matchExpressions }: Selector, labels: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(map(matchLabels)).every(([key, value]) => valueOf(labels, key) === value)
    && list(matchExpressions).every(({ key, operator, values }) => {
      const value = valueOf(labels, key);
      switch (operator) {
        case 'In': return Array.isArray(values) && values.includes(value);
        case 'NotIn': return !(Array.isArray(values) && values.includes(value));
        case 'Exists': return value !== undefined;
        default: return value === undefined;
      }
    });
}

function valueOf(labels: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** The selectors of a manifest. What selects nothing, or selects by something else than labels of pods, has none. */
export function selectedBy(manifest: any): readonly Selected[] {
  const read = READERS.get(groupKindOf(manifest));
  return read === undefined ? [] : read(map(manifest.spec), manifest.metadata?.namespace ?? '');
}

type Reader = (spec: any, namespace: string) => Selected[];

/** Policies of these namespaces hold for the whole mesh. */
export const ROOTS = new Set(['istio-system', 'kuma-system']);

const READERS = new Map<string, Reader>(Object.entries({
  ...Object.fromEntries(['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication']
    .map(kind => [`security.istio.io ${kind}`, inField('selector')])),
  'telemetry.istio.io Telemetry': inField('selector'),
  'extensions.istio.io WasmPlugin': inField('selector'),
  ...Object.fromEntries(['EnvoyFilter', 'Sidecar'].map(kind => [`networking.istio.io ${kind}`, inLabels('workloadSelector')])),
  'networking.istio.io DestinationRule': inField('workloadSelector'),
  'networking.istio.io VirtualService': ofVirtualService,
  'policy.linkerd.io Server': inField('podSelector'),
  'networking.k8s.io NetworkPolicy': ofNetworkPolicy,
  'policy PodDisruptionBudget': inField('selector', 'served'),
  'Service': ({ selector }, namespace) =>
    selector === undefined || selector === null ? [] : [{ path: 'spec.selector', selectors: [{ matchLabels: selector }], as: 'served', namespace }],
  'cilium.io CiliumNetworkPolicy': ofCilium,
  'cilium.io CiliumClusterwideNetworkPolicy': spec => ofCilium(spec, undefined),
  ...Object.fromEntries(['CircuitBreaker', 'FaultInjection', 'HealthCheck', 'LoadBalancingStrategy', 'Passthrough', 'ProxyPatch', 'RateLimit', 'Retry',
    'Timeout', 'TLS', 'Trace', 'AccessLog', 'Metric', 'TrafficPermission'].map(kind => [`kuma.io Mesh${kind}`, ofKuma('protected')])),
  ...Object.fromEntries(['HTTPRoute', 'TCPRoute'].map(kind => [`kuma.io Mesh${kind}`, ofKuma('peers')])),
} satisfies Record<string, Reader>));

function inField(field: string, as: Selected['as'] = 'protected'): Reader {
  return (spec, namespace) => spec[field] === undefined || spec[field] === null ? []
    : [{ path: `spec.${field}`, selectors: [map(spec[field])], as, ...!ROOTS.has(namespace) && { namespace } }];
}

function inLabels(field: string): Reader {
  return (spec, namespace) => spec[field] === undefined || spec[field] === null ? []
    : [{ path: `spec.${field}`, selectors: [{ matchLabels: spec[field].labels }], as: 'protected', ...!ROOTS.has(namespace) && { namespace } }];
}

/** Clients of any namespace, where a match names none. */
function ofVirtualService(spec: any): Selected[] {
  return (['http', 'tls', 'tcp'] as const).flatMap(protocol => list(spec[protocol]).flatMap((route, r) => list(route.match).flatMap((match, m): Selected[] => {
    const namespace = textOf(match.sourceNamespace);
    return match.sourceLabels === undefined || match.sourceLabels === null ? [] : [{
      path: `spec.${protocol}[${r}].match[${m}].sourceLabels`, selectors: [{ matchLabels: match.sourceLabels }], as: 'peers', ...namespace !== undefined && { namespace },
    }];
  })));
}

function ofNetworkPolicy(spec: any, namespace: string): Selected[] {
  const peers = (['ingress', 'egress'] as const).flatMap(direction => list(spec[direction]).flatMap((rule, r) => {
    const side = direction === 'ingress' ? 'from' : 'to';
    const selectors = list(rule[side]).filter(peer => peer.podSelector && peer.namespaceSelector === undefined).map(peer => map(peer.podSelector));
    return selectors.length === 0 ? [] : [{ path: `spec.${direction}[${r}].${side}`, selectors, as: 'peers', namespace } satisfies Selected];
  }));
  return [...inField('podSelector')(spec, namespace), ...peers];
}

/** Of nodes instead of pods, the peers are still pods. */
function ofCilium(spec: any, namespace: string | undefined): Selected[] {
  const own: Selected[] = spec.endpointSelector === undefined ? []
    : [{ path: 'spec.endpointSelector', as: 'protected', ...ciliumLabels([spec.endpointSelector], namespace) }];
  const peers = (['ingress', 'egress', 'ingressDeny', 'egressDeny'] as const).flatMap(direction => list(spec[direction]).flatMap((entry, r): Selected[] => {
    const side = direction.startsWith('ingress') ? 'fromEndpoints' : 'toEndpoints';
    const selectors = list(entry[side]);
    return selectors.length === 0 ? [] : [{ path: `spec.${direction}[${r}].${side}`, as: 'peers', ...ciliumLabels(selectors, namespace) }];
  }));
  return [...own, ...peers];
}

const CILIUM_NAMESPACE = 'io.kubernetes.pod.namespace';

/** Without what Cilium itself says of pods, which is the same for all versions of a workload. */
function ciliumLabels(selectors: readonly any[], own: string | undefined): Pick<Selected, 'selectors' | 'namespace'> {
  const named = (selector: any) => Object.fromEntries(Object.entries(map(map(selector).matchLabels)).map(([key, value]) => [ciliumKey(key), value]));
  const namespaces = new Set(selectors.map(selector => textOf(named(selector)[CILIUM_NAMESPACE]) ?? own));
  const [namespace] = namespaces;
  const isOfPods = (key: string) => !/^io\.(?:kubernetes|cilium)\b/.test(key);
  return {
    selectors: selectors.map(selector => ({
      matchLabels: Object.fromEntries(Object.entries(named(selector)).filter(([key]) => isOfPods(key))),
      matchExpressions: list(map(selector).matchExpressions).map(({ key, ...rest }) => ({ ...rest, key: ciliumKey(String(key)) }))
        .filter(({ key }) => isOfPods(key)),
    })),
    ...namespaces.size === 1 && { namespace },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function ciliumKey(key: string): string {
  return key.replace(/^(?:k8s|any)[:.]/, '');
}

/** Of the labels of a Dataplane, those that pods have. Routes are for those that call, in any namespace. */
function ofKuma(as: Selected['as']): Reader {
  return ({ targetRef }, namespace) => {
    const labels = map(targetRef?.kind === 'Dataplane' ? targetRef.labels : targetRef?.kind === 'MeshSubset' ? targetRef.tags : undefined);
    const ofPods = Object.entries(labels).filter(([key]) => !/^(?:k8s\.)?kuma\.io\//.test(key));
    const said = textOf(labels['k8s.kuma.io/namespace']);
    const of = said ?? (as === 'peers' || ROOTS.has(namespace) ? undefined : namespace);
    return ofPods.length === 0 ? [] : [{
      path: 'spec.targetRef', selectors: [{ matchLabels: Object.fromEntries(ofPods) }], as, ...of !== undefined && { namespace: of },
    }];
  };
}
