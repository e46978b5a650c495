import type { Attachment } from './authorization-policy';
import { CLASS } from './gateway-client';
import type { Fields } from '../../model/fields';
import type { GatewayOfClass, PolicedGateway } from '../../model/gateway-access';
import type { PodsClaim, Topic } from '../contract/claim';
import type { Refusal } from '../contract/refusal';

/** What gateways, and waypoints, of this name and of the namespace of the policy read. */
export function atGateway(name: string): Attachment {
  return { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }] };
}

/** What selects the pods of a gateway holds at it, too. A waypoint reads nothing that selects pods. */
export function podsClaims(on: Topic, namespace: string, { kind, name }: Pick<PolicedGateway, 'kind' | 'name'>): PodsClaim[] {
  return kind === 'waypoint' ? [] : [{ by: 'labels', on, namespace, labels: { 'gateway.networking.k8s.io/gateway-name': name } }];
}

export const ONLY_OF_CLASS = `Istio knows the pods of a Gateway of class '${CLASS}', which it creates itself`;

/** What nobody reads leaves a gateway open. */
export function classRefusals(what: string, { name, className }: Fields<GatewayOfClass, 'name' | 'className', 'kind'>): Refusal<never>[] {
  return className === CLASS ? [] : [{
    what,
    reason: `${ONLY_OF_CLASS}, and the class of this one is ${className === undefined ? 'unknown' : `'${className}'`}`,
    remedy: className === 'istio-waypoint' ? `Name it as a \`waypoint: '${name}'\``
      : `Give its ExposureGateway \`className: '${CLASS}'\` if that is its class, or leave it to the controller of its class`,
  }];
}
