import { anyTransport, clientSupports, ingressRule, networkPolicy } from './network-policy';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { NamespaceDefaultModel, NamespaceRule } from '../../model/namespace-default';
import { addingClaims } from '../contract/allowances';
import { defaultClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { rendered } from '../contract/rendering';
import { FULL, full, none } from '../contract/support';
import { refused } from '../contract/unwritten';

/** One NetworkPolicy for all pods of the namespace, which adds to those of its workloads. Without rules, it lets nobody in. */
export const networkPolicyNamespaceDefault: Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> = {
  renders: 'a NetworkPolicy for all pods of the namespace; without allowances, it has no rules',
  supports: {
    ...clientSupports,
    NamespaceDenyAll: FULL,
    MeshDenyAll: none('a NetworkPolicy is for pods of its own namespace', 'Write a NamespaceAccessDefault for each namespace'),
    AllowanceForAll: full('rules that add to those of each workload'),
    PortOfAll: full('the number, over TCP and UDP'),
  },
  claims: model => {
    const { namespace, rules } = model;
    return [...defaultClaims(model), ...(namespace === undefined || rules.length === 0 ? [] : addingClaims({ namespace }))];
  },
  render: ({ name, namespace = refused(), rules }: Fields<NamespaceDefaultModel, 'name' | 'namespace' | 'rules'>) => rendered(networkPolicy({ name, namespace }, {
    podSelector: {}, policyTypes: ['Ingress'], ...(rules.length > 0 && { ingress: rules.map(ruleOf) }),
  })),
};

/** Exceptions are refused. */
function ruleOf({ sources, ports }: Fields<NamespaceRule, 'sources' | 'ports', 'exceptSources'>) {
  return ingressRule(sources, ports.length === 0 ? undefined : flatMap(ports, anyTransport));
}
