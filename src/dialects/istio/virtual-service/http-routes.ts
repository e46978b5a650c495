import { ofClients } from './client-match';
import { corsPolicy } from './cors-policy';
import { destinationOf } from './destination';
import { fault } from './fault';
import { headerOperations } from './header-operations';
import { httpMatches } from './http-match';
import { percentage } from './percentage';
import { httpRedirect } from './redirect';
import { retries, timeout } from './retries';
import { httpRewrite } from './rewrite';
import type {
  VirtualServiceSpecHttp, VirtualServiceSpecHttpMirrors, VirtualServiceSpecHttpRoute,
} from '../../../../imports/istio/networking.istio.io';
import type { Fields } from '../../../model/fields';
import { merged } from '../../../model/fields';
import type { DirectResponse, Handling, Mirror } from '../../../model/handling';
import { prefixChange } from '../../../model/handling';
import { flatMap } from '../../../model/lists';
import { longestPathFirst } from '../../../model/match';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../../../model/route';
import type { Plain } from '../../contract/manifest';
import { elsewhere } from '../../contract/unwritten';

type HttpRoute = Plain<VirtualServiceSpecHttp>;

/** The routes of one port, in order: Istio takes the first that matches. */
export function httpRoutes(model: RouteModel, { port, rules }: PortRoute): HttpRoute[] {
  return flatMap(rules, partsOf).map(({ name, matches, clients, backends, handling }): HttpRoute => ({
    ...(name !== undefined && { name }),
    match: ofClients(clients, matches.length === 0 ? [{ port }] : flatMap(matches, match => httpMatches(port, match))),
    ...treatment(handling, { model, handling, prefix: matches[0]?.path?.value }),
    ...(backends.length > 0 && { route: backends.map((backend, _, { length }) => weightedDestination(model, backend, length)) }),
  }));
}

/** Where a prefix is replaced, each match gets a route of its own, which says what is replaced; the longest prefix first. */
function partsOf(rule: RouteRule): RouteRule[] {
  return prefixChange(rule.handling) === undefined ? [rule]
    : longestPathFirst(rule.matches).map(match => ({ ...rule, matches: [match] }));
}

/** Absent settings keep the defaults of the mesh. */
const treatment = merged<Handling, HttpRoute, [Context]>({
  requestHeaders: (_, { handling }) => headerOperations(handling),
  responseHeaders: (_, { handling }) => headerOperations(handling),
  rewrite: (rewrite, { prefix }) => ({ rewrite: httpRewrite(rewrite, prefix) }),
  redirect: redirect => ({ redirect: httpRedirect(redirect) }),
  directResponse: ({ statusCode }: Fields<DirectResponse, 'statusCode'>) => ({ directResponse: { status: statusCode } }),
  mirrors: (mirrors, { model }) => ({ mirrors: mirrors.map(mirror => copies(model, mirror)) }),
  cors: cors => ({ corsPolicy: corsPolicy(cors) }),
  faults: faults => ({ fault: fault(faults) }),
  timeouts: (_, { handling }) => timeout(handling),
  retries: (_, { handling }) => retries(handling),
  // In a DestinationRule.
  stickiness: elsewhere,
});

/** What some of it is said together with. */
interface Context {
  readonly model: RouteModel;
  readonly handling: Handling;
  /** The prefix that matched, where one is replaced. */
  readonly prefix: string | undefined;
}

function copies(model: RouteModel, mirror: Mirror): Plain<VirtualServiceSpecHttpMirrors> {
  const { numerator, denominator } = mirror.fraction;
  return { destination: destinationOf(model, mirror), ...(numerator < denominator && { percentage: percentage(numerator / denominator) }) };
}

function weightedDestination(model: RouteModel, backend: WeightedBackend, backends: number): Plain<VirtualServiceSpecHttpRoute> {
  return { destination: destinationOf(model, backend), ...(backends > 1 && { weight: backend.weight }), ...headerOperations(backend) };
}
