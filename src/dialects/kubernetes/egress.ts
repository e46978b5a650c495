import { networkPolicy, selectorRefusals } from './network-policy';
import type { NetworkPolicySpecEgress } from '../../../imports/kubernetes/networking.k8s.io';
import { byKind } from '../../model/by-kind';
import type { DnsServer } from '../../model/dns';
import type { CidrDestination, EgressDestination, EgressModel } from '../../model/egress';
import { transportOf } from '../../model/egress';
import type { EgressFeature } from '../../model/features/egress';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { egressClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { knownLabels } from '../contract/known';
import type { Manifest, Plain } from '../contract/manifest';
import { renderUnless } from '../contract/rendering';
import { FULL, full, none } from '../contract/support';
import { refused } from '../contract/unwritten';

const noRequests = none('a NetworkPolicy sees no requests');
const noNames = none('a NetworkPolicy knows addresses, not names');

/**
 * One NetworkPolicy that lets calls out to every pod, to the DNS if that is no pod, and outside to what the model allows.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicyEgress(dns: readonly DnsServer[]): Dialect<EgressModel, EgressFeature> {
  return {
    renders: 'a NetworkPolicy, for addresses; every pod stays open, and what is no pod, such as the API server, has to be allowed',
    supports: {
      NamespaceEgress: FULL,
      WorkloadEgress: FULL,
      SubsetEgress: FULL,
      EgressDenyAll: FULL,
      EgressHost: noNames,
      EgressWildcardHost: noNames,
      EgressCidr: full('an `ipBlock`'),
      EgressHTTP: FULL,
      EgressTLS: FULL,
      EgressTCP: FULL,
      EgressServerFirst: full('as `EgressPort.tcp`: a NetworkPolicy does not look into the bytes'),
      EgressUDP: FULL,
      EgressTimeouts: noRequests,
      EgressRetries: noRequests,
      EgressTLSOrigination: noRequests,
      EgressClientCertificate: noRequests,
    },
    claims: egressClaims,
    render: model => renderUnless(model.workload === undefined ? [] : selectorRefusals(model.workload), () => manifests(model, dns)),
  };
}

/** Every field of the policy, as a NetworkPolicy writes it. */
type Policy = Fields<EgressModel, 'name' | 'namespace' | 'workload' | 'destinations'>;

function manifests(model: Policy, dns: readonly DnsServer[]): Manifest[] {
  const { workload, destinations } = model;
  return [networkPolicy(model, {
    podSelector: workload === undefined ? {} : { matchLabels: knownLabels(workload) },
    policyTypes: ['Egress'],
    egress: [
      // Every pod of every namespace, on every port; an empty rule would be everything, outside too.
      { to: [{ namespaceSelector: {} }] },
      ...flatMap(dns, server => server.kind === 'pods' ? [] : [{
        to: [{ ipBlock: { cidr: server.cidr } }],
        ports: ['UDP', 'TCP'].map(protocol => ({ port: server.port, protocol })),
      }]),
      ...destinations.map(destination => egressRule(destination)),
    ],
  })];
}

const egressRule = byKind<EgressDestination, Plain<NetworkPolicySpecEgress>>({
  cidr: ({ cidr, ports }: Fields<CidrDestination, 'cidr' | 'ports', 'kind'>) =>
    ({ to: [{ ipBlock: { cidr } }], ports: ports.map(({ port, protocol }) => ({ port, protocol: transportOf(protocol) })) }),
  host: refused,
});
