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
import type { Handling, Mirror } from '../../../model/handling';
import { prefixChange } from '../../../model/handling';
import type { PortRoute, RouteModel, RouteRule, WeightedBackend } from '../../../model/route';
import type { Plain } from '../../dialect';

type HttpRoute = Plain<VirtualServiceSpecHttp>;

/** The routes of one port, in order: Istio takes the first that matches. */
export function httpRoutes(model: RouteModel, { port, rules }: PortRoute): HttpRoute[] {
  return rules.flatMap(partsOf).map(({ name, matches, backends, handling }): HttpRoute => ({
    ...(name !== undefined && { name }),
    match: matches.length === 0 ? [{ port }] : matches.flatMap(match => httpMatches(port, match)),
    ...treatment(model, handling, matches[0]?.path?.value),
    ...(backends.length > 0 && { route: backends.map((backend, _, { length }) => weighted(model, backend, length)) }),
  }));
}

/** Where a prefix is replaced, each match gets a route of its own, which says what is replaced; the longest prefix first. */
function partsOf(rule: RouteRule): RouteRule[] {
  return prefixChange(rule.handling) === undefined ? [rule]
    : [...rule.matches].sort((a, b) => b.path!.value.length - a.path!.value.length).map(match => ({ ...rule, matches: [match] }));
}

/** What is absent stays as the mesh has it. */
function treatment(model: RouteModel, handling: Handling, prefix: string | undefined): HttpRoute {
  const { rewrite, redirect, cors, faults, mirrors = [] } = handling;
  return {
    ...headerOperations(handling),
    ...(rewrite && { rewrite: httpRewrite(rewrite, prefix) }),
    ...(redirect && { redirect: httpRedirect(redirect) }),
    ...(mirrors.length > 0 && { mirrors: mirrors.map(mirror => copies(model, mirror)) }),
    ...(cors && { corsPolicy: corsPolicy(cors) }),
    ...(faults && { fault: fault(faults) }),
    ...timeout(handling),
    ...retries(handling),
  };
}

function copies(model: RouteModel, mirror: Mirror): Plain<VirtualServiceSpecHttpMirrors> {
  const { numerator, denominator } = mirror.fraction;
  return { destination: destinationOf(model, mirror), ...(numerator < denominator && { percentage: percentage(numerator / denominator) }) };
}

function weighted(model: RouteModel, backend: WeightedBackend, backends: number): Plain<VirtualServiceSpecHttpRoute> {
  return { destination: destinationOf(model, backend), ...(backends > 1 && { weight: backend.weight }), ...headerOperations(backend) };
}
