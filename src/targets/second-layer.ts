import { isDeepStrictEqual } from 'util';
import type { Claim } from '../dialects/contract/claim';
import { partsOfClaim } from '../dialects/contract/claim';
import type { DialectOf } from '../dialects/contract/dialect';
import type { MeshTraffic } from '../dialects/contract/mesh-traffic';
import { together } from '../dialects/contract/rendering';
import type { TargetDialects } from '../dialects/contract/target-dialects';
import { networkPolicyAccess } from '../dialects/kubernetes/access';
import { networkPolicyEgress } from '../dialects/kubernetes/egress';
import { secondLayer, secondLayerOfAll } from '../dialects/kubernetes/second-layer';
import type { EgressModel } from '../model/egress';

/** The same dialects, with a NetworkPolicy below each access policy, and below what is allowed for all workloads of a namespace. What they say and refuse stays theirs. */
export function withSecondLayer(dialects: TargetDialects, traffic: MeshTraffic): TargetDialects {
  const { access, namespaceDefault, egress } = dialects;
  return {
    ...dialects,
    services: { ...dialects.services, byLabels: true },
    access: {
      renders: `${access.renders}; and a NetworkPolicy`,
      supports: access.supports,
      ...(access.inAllowances && { inAllowances: access.inAllowances }),
      claims: model => {
        const own = access.claims(model);
        return [...own, ...networkPolicyAccess.claims(model).filter(claim => !own.some(other => isWithin(claim, other)))];
      },
      render: model => {
        const own = access.render(model);
        return own.refusals.length > 0 ? own : together(own, secondLayer(model, traffic));
      },
      ...(access.behind && { behind: access.behind }),
      ...(access.merged && { merged: access.merged }),
      ...(access.closes && { closes: access.closes }),
      ...(access.asksAtService && { asksAtService: access.asksAtService }),
      ...(access.letsIn && { letsIn: access.letsIn }),
    },
    egress: egress.closed === undefined ? egress : keptFromHosts(egress.closed),
    namespaceDefault: {
      ...namespaceDefault,
      renders: `${namespaceDefault.renders}; and a NetworkPolicy, where there are allowances`,
      render: model => {
        const own = namespaceDefault.render(model);
        return own.refusals.length > 0 ? own : together(own, secondLayerOfAll(model, traffic));
      },
    },
  };
}

/** Pods leave the cluster for addresses alone; hosts, they call by the gateway. */
function keptFromHosts(closed: DialectOf<'egress'>): DialectOf<'egress'> {
  const addresses = networkPolicyEgress([]);
  const withoutHosts = ({ gateway, ...model }: EgressModel): EgressModel =>
    ({ ...model, destinations: model.destinations.filter(({ kind }) => kind !== 'host') });
  return {
    ...closed,
    claims: model => [...closed.claims(model), ...model.gateway === undefined ? [] : addresses.claims(withoutHosts(model))],
    render: model => {
      const own = closed.render(model);
      return own.refusals.length > 0 || model.gateway === undefined ? own : together(own, addresses.render(withoutHosts(model)));
    },
  };
}

/** Whether a claim says no more than another one, which may be on the whole of what this one is on some pods of. */
function isWithin(claim: Claim, other: Claim): boolean {
  return isDeepStrictEqual(claim, other)
    || (claim.by === 'subject' && other.by === 'subject' && other.pods === undefined && isDeepStrictEqual(partsOfClaim(claim), partsOfClaim(other)));
}
