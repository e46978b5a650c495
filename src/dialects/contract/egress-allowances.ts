import type { Refusal } from './refusal';
import type { Support } from './support';
import { partial } from './support';
import type { IndivisibleDestination } from '../../model/allowances/without-egress-denials';
import { withoutEgressDenials } from '../../model/allowances/without-egress-denials';
import type { DnsServer } from '../../model/dns';
import type { CidrDestination, EgressModel, EgressPort, InsideDestination } from '../../model/egress';
import { calledInWords } from '../../model/egress-words';
import type { EgressFeature } from '../../model/features/egress';
import { flatMap } from '../../model/lists';

/** Denials of calls, where an API has allowances only. */
export const CALLS_TAKEN_OUT: Support = partial('what is left has to be addresses and pods that can be named', 'what is denied is taken out of what is allowed');

/** A policy on calls in allowances alone, or why these cannot say the same. */
function egressInAllowances(model: EgressModel): EgressModel | readonly Refusal<EgressFeature>[] {
  const same = withoutEgressDenials(model);
  return 'destinations' in same ? same : same.map(refusal);
}

/** The same for who carries no datagrams: a denial of these would not hold. */
export function tcpInAllowances(model: EgressModel): EgressModel | readonly Refusal<EgressFeature>[] {
  const datagrams = (model.denials ?? []).filter(({ ports }) => ports.some(({ protocol }) => protocol === 'UDP'));
  return datagrams.length === 0 ? egressInAllowances(model) : datagrams.map(denied => ({
    what: `a denial of UDP to ${calledInWords(denied)}`,
    reason: 'the proxies do not carry UDP, so that it would pass',
    remedy: 'Deny it with a target that holds outside the pod, such as NetworkPolicy',
  }));
}

/** The same for who opens lookups in the DNS by itself. */
export function withLookupsInAllowances(model: EgressModel, dns: readonly DnsServer[]): EgressModel | readonly Refusal<EgressFeature>[] {
  const same = egressInAllowances(model);
  const lookups = {
    destinations: flatMap(dns, (server): CidrDestination[] => server.kind === 'pods' ? [] : [{ kind: 'cidr', cidr: server.cidr, ports: lookupPorts(server) }]),
    inside: flatMap(dns, (server): InsideDestination[] => server.kind !== 'pods' ? []
      : [{ kind: 'pods', labels: server.labels, namespace: server.namespace, ports: lookupPorts(server) }]),
  };
  const left = withoutEgressDenials({ ...model, ...lookups });
  const isOpen = 'destinations' in left && JSON.stringify([left.destinations, left.inside]) === JSON.stringify([lookups.destinations, lookups.inside]);
  return !('destinations' in same) || isOpen ? same : [{
    what: 'a denial that may hold for lookups in the DNS',
    reason: 'there are allowances only here, and one is for these lookups',
    remedy: 'Leave the DNS out of what is denied',
  }];
}

function lookupPorts({ port }: DnsServer): EgressPort[] {
  return [{ port, protocol: 'UDP' }, { port, protocol: 'TCP' }];
}

function refusal({ allowed, denied }: IndivisibleDestination): Refusal<EgressFeature> {
  const beside = allowed === undefined ? denied.kind === 'apiServer' || denied.kind === 'nodes' ? '' : ' in a cluster that is open'
    : ` beside an allowance of calls to ${calledInWords(allowed)}`;
  return {
    what: `a denial of calls to ${calledInWords(denied)}${beside}`,
    reason: 'there are allowances only here, and none is for all calls of one kind but some',
    remedy: allowed === undefined ? 'Write `closeCluster: true`, and allow what may be called' : 'Allow only what is not denied, each by its name or its addresses',
  };
}
