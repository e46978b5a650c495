import { NETWORKING_API_VERSION } from './apis';
import type { Destination } from './destinations';
import { destinations, requestPorts } from './destinations';
import { stickinessOf, stickyBalancer } from './stickiness';
import type { TrafficPolicy } from './traffic-policy';
import { trafficPolicy } from './traffic-policy';
import type { DestinationRuleSpec } from '../../../imports/istio/networking.istio.io';
import type { Stickiness } from '../../model/handling';
import { shortHash } from '../../model/hash';
import type { RouteModel } from '../../model/route';
import type { Claim } from '../contract/claim';
import { claim } from '../contract/claim';
import type { Manifest, Plain } from '../contract/manifest';

type Spec = Pick<Plain<DestinationRuleSpec>, 'host'> & { readonly trafficPolicy: TrafficPolicy };

/** One DestinationRule for each Service to which requests go, if it has content: the proxies of clients count by Service. */
export function destinationRules(model: RouteModel): Manifest[] {
  return ruled(model).map(({ to: { host, namespace }, stickiness }) => {
    const spec: Spec = { host, trafficPolicy: { ...trafficPolicy(model.traffic), ...(stickiness && { loadBalancer: stickyBalancer(stickiness) }) } };
    return { apiVersion: NETWORKING_API_VERSION, kind: 'DestinationRule', metadata: { name: `${model.name}-${shortHash(host)}`, namespace }, spec };
  });
}

/** Of two for one host, Istio reads the older one. */
export function destinationRuleClaims(model: RouteModel): Claim[] {
  return ruled(model).map(({ to: { host, namespace } }) =>
    claim('DestinationRule', { type: 'host', host, namespace }));
}

/** The Services whose DestinationRule has content. Claims are asked for of what is refused, too, and so nothing is written here. */
function ruled(model: RouteModel): { readonly to: Destination; readonly stickiness?: Stickiness }[] {
  const { rateLimit: _, ...said } = model.traffic;
  const isSaid = Object.keys(said).length > 0;
  if (!isSaid && !requestPorts(model).some(({ rules }) => rules.some(({ handling }) => handling.stickiness !== undefined))) {
    return [];
  }
  return destinations(model).map(to => ({ to, stickiness: stickinessOf(model, to) })).filter(({ stickiness }) => isSaid || stickiness !== undefined);
}
