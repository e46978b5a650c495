import type { IngressRule } from './apis';
import { ciliumNetworkPolicy, inParts } from './apis';
import { clientRefusals, clientSupports } from './clients';
import { peers } from './peers';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { NamespaceDefaultModel, NamespaceRule } from '../../model/namespace-default';
import { defaultClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { renderUnless } from '../contract/rendering';
import { FULL, full, none } from '../contract/support';
import { refused } from '../contract/unwritten';

/**
 * One CiliumNetworkPolicy for all pods of the namespace, which adds to those of its workloads. A rule without anything lets nobody in.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
export function ciliumNamespaceDefault(nodeSelectorLabels: boolean): Dialect<NamespaceDefaultModel, NamespaceDefaultFeature> {
  return {
    renders: 'a CiliumNetworkPolicy for all pods of the namespace; without allowances, it has an empty rule',
    supports: {
      ...clientSupports,
      NamespaceDenyAll: FULL,
      MeshDenyAll: none(
        'a CiliumClusterwideNetworkPolicy for all pods would close the DNS and everything else in kube-system too, and with it the cluster',
        'Write a NamespaceAccessDefault for each namespace',
      ),
      AllowanceForAll: full('rules that add to those of each workload'),
      PortOfAll: full('the number, over TCP and UDP'),
    },
    claims: defaultClaims,
    render: ({ name, namespace = refused(), rules }: Fields<NamespaceDefaultModel, 'name' | 'namespace' | 'rules'>) =>
      renderUnless(clientRefusals(rules, nodeSelectorLabels), () =>
        [ciliumNetworkPolicy({ name, namespace }, { endpointSelector: {}, ingress: ingressOf(rules) })]),
  };
}

/** The agent drops a policy without any rule. */
function ingressOf(rules: readonly NamespaceRule[]): IngressRule[] {
  const ingress = flatMap(rules, ingressRules);
  return ingress.length > 0 ? ingress : [{}];
}

function ingressRules({ ports, ...clients }: Fields<NamespaceRule, 'sources' | 'exceptSources' | 'ports'>): IngressRule[] {
  const toPorts = inParts(ports).map(part => ({ ports: part.map(port => ({ port: String(port), protocol: 'ANY' as const })) }));
  return peers(clients).map(from => ({ ...from, ...(ports.length > 0 && { toPorts }) }));
}
