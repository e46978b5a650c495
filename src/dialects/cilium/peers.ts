import type { IngressRule } from './apis';
import type { LabelSelector } from './labels';
import { CLUSTER, labelsBehind, NAMESPACE, NAMESPACE_LABELS, SERVICE_ACCOUNT } from './labels';
import type { AccessRule, IdentitySource, Source, SourceFields } from '../../model/access';
import { byKind } from '../../model/by-kind';
import { nothing } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { ipBlock } from '../contract/ip-block';

/** The clients of a rule, in as many parts as Cilium needs: pods, nodes and addresses cannot be in one entry. */
export function peers({ sources, exceptSources }: Pick<AccessRule, 'sources' | 'exceptSources'>): Pick<IngressRule, 'fromEndpoints' | 'fromCIDRSet' | 'fromEntities' | 'fromNodes'>[] {
  if (sources.some(({ kind }) => kind === 'anyone')) {
    return [{ fromEntities: ['all'] }];
  }
  const fromEndpoints = flatMap(sources, source => selectors(source, exceptSources));
  const fromCIDRSet = flatMap(sources, source => source.kind === 'ipBlock' ? [ipBlock(source)] : []);
  const fromEntities = flatMap(sources, ({ kind }) => ENTITIES[kind]);
  const fromNodes = flatMap(sources, source => source.kind === 'nodeLabels' ? [nodes(source)] : []);
  // Something on the way could drop an empty list, which would then mean everyone.
  return [
    ...(fromEntities.length > 0 ? [{ fromEntities: [...new Set(fromEntities)] }] : []),
    ...(fromEndpoints.length > 0 ? [{ fromEndpoints }] : []),
    ...(fromCIDRSet.length > 0 ? [{ fromCIDRSet }] : []),
    ...(fromNodes.length > 0 ? [{ fromNodes }] : []),
  ];
}

/**
 * The clients that a rule denies. Anyone is everyone but the node of the pod, which reaches its own pods, and probes them: a denial for
 * all would keep it out, too.
 */
export function deniedPeers({ sources, exceptSources }: Pick<AccessRule, 'sources' | 'exceptSources'>): Pick<IngressRule, 'fromEndpoints' | 'fromEntities'>[] {
  return !sources.some(({ kind }) => kind === 'anyone') ? peers({ sources, exceptSources }) : [
    { fromEndpoints: [{ matchExpressions: [{ key: 'reserved:host', operator: 'DoesNotExist' }] }] },
    ...peers({ sources: sources.filter(includesOwnNode), exceptSources }),
  ];
}

/** Whether the node of a pod is, or may be, among the clients that are named. */
export function includesOwnNode({ kind }: Source): boolean {
  return kind === 'nodes' || kind === 'apiServer';
}

/** Cilium adds that they are other nodes than that of the pod, which needs no rule. */
function nodes({ labels }: SourceFields<'nodeLabels', 'labels'>): LabelSelector {
  return { matchLabels: { ...labels } };
}

/** What Cilium knows as a whole, by where it is. */
const ENTITIES: Readonly<Record<Source['kind'], readonly ('ingress' | 'kube-apiserver' | 'host' | 'remote-node' | 'init')[]>> = {
  gateway: ['ingress'],
  apiServer: ['kube-apiserver'],
  // That of the pod is no remote one.
  nodes: ['host', 'remote-node'],
  nodeLabels: [],
  uninitialized: ['init'],
  trustDomain: [],
  serviceAccount: [],
  namespace: [],
  namespaceLabels: [],
  pods: [],
  spiffeId: [],
  ipBlock: [],
  anyAuthenticated: [],
  anyone: [],
};

