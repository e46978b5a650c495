import { type AppRequest, arriving, leaving, leavingInside } from './requests';
import type { Told } from './told';
import { told } from './told';
import type { World } from './world';
import type { Request } from '../access/request';
import type { Call } from '../egress/call';
import type { Outcome } from '../routes/outcome';
import { toService } from '../routes/outcome';
import type { RouteRequest } from '../routes/request';

/** How a target reads manifests, each part by an evaluator of its own. */
export interface Reader {
  /** Where a request of a client in the mesh goes. */
  readonly routed: (manifests: readonly any[], request: RouteRequest) => Outcome;
  /** Whether a call leaves its client. */
  readonly letsOut: (manifests: readonly any[], call: Call) => boolean;
  /** Whether a request that arrives at a pod is let in; or that is up to the installation, since no manifest says anything. */
  readonly letsIn: (manifests: readonly any[], request: Request) => boolean | 'as installed';
  /** Whether policies are asked before a route changes the request, where the Service that was called stands. */
  readonly asksBeforeRoutes?: boolean;
}

/** What becomes of a request, from the manifests of the app alone. */
export function byManifests(reader: Reader, world: World, manifests: readonly any[], asked: AppRequest): Told {
  const { letsOut, routed, letsIn, asksBeforeRoutes = false } = reader;
  if (asked.kind === 'to outside') {
    return { kind: letsOut(manifests, leaving(asked.client, asked.call)) ? 'let out' : 'kept in' };
  }
  const { client, request } = asked;
  if (!letsOut(manifests, leavingInside(client, request))) {
    return { kind: 'kept in' };
  }
  const outcome = client.meshed ? routed(manifests, request) : toService(request);
  return told(world, outcome, (pod, port, arrival) => letsIn(manifests, arriving(client, request, pod, port, asksBeforeRoutes ? {} : arrival)));
}
