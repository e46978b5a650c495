import { ApiObject, App, Chart } from 'cdk8s';
import type * as fc from 'fast-check';
import { requestFromOutside, requestTo } from './arbitraries/requests';
import { writtenExposure, writtenRoute } from './arbitraries/routes';
import type { Can } from './arbitraries/some';
import { exposedByIntent, routedByIntent } from './intent';
import type { Written, WrittenExposure } from './written';
import { exposure, serviceRoute } from './written';
import { ExternalBackend, MeshTargets } from '../../../src';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import type { ExposureFeature } from '../../../src/model/features/exposure';
import type { RouteFeature } from '../../../src/model/features/route';
import { routeUses } from '../../../src/model/features/route';
import { compileRoute } from '../../../src/targets/compile';
import type { MeshTarget } from '../../../src/targets/mesh-target';
import type { Asked } from '../ask';
import { ask, atLeast, cases, checkValid, isAtLeast } from '../ask';

/** What becomes of a request, from manifests alone. */
export type Evaluator = (manifests: readonly any[], request: RouteRequest) => Outcome;

export interface RoutesOptions {
  /** The channel of the CRDs of Gateway API that the manifests are for. */
  readonly channel?: 'standard' | 'experimental';
  /** What the target makes of a request instead, where a page in docs/traps says so. */
  readonly instead?: (outcome: Outcome, route: Written, request: RouteRequest) => Outcome;
  /** The share of routes that has to be rendered at least. */
  readonly least?: number;
  /** What is not told apart, where a page in docs/traps says so. */
  readonly alike?: (outcome: Outcome) => Outcome;
  /** What no route says, though the target can. */
  readonly without?: readonly RouteFeature[];
  /** What every route says beside what is generated. */
  readonly more?: (route: Written) => Written;
}

/** How many requests are asked of each route. */
const EACH = 25;
/** Routes among which each feature that a target has is used at least once. */
const ENOUGH_FOR_ALL = 2000;

/** Compares what a target makes of requests in the mesh with what the route says, wherever the target does not refuse it. */
export function routesAsWritten(wanted: number, target: MeshTarget, evaluate: Evaluator, options: RoutesOptions = {}): Asked {
  const { supports } = target._dialects.routes;
  const { without = [] } = options;
  const can: Can = feature => feature in supports && supports[feature as RouteFeature].level !== 'none' && !(without as readonly string[]).includes(feature);
  return compare<Written>(wanted, evaluate, options, {
    can,
    features: Object.keys(supports),
    routes: writtenRoute(can).map(options.more ?? (route => route)),
    requests: requestTo,
    outcome: routedByIntent,
    render: route => {
      const chart = chartFor(target, route);
      const model = serviceRoute(chart, route)._route;
      const { errors, manifests } = compileRoute(target, model);
      return { errors, manifests: [...manifests, ...externalBackends(chart, route)], uses: routeUses(model) };
    },
  });
}

/** The same for requests that come to a gateway. */
export function exposesAsWritten(wanted: number, target: MeshTarget, evaluate: Evaluator, options: RoutesOptions = {}): Asked {
  const { supports } = target._dialects.exposure;
  // An exposure takes backends on any port, and the Service itself.
  const can: Can = feature => ['BackendPort', 'ServiceAsBackend'].includes(feature)
    || (feature in supports && supports[feature as ExposureFeature].level !== 'none');
  return compare<WrittenExposure>(wanted, evaluate, options, {
    can,
    features: [],
    routes: writtenExposure(can),
    requests: requestFromOutside,
    outcome: exposedByIntent,
    render: route => {
      const chart = chartFor(target, route);
      const { node } = exposure(chart, route);
      externalBackends(chart, route);
      return { errors: node.validate(), manifests: chart.node.findAll().filter(one => one instanceof ApiObject).map(one => one.toJson()), uses: [] };
    },
  });
}

/** The hosts outside that a route leads to, each by a construct of its own. */
function externalBackends(chart: Chart, { namespace, service: called, handling, rules }: Written): any[] {
  const named = [handling, ...rules].flatMap(({ mirrors = [] }) => mirrors).concat(rules.flatMap(({ backends = [] }) => backends));
  const hosts = new Map(named.filter(({ service }) => service.groupKind?.kind === 'XBackend').map(({ service: { name, namespace: home = called.namespace ?? namespace, ports: [{ port }] } }) =>
    [`${home}-${name}`, { hostname: `${name}.example.com`, port, metadata: { name, namespace: home } }]));
  return [...hosts].flatMap(([id, props]) => new ExternalBackend(chart, id, props).apiObjects.map(one => one.toJson()));
}

