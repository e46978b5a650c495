import type { Attachment } from './authorization-policy';
import { CLASS } from './gateway-client';
import type { Fields } from '../../model/fields';
import type { GatewayOfClass } from '../../model/gateway-access';
import type { Refusal } from '../contract/refusal';

/** What gateways, and waypoints, of this name and of the namespace of the policy read. */
export function atGateway(name: string): Attachment {
  return { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }] };
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
