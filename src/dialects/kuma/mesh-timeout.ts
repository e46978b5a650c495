import type { MeshTimeoutSpec, TimeoutConf } from './apis';
import { KUMA_API_VERSION } from './apis';
import { commonHandling } from './common-handling';
import { meshService, reachable, routedMeshService } from './mesh-service';
import type { Settled } from './settled';
import { listening, ofAllPorts, ofSomePorts, written } from './settled';
import type { Fields } from '../../model/fields';
import { merged } from '../../model/fields';
import type { Connections, Timeouts } from '../../model/handling';
import { flatMap } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import type { PortRoute, RouteModel } from '../../model/route';
import { isItself } from '../../model/route';
import type { Manifest } from '../contract/manifest';
import { refused } from '../contract/unwritten';
import { goDuration } from '../gateway-api/spelling/duration';

/** One MeshTimeout, for the ports that have one, and for connections to the Services to which the route leads. */
export function meshTimeout(model: RouteModel, ports: readonly PortRoute[]): Manifest[] {
  const requests = flatMap(ports, (port): MeshTimeoutSpec['to'] => {
    const { request }: Fields<Timeouts, 'request', 'backendRequest'> = commonHandling(port).timeouts ?? {};
    return request === undefined ? [] : [{ targetRef: routedMeshService(model, port), default: { http: { requestTimeout: goDuration(request) } } }];
  });
  const to = [...requests, ...written(connected(model), connectionTimes)];
  const spec: MeshTimeoutSpec = { to };
  return to.length === 0 ? [] : [{ apiVersion: KUMA_API_VERSION, kind: 'MeshTimeout', metadata: { name: model.name, namespace: model.namespace }, spec }];
}

/** The Services about whose connections the route says something. What is without bytes is found by the listener of the Service that is called. */
export function connected(model: RouteModel): Settled<Connections>[] {
  const { ports, service, traffic: { connections } } = model;
  const [ofAll, ofSome] = [ofAllPorts(model, 'connections'), [...listening(model), ...ofSomePorts(model, 'connections')]];
  const isListening = connections?.idleTimeout !== undefined && ports.some(({ protocol, rules }) => !hasRequests(protocol) && rules.length > 0);
  return connections === undefined || !isListening || reachable(model).some(one => isItself(model, one)) ? [...ofAll, ...ofSome]
    : [...ofAll, { service, targetRef: () => meshService(model, service), said: connections }, ...ofSome];
}

const connectionTimes = merged<Connections, TimeoutConf>({
  connectTimeout: time => ({ connectionTimeout: goDuration(time) }),
  idleTimeout: time => ({ idleTimeout: goDuration(time) }),
  maxDuration: time => ({ http: { maxConnectionDuration: goDuration(time) } }),
  keepalive: refused,
  maxRequestsPerConnection: refused,
  maxConcurrentStreams: refused,
  http2: refused,
});