/** The pods of a source, without the excepted ones. */
export const selectors = byKind<Source, readonly LabelSelector[], [readonly IdentitySource[]]>({
  serviceAccount: ({ namespace, name }: SourceFields<'serviceAccount', 'namespace' | 'name'>, exceptions) => {
    const excepted = exceptionsIn(namespace, exceptions);
    return excepted === 'all' || excepted.includes(name) ? [] : [{ matchLabels: { [NAMESPACE]: namespace, [SERVICE_ACCOUNT]: name } }];
  },
  namespace: ({ name }: SourceFields<'namespace', 'name'>, exceptions) => inNamespace(name, {}, exceptions),
  namespaceLabels: ({ labels }: SourceFields<'namespaceLabels', 'labels'>, exceptions) => {
    const prefixed = labelsBehind(NAMESPACE_LABELS, labels);
    return anywhere({ matchLabels: prefixed }, prefixed, exceptions);
  },
  pods: ({ labels, namespace, namespaceLabels = {}, cluster }: SourceFields<'pods', 'labels' | 'namespace' | 'namespaceLabels' | 'cluster'>, exceptions) => {
    const own = { ...cluster !== undefined && { [CLUSTER]: cluster }, ...labelsBehind('k8s:', labels) };
    if (namespace !== undefined) {
      return inNamespace(namespace, own, exceptions);
    }
    const all = { ...labelsBehind(NAMESPACE_LABELS, namespaceLabels), ...own };
    // Without a word on namespaces, a selector means that of the policy.
    return anywhere({ matchLabels: all, matchExpressions: [exists(NAMESPACE)] }, all, exceptions);
  },
  // Every pod that Cilium gives an identity has one of a ServiceAccount.
  anyAuthenticated: (_, exceptions) => anywhere({ matchExpressions: [exists(NAMESPACE), exists(SERVICE_ACCOUNT)] }, {}, exceptions),
  // Entities, nodes, and addresses.
  anyone: nothing,
  gateway: nothing,
  ipBlock: nothing,
  spiffeId: nothing,
  trustDomain: nothing,
  uninitialized: nothing,
  apiServer: nothing,
  nodes: nothing,
  nodeLabels: nothing,
});

/** Pods of any namespace, except the excepted ones. A namespace of which some pods are excepted gets a selector of its own. */
function anywhere(selector: LabelSelector, labels: Readonly<Record<string, string>>, exceptions: readonly IdentitySource[]): LabelSelector[] {
  const namespaces = [...new Set(flatMap(exceptions, exception => namespacesOf(exception)))].sort();
  if (namespaces.length === 0) {
    return [selector];
  }
  const elsewhere = { key: NAMESPACE, operator: 'NotIn' as const, values: namespaces };
  return [
    { ...selector, matchExpressions: [...selector.matchExpressions ?? [exists(NAMESPACE)], elsewhere] },
    ...flatMap(namespaces, namespace => inNamespace(namespace, labels, exceptions)),
  ];
}

function inNamespace(namespace: string, labels: Readonly<Record<string, string>>, exceptions: readonly IdentitySource[]): LabelSelector[] {
  const excepted = exceptionsIn(namespace, exceptions);
  return excepted === 'all' ? [] : [{
    matchLabels: { [NAMESPACE]: namespace, ...labels },
    ...(excepted.length > 0 && { matchExpressions: [{ key: SERVICE_ACCOUNT, operator: 'NotIn', values: excepted }] }),
  }];
}

/** The ServiceAccounts of a namespace that are excepted. */
function exceptionsIn(namespace: string, exceptions: readonly IdentitySource[]): string[] | 'all' {
  const excepted = flatMap(exceptions, exception => exceptedIn(exception, namespace));
  return excepted.includes('all') ? 'all' : flatMap(excepted, one => one === 'all' ? [] : [one.serviceAccount]);
}

type Excepted = 'all' | { readonly serviceAccount: string };

const exceptedIn = byKind<IdentitySource, readonly Excepted[], [string]>({
  serviceAccount: ({ namespace, name }: SourceFields<'serviceAccount', 'namespace' | 'name'>, within) =>
    namespace === within ? [{ serviceAccount: name }] : [],
  namespace: ({ name }: SourceFields<'namespace', 'name'>, within) => name === within ? ['all'] : [],
  // Refused as an exception.
  spiffeId: nothing,
});

const namespacesOf = byKind<IdentitySource, readonly string[]>({
  serviceAccount: ({ namespace }: SourceFields<'serviceAccount', 'namespace', 'name'>) => [namespace],
  namespace: ({ name }: SourceFields<'namespace', 'name'>) => [name],
  spiffeId: nothing,
});

/** Every pod that Cilium gives an identity. */
export const ANY_POD: LabelSelector = { matchExpressions: [exists(NAMESPACE)] };

export function exists(key: string) {
  return { key, operator: 'Exists' as const };
}
