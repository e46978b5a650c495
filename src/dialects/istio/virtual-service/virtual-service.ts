import { hostOf } from './destination';
import { httpRoutes } from './http-routes';
import { tcpRoutes } from './tcp-route';
import type { VirtualServiceSpec } from '../../../../imports/istio/networking.istio.io';
import { flatMap } from '../../../model/lists';
import { hasRequests } from '../../../model/protocol';
import type { RouteModel } from '../../../model/route';
import { isConsumerRoute } from '../../../model/route';
import type { Manifest, Plain } from '../../contract/manifest';
import { NETWORKING_API_VERSION } from '../apis';

/**
 * One VirtualService, for all ports of the Service. Every match names its port, so that a port without rules keeps its
 * traffic. It holds for all clients, or where it stands outside the namespace of the Service, for those there.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export function virtualService(model: RouteModel): Manifest {
  const routed = model.ports.filter(({ rules }) => rules.length > 0);
  const http = flatMap(routed.filter(({ protocol }) => hasRequests(protocol)), port => httpRoutes(model, port));
  const tcp = flatMap(routed.filter(({ protocol }) => protocol === 'TCP'), port => tcpRoutes(model, port));
  const spec: Plain<VirtualServiceSpec> = {
    hosts: [hostOf(model, model.service)],
    exportTo: [isConsumerRoute(model) ? '.' : '*'],
    http,
    ...(tcp.length > 0 && { tcp }),
  };
  return { apiVersion: NETWORKING_API_VERSION, kind: 'VirtualService', metadata: { name: model.name, namespace: model.namespace }, spec };
}
