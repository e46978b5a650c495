import type { IngressRule } from './apis';
import type { LabelSelector } from './labels';
import { NAMESPACE, NAMESPACE_LABELS, SERVICE_ACCOUNT } from './labels';
import type { AccessRule, IdentitySource, Source } from '../../model/access';
import { flatMap } from '../../model/lists';

/** The clients of a rule, in as many parts as Cilium needs: pods and addresses cannot be in one entry. */
export function peers({ sources, exceptSources }: Pick<AccessRule, 'sources' | 'exceptSources'>): Pick<IngressRule, 'fromEndpoints' | 'fromCIDRSet' | 'fromEntities'>[] {
  if (sources.some(({ kind }) => kind === 'anyone')) {
    return [{ fromEntities: ['all'] }];
  }
  const fromEndpoints = flatMap(sources, source => selectors(source, exceptSources));
  const fromCIDRSet = flatMap(sources, source => source.kind === 'ipBlock'
    ? [{ cidr: source.cidr, ...(source.except.length > 0 && { except: [...source.except] }) }]
    : []);
  const gateways = sources.some(({ kind }) => kind === 'gateway') ? [{ fromEntities: ['ingress' as const] }] : [];
  // Something on the way could drop an empty list, which would then mean everyone.
  return [...gateways, ...(fromEndpoints.length > 0 ? [{ fromEndpoints }] : []), ...(fromCIDRSet.length > 0 ? [{ fromCIDRSet }] : [])];
}

/** The pods of a source, without the excepted ones. */
function selectors(source: Source, exceptions: readonly IdentitySource[]): LabelSelector[] {
  switch (source.kind) {
    case 'serviceAccount': {
      const excepted = exceptionsIn(source.namespace, exceptions);
      return excepted === 'all' || excepted.includes(source.name)
        ? []
        : [{ matchLabels: { [NAMESPACE]: source.namespace, [SERVICE_ACCOUNT]: source.name } }];
    }
    case 'namespace': return inNamespace(source.name, {}, exceptions);
    case 'namespaceLabels': {
      const labels = Object.fromEntries(Object.entries(source.labels).map(([key, value]) => [`${NAMESPACE_LABELS}${key}`, value]));
      return anywhere({ matchLabels: labels }, labels, exceptions);
    }
    // Every pod that Cilium gives an identity has one of a ServiceAccount.
    case 'anyAuthenticated': return anywhere({ matchExpressions: [exists(NAMESPACE), exists(SERVICE_ACCOUNT)] }, {}, exceptions);
    default: return [];
  }
}

/** Pods of any namespace, except the excepted ones. A namespace of which some pods are excepted gets a selector of its own. */
function anywhere(selector: LabelSelector, labels: Readonly<Record<string, string>>, exceptions: readonly IdentitySource[]): LabelSelector[] {
  const namespaces = [...new Set(flatMap(exceptions, namespacesOf))].sort();
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
  return exceptions.some(exception => exception.kind === 'namespace' && exception.name === namespace)
    ? 'all'
    : flatMap(exceptions, exception => exception.kind === 'serviceAccount' && exception.namespace === namespace ? [exception.name] : []);
}

function namespacesOf(source: IdentitySource): string[] {
  switch (source.kind) {
    case 'serviceAccount': return [source.namespace];
    case 'namespace': return [source.name];
    case 'spiffeId': return [];
  }
}

function exists(key: string) {
  return { key, operator: 'Exists' as const };
}
