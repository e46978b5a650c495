import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { requestTo } from './arbitraries/requests';
import { writtenRoute } from './arbitraries/routes';
import { routedByIntent } from './intent';
import type { Outcome } from './outcome';
import type { RouteRequest } from './request';
import type { Written } from './written';
import { serviceRoute } from './written';
import { MeshTargets } from '../../../src';
import type { RouteFeature } from '../../../src/model/features/route';
import { routeUses } from '../../../src/model/features/route';
import { compileRoute } from '../../../src/targets/compile';
import type { MeshTarget } from '../../../src/targets/mesh-target';
import { expectValidIn } from '../../schema';

/** What becomes of a request, from manifests alone. */
export type Evaluator = (manifests: readonly any[], request: RouteRequest) => Outcome;

export interface RoutesOptions {
  /** The channel of the CRDs of Gateway API that the manifests are for. */
  readonly channel?: 'standard' | 'experimental';
  /** What the target makes of a request instead, where a section of docs/traps.md says so. */
  readonly instead?: (outcome: Outcome, route: Written, request: RouteRequest) => Outcome;
  /** What is not told apart, where a section of docs/traps.md says so. */
  readonly alike?: (outcome: Outcome) => Outcome;
}

const REQUESTS_PER_CASE = 20;

/** How many requests are compared for each target. */
const DECISIONS = Number(process.env.ORACLE_CASES ?? 4000);
/** Routes among which each feature that a target has is used at least once. */
const ENOUGH_FOR_ALL = 2000;
const SEED = Number(process.env.ORACLE_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Compares what a target makes of requests with what the route says, wherever the target does not refuse it. */
export function routesAsWritten(target: MeshTarget, evaluators: readonly Evaluator[], options: RoutesOptions = {}): void {
  const { channel, instead = outcome => outcome, alike = outcome => outcome } = options;
  const { supports } = target._dialects.routes;
  const can = (feature: RouteFeature) => supports[feature].level !== 'none';
  const cases = writtenRoute(can).chain(route => fc.record({
    route: fc.constant(route),
    requests: fc.array(requestTo(route), { minLength: REQUESTS_PER_CASE, maxLength: REQUESTS_PER_CASE }),
  }));
  const counts = { rendered: 0, refused: 0, misused: 0, forwarded: 0, redirected: 0, failed: 0 };
  const compared = new Set<RouteFeature>();
  const numRuns = Math.ceil(DECISIONS / REQUESTS_PER_CASE);
  const result = fc.check(fc.property(cases, ({ route, requests }) => {
    const rendered = renderedFor(target, route);
    if (typeof rendered === 'string') {
      counts[rendered]++;
      return;
    }
    const { manifests, features } = rendered;
    counts.rendered++;
    features.forEach(feature => compared.add(feature));
    expectValidIn({ channel }, ...manifests);
    for (const request of requests) {
      const wanted = alike(instead(routedByIntent(route, request), route, request));
      counts[wanted.kind]++;
      for (const evaluate of evaluators) {
        const given = outcomeOf(evaluate, manifests, request);
        if (typeof given === 'string' || canonical(asFarAsSaid(alike(given), wanted)) !== canonical(wanted)) {
          throw new Error([
            `request: ${JSON.stringify(request)}`,
            `wanted:  ${canonical(wanted)}`,
            `given:   ${typeof given === 'string' ? given : canonical(given)}`,
            `written: ${JSON.stringify(route)}`,
            ...manifests.map(manifest => JSON.stringify(manifest)),
          ].join('\n'));
        }
      }
    }
  }), { numRuns, seed: SEED });
  if (result.failed) {
    throw new Error(`seed ${SEED}: ${(result.errorInstance as Error).message}`);
  }
  console.log(`${target.id}: seed ${SEED}, ${numRuns} cases, ${JSON.stringify(counts)}`);
  // Else next to nothing was compared.
  expect(counts.rendered).toBeGreaterThan(numRuns / 6);
  expect(counts.forwarded).toBeGreaterThan(numRuns);
  expect(counts.redirected).toBeGreaterThan(can('RequestRedirect') ? numRuns / 4 : -1);
  if (numRuns >= ENOUGH_FOR_ALL) {
    expect((Object.keys(supports) as RouteFeature[]).filter(feature => can(feature) && !compared.has(feature))).toEqual([]);
  }
}

/** The manifests of a route and what it uses, or why there are none. */
function renderedFor(target: MeshTarget, route: Written): { readonly manifests: any[]; readonly features: RouteFeature[] } | 'misused' | 'refused' {
  const app = new App();
  MeshTargets.of(app).add(target);
  let model;
  try {
    model = serviceRoute(new Chart(app, 'shop', { namespace: route.namespace }), route)._route;
  } catch {
    return 'misused';
  }
  const { errors, manifests } = compileRoute(target, model);
  return errors.length > 0 ? 'refused' : { manifests: manifests.map(({ shared, ...manifest }) => manifest), features: routeUses(model).map(({ feature }) => feature) };
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
