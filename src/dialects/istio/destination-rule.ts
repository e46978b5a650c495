import { NETWORKING_API_VERSION } from './apis';
import type { Destination } from './destinations';
import { destinations, requestPorts } from './destinations';
import { loadBalancer, stickinessOf } from './stickiness';
import type { TrafficPolicy } from './traffic-policy';
import { trafficPolicy } from './traffic-policy';
import type { DestinationRuleSpec } from '../../../imports/istio/networking.istio.io';
import { shortHash } from '../../model/hash';
import type { RouteModel } from '../../model/route';
import type { Claim } from '../contract/claim';
import { claim } from '../contract/claim';
import type { Manifest, Plain } from '../contract/manifest';

type Spec = Pick<Plain<DestinationRuleSpec>, 'host'> & { readonly trafficPolicy: TrafficPolicy };

/** One DestinationRule for each Service to which requests go, if it has content: the proxies of clients count by Service. */
export function destinationRules(model: RouteModel): Manifest[] {
  return policies(model).map(({ to: { host, namespace }, policy }) => {
    const spec: Spec = { host, trafficPolicy: policy };
    return { apiVersion: NETWORKING_API_VERSION, kind: 'DestinationRule', metadata: { name: `${model.name}-${shortHash(host)}`, namespace }, spec };
  });
}

/** Of two for one host, Istio reads the older one. */
export function destinationRuleClaims(model: RouteModel): Claim[] {
  return policies(model).map(({ to: { host, namespace } }) =>
    claim('DestinationRule', { type: 'host', host, namespace }));
}

function policies(model: RouteModel): { readonly to: Destination; readonly policy: TrafficPolicy }[] {
  const ofAll = trafficPolicy(model.traffic);
  if (Object.keys(ofAll).length === 0 && !requestPorts(model).some(({ rules }) => rules.some(({ handling }) => handling.stickiness !== undefined))) {
    return [];
  }
  return destinations(model).map(to => {
    const stickiness = stickinessOf(model, to);
    return { to, policy: { ...ofAll, ...(stickiness && { loadBalancer: loadBalancer(stickiness) }) } };
  }).filter(({ policy }) => Object.keys(policy).length > 0);
}
