import { destinationOf } from './destination';
import type { VirtualServiceSpecTcp } from '../../../../imports/istio/networking.istio.io';
import type { PortRoute, RouteModel } from '../../../model/route';
import type { Plain } from '../../contract/manifest';

/** The connections to one port are all alike: there is one rule. */
export function tcpRoute(model: RouteModel, { port, rules: [{ backends }] }: PortRoute): Plain<VirtualServiceSpecTcp> {
  return { match: [{ port }], route: backends.map(backend => ({ destination: destinationOf(model, backend), weight: backend.weight })) };
}
