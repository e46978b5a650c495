import { ofClients } from './client-match';
import { destinationOf } from './destination';
import type { VirtualServiceSpecTcp } from '../../../../imports/istio/networking.istio.io';
import type { PortRoute, RouteModel } from '../../../model/route';
import type { Plain } from '../../contract/manifest';

/** The connections of a client to one port are all alike: there is a rule for everybody, and others for some clients. */
export function tcpRoutes(model: RouteModel, { port, rules }: PortRoute): Plain<VirtualServiceSpecTcp>[] {
  return rules.map(({ clients, backends }) => ({
    match: ofClients(clients, [{ port }]), route: backends.map(backend => ({ destination: destinationOf(model, backend), weight: backend.weight })),
  }));
}
