import { misuse } from '../errors/misuse';
import type { Every } from '../model/fields';
import type { GatewayOfClass, PolicedGateway, Waypoint } from '../model/gateway-access';
import type { ExposureGateway } from '../vocabulary/exposure-gateway';
import { checkObjectName } from '../vocabulary/names';

/** A gateway that a policy is for, and where it is, as far as it says so. */
export interface Policed {
  readonly gateway: PolicedGateway;
  readonly namespace?: string;
  /** In words. */
  readonly _called: string;
}

/** The gateway of an exposure has its name from there. */
export function policedGateway(path: string, gateway: ExposureGateway): Policed {
  const model = gateway._toModel();
  if (model.kind === 'own') {
    throw misuse('MESH1006', path, 'a gateway of an exposure has the name of that exposure', 'Use `exposure.gateway`');
  }
  const { name, namespace, className } = model;
  return { gateway: { kind: 'gateway', name, className } satisfies Every<GatewayOfClass>, namespace, _called: `the gateway '${name}'` };
}

/** The waypoint of the namespace of the policy. */
export function policedWaypoint(path: string, name: string): Policed {
  checkObjectName(path, 'name of a Gateway', name);
  return { gateway: { kind: 'waypoint', name } satisfies Every<Waypoint>, _called: `the waypoint '${name}'` };
}
