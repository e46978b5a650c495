import { type AppRequest, arriving, entering, type FromOutside, type Inside, leaving, leavesFor } from './requests';
import type { Told } from './told';
import { answeredBy, told } from './told';
import { type Running, serviceIn } from './world';
import { ASIDE, clientAt, isBeside, OF_OTHERS, SHARED, type WrittenApp, type WrittenGateway } from './written';
import type { Client, Pod, Request } from '../../../src/evaluators/access/request';
import type { Arrival, Outcome } from '../../../src/evaluators/routes/outcome';
import { toService } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import type { ServiceForm } from '../../../src/model/service-facts';
import type { Call } from '../egress/call';

/** What such a Service is to a request: it is called, a route of it leads there, or a gateway does. */
export type FormRole = 'called' | 'backend' | 'exposed';

/** How a target reads manifests, each part by an evaluator of its own. */
export interface Reader {
  /** Where a request of a client in the mesh goes. */
  readonly routed: (manifests: readonly any[], request: RouteRequest) => Outcome;
  /** Where a request goes that comes to a port of a gateway. */
  readonly exposed: (manifests: readonly any[], request: RouteRequest, port: number) => Outcome;
  /** Whether a request that comes to a gateway is let through, where gateways have policies; and the tokens that it then still has. */
  readonly passesGateway?: (manifests: readonly any[], request: Request) => boolean;
  readonly tokensBehind?: (manifests: readonly any[], request: Request) => Request['tokens'];
  /** The ServiceAccount of the gateway that is made of a Gateway, where it is not said. */
  readonly accountOf: (gateway: string) => string;
  /** Whether a call leaves its client. */
  readonly letsOut: (manifests: readonly any[], call: Call) => boolean;
  /** Whether a request that arrives at a pod is let in; or that is up to the installation, since no manifest says anything. */
  readonly letsIn: (manifests: readonly any[], request: Request) => boolean | 'as installed';
  /** What becomes of Services that are no address with a selector: whether their routes are read, and what leads to them arrives. */
  readonly forms: Readonly<Record<ServiceForm, Readonly<Record<FormRole, boolean>>>>;
  /** Whether policies are asked before a route changes the request, where the Service that was called stands. */
  readonly asksBeforeRoutes?: boolean;
}

/** What becomes of a request, from the manifests of the app alone. */
export function byManifests(
  reader: Reader, { world, gateway }: Pick<WrittenApp, 'world' | 'gateway'>, manifests: readonly any[], asked: AppRequest,
): Told {
  const { letsOut, routed, exposed, letsIn, asksBeforeRoutes = false } = reader;
  const arrives = (client: Client, one: Inside | FromOutside) => (pod: Pod, port: number, arrival: Arrival) =>
    leavesFor(pod, port, client, one.request, call => letsOut(manifests, call)) && letsIn(manifests, arriving(client, one, pod, port, arrival));
  const works = ({ form }: Running, role: FormRole) => form === 'address with selector' || reader.forms[form][role];
  if (asked.kind === 'to outside') {
    return { kind: letsOut(manifests, leaving(asked.client, asked.call)) ? 'let out' : 'kept in' };
  }
  if (asked.kind === 'health check') {
    return answeredBy(asked.arrived, letsIn(manifests, asked.arrived));
  }
  if (asked.kind === 'from outside') {
    const client = gatewayIn(manifests, reader, gateway, asked.listener);
    const gateways = gateway.kind === 'shared' ? [FRONT] : [];
    const own = manifests.find(({ kind }) => kind === 'Gateway') ?? FRONT;
    const entered = entering(gateway.kind === 'own' ? own.metadata : isBeside(gateway, asked.listener) ? ASIDE : SHARED, gateway.listeners, asked);
    if (reader.passesGateway?.(manifests, entered) === false) {
      return { kind: 'turned away' };
    }
    const behind = reader.tokensBehind === undefined ? asked : { ...asked, tokens: reader.tokensBehind(manifests, entered) };
    return told(world, exposed([...manifests, ...gateways], asked.request, asked.listener), arrives(client, behind), service => !works(service, 'exposed'));
  }
  const { client, request } = asked;
  const called = serviceIn(world, request.to.namespace, request.to.service);
  const outcome = client.meshed && works(called, 'called') ? routed(manifests, request) : toService(request);
  const lets = arrives(client, asked);
  return told(world, outcome, (pod, port, arrival) => lets(pod, port, asksBeforeRoutes ? { ...arrival, request: undefined } : arrival),
    service => service !== called && !works(service, 'backend'));
}

/** A Gateway that takes requests to any host, and routes of any namespace. */
const FRONT = {
  kind: 'Gateway',
  metadata: SHARED,
  spec: { listeners: OF_OTHERS.map(listener => ({ ...listener, allowedRoutes: { namespaces: { from: 'All' } } })) },
};

/** The client that a Gateway of the app is to the pods. */
function gatewayIn(manifests: readonly any[], { accountOf }: Reader, written: WrittenGateway, port: number): Client {
  const { kind, pods } = written;
  const client = clientAt(written, port);
  const gateway = manifests.find(one => one.kind === 'Gateway');
  return kind !== 'own' || pods !== undefined || gateway === undefined ? client : { ...client, serviceAccount: accountOf(gateway.metadata.name) };
}
