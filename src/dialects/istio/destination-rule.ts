import { NETWORKING_API_VERSION } from './apis';
import { destinations, isSame } from './destinations';
import type { SettledPort } from './settled-ports';
import { settledPorts } from './settled-ports';
import { stickyBalancer } from './stickiness';
import type { Split } from './subsets';
import { splitServices, subset } from './subsets';
import type { TrafficPolicy } from './traffic-policy';
import { ofPort, trafficPolicy } from './traffic-policy';
import type { DestinationRuleSpec } from '../../../imports/istio/networking.istio.io';
import type { RouteFeature } from '../../model/features/route';
import type { PortTraffic } from '../../model/handling';
import { shortHash } from '../../model/hash';
import type { RouteModel } from '../../model/route';
import type { Claim } from '../contract/claim';
import { claim } from '../contract/claim';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';

type Spec = Pick<Plain<DestinationRuleSpec>, 'host' | 'subsets'> & { readonly trafficPolicy?: TrafficPolicy };

/** One DestinationRule for each Service to which requests go, if it has content: the proxies of clients count by Service. */
export function destinationRules(model: RouteModel): Manifest[] {
  return ruled(model).map(({ to: { host, namespace }, hasPolicy, settled, subsets }) => {
    const spec: Spec = {
      host,
      ...(hasPolicy && { trafficPolicy: policyOf(model, settled) }),
      ...(subsets.length > 0 && { subsets: subsets.map(subset) }),
    };
    return { apiVersion: NETWORKING_API_VERSION, kind: 'DestinationRule', metadata: { name: `${model.name}-${shortHash(host)}`, namespace }, spec };
  });
}

/** What holds for all ports of a Service, and what for some of several in place of it. */
function policyOf({ traffic }: RouteModel, ports: readonly SettledPort[]): TrafficPolicy {
  const settled = (one: SettledPort): TrafficPolicy => {
    const policy = trafficPolicy({ ...traffic, ...saidOf(one) });
    return one.stickiness === undefined ? policy : { ...policy, loadBalancer: { ...policy.loadBalancer, ...stickyBalancer(one.stickiness) } };
  };
  const ofAll = trafficPolicy(traffic);
  return ports.length === 0 ? ofAll
    : areSeveral(ports) ? { ...ofAll, portLevelSettings: ports.map(one => ofPort(one.port, settled(one))) } : settled(ports[0]);
}

function saidOf({ traffic: { circuitBreaking, connections } = {} }: SettledPort): PortTraffic {
  return { ...(circuitBreaking && { circuitBreaking }), ...(connections && { connections }) };
}

/** Whether the Service has other ports, or may have. */
function areSeveral(ports: readonly SettledPort[]): boolean {
  return ports.length > 1 || ports.some(({ isOneOfSeveral }) => isOneOfSeveral);
}

/** What is lost where something is said of one port alone. */
export function portPolicyRefusals(model: RouteModel): Refusal<RouteFeature>[] {
  return model.traffic.retryBudget === undefined || !ruled(model).some(({ settled }) => areSeveral(settled)) ? [] : [{
    feature: 'RetryBudget',
    reason: 'a DestinationRule has no retry budget in its settings for one port, and something is said of one of several',
    remedy: 'Leave it out, or `stickiness` and `portTraffic`, or make the port a Service of its own',
  }];
}

/** Of two for one host, Istio reads the older one. */
export function destinationRuleClaims(model: RouteModel): Claim[] {
  return ruled(model).map(({ to: { host, namespace } }) =>
    claim('DestinationRule', { type: 'host', host, namespace }));
}

interface Ruled extends Split {
  readonly hasPolicy: boolean;
  readonly settled: readonly SettledPort[];
}

/** The Services whose DestinationRule has content. Claims are asked for of what is refused, too, and so nothing is written here. */
function ruled(model: RouteModel): Ruled[] {
  const { rateLimit: _, ...said } = model.traffic;
  const isSaid = Object.keys(said).length > 0;
  const split = splitServices(model);
  const isSettled = model.ports.some(({ rules, traffic }) =>
    traffic !== undefined || rules.some(({ handling }) => handling.stickiness !== undefined));
  if (!isSaid && !isSettled && split.length === 0) {
    return [];
  }
  const taking = destinations(model).map((to): Ruled => {
    const settled = settledPorts(model, to);
    return { to, hasPolicy: isSaid || settled.length > 0, settled, subsets: split.find(one => isSame(one.to, to))?.subsets ?? [] };
  });
  // Where copies alone go to, the traffic of the Service is not.
  const copied = split.filter(({ to }) => !taking.some(one => isSame(one.to, to))).map((one): Ruled => ({ ...one, hasPolicy: false, settled: [] }));
  return [...taking, ...copied].filter(({ hasPolicy, subsets }) => hasPolicy || subsets.length > 0);
}