interface Subject<Route extends Written> {
  readonly can: Can;
  /** Those that have to be used, where many routes are compared. */
  readonly features: readonly string[];
  readonly routes: fc.Arbitrary<Route>;
  readonly requests: (route: Route) => fc.Arbitrary<RouteRequest>;
  readonly outcome: (route: Route, request: RouteRequest) => Outcome;
  readonly render: (route: Route) => Rendered;
}

interface Rendered {
  readonly errors: readonly string[];
  readonly manifests: readonly any[];
  readonly uses: readonly { readonly feature: string }[];
}

function compare<Route extends Written>(wanted: number, evaluate: Evaluator, options: RoutesOptions, subject: Subject<Route>): Asked {
  const { channel, least: share = 1 / 6, instead = outcome => outcome, alike = outcome => outcome } = options;
  const { can } = subject;
  const counts = { misused: 0, forwarded: 0, redirected: 0, responded: 0, failed: 0 };
  const compared = new Set<string>();
  const least = {
    forwarded: wanted / 20,
    redirected: can('RequestRedirect') ? wanted / 200 : -1,
    responded: can('DirectResponse') ? wanted / 400 : -1,
  };
  const asked = ask(wanted, EACH, cases(subject.routes, subject.requests), (route, requests) => {
    const rendered = orMisused(() => subject.render(route));
    if (rendered === undefined || rendered.errors.length > 0) {
      counts.misused += rendered === undefined ? 1 : 0;
      return undefined;
    }
    const manifests = rendered.manifests.map(({ shared, ...manifest }) => manifest);
    rendered.uses.forEach(({ feature }) => compared.add(feature));
    checkValid(manifests, { channel });
    let count = 0;
    for (const request of requests) {
      const said = alike(instead(subject.outcome(route, request), route, request));
      const given = outcomeOf(evaluate, manifests, request);
      if (typeof given === 'string' || canonical(asFarAsSaid(alike(given), said)) !== canonical(said)) {
        throw new Error([
          `request: ${JSON.stringify(request)}`,
          `wanted:  ${canonical(said)}`,
          `given:   ${typeof given === 'string' ? given : canonical(given)}`,
          `written: ${JSON.stringify(route)}`,
          ...manifests.map(manifest => JSON.stringify(manifest)),
        ].join('\n'));
      }
      counts[said.kind]++;
      count++;
    }
    return count;
  }, () => isAtLeast(counts, least));
  const rendered = asked.programs - asked.refused;
  atLeast({ ...counts, rendered }, { rendered: asked.programs * share, ...least });
  const never = subject.features.filter(feature => can(feature as RouteFeature) && !compared.has(feature));
  if (asked.programs >= ENOUGH_FOR_ALL && never.length > 0) {
    throw new Error(`no route that is rendered uses ${never.join(', ')}`);
  }
  return { ...asked, counts };
}

function chartFor(target: MeshTarget, { namespace }: Written): Chart {
  const app = new App();
  MeshTargets.of(app).add(target);
  return new Chart(app, 'shop', { namespace });
}

/** A misuse says where it is: in the construct, or in the vocabulary. */
const MISUSE = /\[(shop\/route|[A-Z][A-Za-z]+\.)/;

/** Nothing where a misuse is thrown; other errors are bugs. */
function orMisused<T>(render: () => T): T | undefined {
  try {
    return render();
  } catch (error) {
    if (!MISUSE.test((error as Error).message)) {
      throw error;
    }
    return undefined;
  }
}

function outcomeOf(evaluate: Evaluator, manifests: readonly any[], request: RouteRequest): Outcome | string {
  try {
    return evaluate(manifests, request);
  } catch (error) {
    return (error as Error).stack!;
  }
}

/** Without the name of the cookie, where the route leaves it to the implementation. */
function asFarAsSaid(given: Outcome, wanted: Outcome): Outcome {
  if (given.kind !== 'forwarded' || wanted.kind !== 'forwarded' || given.policies.stickiness === undefined || wanted.policies.stickiness?.name !== undefined) {
    return given;
  }
  const { stickiness: { name: _, ...stickiness }, ...policies } = given.policies;
  return { ...given, policies: { ...policies, stickiness } };
}

/** Equal for equal outcomes, whatever the order of their fields. */
function canonical(outcome: Outcome): string {
  return JSON.stringify(outcome, (_, value) => value === null || typeof value !== 'object' || Array.isArray(value) ? value
    : Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined).sort(([a], [b]) => a < b ? -1 : 1)));
}
