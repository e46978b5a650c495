import { type AppRequest, arriving, leaving, leavingInside } from './requests';
import type { Told } from './told';
import { answeredBy, told } from './told';
import type { WrittenApp, WrittenGateway } from './written';
import type { Client, Request } from '../access/request';
import type { Call } from '../egress/call';
import type { Outcome } from '../routes/outcome';
import { toService } from '../routes/outcome';
import type { RouteRequest } from '../routes/request';

/** How a target reads manifests, each part by an evaluator of its own. */
export interface Reader {
  /** Where a request of a client in the mesh goes. */
  readonly routed: (manifests: readonly any[], request: RouteRequest) => Outcome;
  /** Where a request goes that comes to a gateway. */
  readonly exposed: (manifests: readonly any[], request: RouteRequest) => Outcome;
  /** The ServiceAccount of the gateway that is made of a Gateway, where it is not said. */
  readonly accountOf: (gateway: string) => string;
  /** Whether a call leaves its client. */
  readonly letsOut: (manifests: readonly any[], call: Call) => boolean;
  /** Whether a request that arrives at a pod is let in; or that is up to the installation, since no manifest says anything. */
  readonly letsIn: (manifests: readonly any[], request: Request) => boolean | 'as installed';
  /** Whether policies are asked before a route changes the request, where the Service that was called stands. */
  readonly asksBeforeRoutes?: boolean;
}

/** What becomes of a request, from the manifests of the app alone. */
export function byManifests(reader: Reader, app: Pick<WrittenApp, 'world' | 'exposure'>, manifests: readonly any[], asked: AppRequest): Told {
  const { letsOut, routed, exposed, letsIn, asksBeforeRoutes = false } = reader;
  if (asked.kind === 'to outside') {
    return { kind: letsOut(manifests, leaving(asked.client, asked.call)) ? 'let out' : 'kept in' };
  }
  if (asked.kind === 'health check') {
    return answeredBy(asked.arrived, letsIn(manifests, asked.arrived));
  }
  if (asked.kind === 'from outside') {
    const client = gatewayIn(manifests, reader, app.exposure!.gateway);
    return told(app.world, exposed(manifests, asked.request), (pod, port, arrival) => letsIn(manifests, arriving(client, asked, pod, port, arrival)));
  }
  const { client, request } = asked;
  if (!letsOut(manifests, leavingInside(client, request))) {
    return { kind: 'kept in' };
  }
  const outcome = client.meshed ? routed(manifests, request) : toService(request);
  return told(app.world, outcome, (pod, port, arrival) => letsIn(manifests, arriving(client, asked, pod, port, asksBeforeRoutes ? {} : arrival)));
}

/** The client that a Gateway is to the pods. */
function gatewayIn(manifests: readonly any[], { accountOf }: Reader, { pods, client }: WrittenGateway): Client {
  const gateway = manifests.find(({ kind }) => kind === 'Gateway');
  return pods !== undefined || gateway === undefined ? client : { ...client, serviceAccount: accountOf(gateway.metadata.name) };
}
