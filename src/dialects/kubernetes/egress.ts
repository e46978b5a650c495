import { networkPolicy, selectorRefusals } from './network-policy';
import type { EgressModel } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import { egressClaims } from '../claim';
import type { Dialect, Manifest } from '../dialect';
import { FULL, none } from '../dialect';

const noNames = none('a NetworkPolicy knows addresses, not names');

/**
 * One NetworkPolicy that lets calls out to every pod, and outside to what the model allows.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export const networkPolicyEgress: Dialect<EgressModel, EgressFeature> = {
  supports: {
    NamespaceEgress: FULL,
    WorkloadEgress: FULL,
    EgressDenyAll: FULL,
    EgressHost: noNames,
    EgressWildcardHost: noNames,
    EgressCidr: FULL,
    EgressHTTP: FULL,
    EgressTLS: FULL,
    EgressTCP: FULL,
    EgressUDP: FULL,
  },
  claims: egressClaims,
  refusals: ({ workload }) => workload === undefined ? [] : selectorRefusals(workload),
  render,
};

function render(model: EgressModel): Manifest[] {
  const { workload, destinations } = model;
  return [networkPolicy(model, {
    podSelector: workload === undefined ? {} : { matchLabels: { ...workload.podSelector } },
    policyTypes: ['Egress'],
    egress: [
      // Every pod of every namespace, on every port; an empty rule would be everything, outside too.
      { to: [{ namespaceSelector: {} }] },
      ...destinations.flatMap(destination => destination.kind !== 'cidr' ? [] : [{
        to: [{ ipBlock: { cidr: destination.cidr } }],
        ports: destination.ports.map(({ port, protocol }) => ({ port, protocol: protocol === 'UDP' ? 'UDP' : 'TCP' })),
      }]),
    ],
  })];
}
