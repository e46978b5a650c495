import { NETWORKING_API_VERSION } from './apis';
import { destinations, isSame, requestPorts } from './destinations';
import { stickinessOf, stickyBalancer } from './stickiness';
import type { Split } from './subsets';
import { splitServices, subset } from './subsets';
import type { TrafficPolicy } from './traffic-policy';
import { trafficPolicy } from './traffic-policy';
import type { DestinationRuleSpec } from '../../../imports/istio/networking.istio.io';
import type { Stickiness } from '../../model/handling';
import { shortHash } from '../../model/hash';
import type { RouteModel } from '../../model/route';
import type { Claim } from '../contract/claim';
import { claim } from '../contract/claim';
import type { Manifest, Plain } from '../contract/manifest';

type Spec = Pick<Plain<DestinationRuleSpec>, 'host' | 'subsets'> & { readonly trafficPolicy?: TrafficPolicy };

/** One DestinationRule for each Service to which requests go, if it has content: the proxies of clients count by Service. */
export function destinationRules(model: RouteModel): Manifest[] {
  return ruled(model).map(({ to: { host, namespace }, hasPolicy, stickiness, subsets }) => {
    const policy = trafficPolicy(model.traffic);
    const sticky = stickiness && { loadBalancer: { ...policy.loadBalancer, ...stickyBalancer(stickiness) } };
    const spec: Spec = {
      host,
      ...(hasPolicy && { trafficPolicy: { ...policy, ...sticky } }),
      ...(subsets.length > 0 && { subsets: subsets.map(subset) }),
    };
    return { apiVersion: NETWORKING_API_VERSION, kind: 'DestinationRule', metadata: { name: `${model.name}-${shortHash(host)}`, namespace }, spec };
  });
}

/** Of two for one host, Istio reads the older one. */
export function destinationRuleClaims(model: RouteModel): Claim[] {
  return ruled(model).map(({ to: { host, namespace } }) =>
    claim('DestinationRule', { type: 'host', host, namespace }));
}

interface Ruled extends Split {
  readonly hasPolicy: boolean;
  readonly stickiness?: Stickiness;
}

/** The Services whose DestinationRule has content. Claims are asked for of what is refused, too, and so nothing is written here. */
function ruled(model: RouteModel): Ruled[] {
  const { rateLimit: _, ...said } = model.traffic;
  const isSaid = Object.keys(said).length > 0;
  const split = splitServices(model);
  const isSticky = requestPorts(model).some(({ rules }) => rules.some(({ handling }) => handling.stickiness !== undefined));
  if (!isSaid && !isSticky && split.length === 0) {
    return [];
  }
  const taking = destinations(model).map((to): Ruled => {
    const stickiness = stickinessOf(model, to);
    return { to, hasPolicy: isSaid || stickiness !== undefined, stickiness, subsets: split.find(one => isSame(one.to, to))?.subsets ?? [] };
  });
  // Where copies alone go to, the traffic of the Service is not.
  const copied = split.filter(({ to }) => !taking.some(one => isSame(one.to, to))).map((one): Ruled => ({ ...one, hasPolicy: false }));
  return [...taking, ...copied].filter(({ hasPolicy, subsets }) => hasPolicy || subsets.length > 0);
}
