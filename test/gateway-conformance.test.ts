import { GATEWAY_SCENARIOS } from './oracle/routes/conformance/gateways';
import { authorityOf, BACKEND_TLS_SCENARIOS } from './oracle/routes/conformance/gateways/backend-tls';
import { MULTICLUSTER_EXAMPLES } from './oracle/routes/conformance/gateways/multicluster';
import { said } from './oracle/routes/conformance/gateways/said';
import type { GatewayAsk, GatewayScenario, Passing } from './oracle/routes/conformance/gateways/scenario';
import { manifestsOf, NAMESPACE } from './oracle/routes/conformance/gateways/scenario';
import { outcomeOf } from './reading/routes/outcome';
import { reading } from './reading/world';
import { trusts } from '../src/evaluators/routes/backend-tls';
import type { Arrival, Outcome } from '../src/evaluators/routes/outcome';
import { closeness } from '../src/meaning/journey';
import { holdsFor } from '../src/meaning/text';
import type { World } from '../src/reading/world';

/**
 * Gateway API's conformance suite for gateways, said with the constructs of this library: what becomes of upstream's requests, as the commands
 * read the manifests. `npm run conformance:contour` sends them.
 */
test.each(Object.entries<GatewayScenario>({ ...GATEWAY_SCENARIOS, ...MULTICLUSTER_EXAMPLES }))('%s', (_, scenario) => {
  const world = reading(manifestsOf(scenario));
  const outcomes = scenario.asks.map(ask => outcomeAt(world, ask));

  expect(scenario.asks.map((ask, i) => ({ ask, said: saidOf(outcomes[i], ask) }))).toEqual(scenario.asks.map(ask => ({ ask, said: ask.expect })));
  scenario.asks.forEach((ask, i) => ask.passes && expectPassing(outcomes[i], ask.passes));
});

/** The same where pods have certificates, of which manifests tell nothing: an evaluator decides whether gateways and pods trust each other. */
test.each(Object.entries(BACKEND_TLS_SCENARIOS))('%s', (_, { pods, ...scenario }) => {
  const manifests = manifestsOf(scenario);
  const world = reading(manifests);
  const isTrusted = (name: string, { gateway }: GatewayAsk) => trusts(
    manifests,
    manifests.find(({ kind, metadata }) => kind === 'Gateway' && metadata.name === gateway),
    { service: name, namespace: NAMESPACE, port: 8443, portName: 'btls' },
    pods[name],
    authorityOf,
  );
  const answers = scenario.asks.map(ask => {
    const outcome = outcomeAt(world, ask);
    const names = arrivalsOf(outcome).map(({ service }) => /^shop\/(.+):8443$/.exec(service)![1]);
    return names.every(name => isTrusted(name, ask)) ? saidOf(outcome, ask) : 'HTTP 503';
  });

  expect(scenario.asks.map((ask, i) => ({ ask, said: answers[i] }))).toEqual(scenario.asks.map(ask => ({ ask, said: ask.expect })));
});

function saidOf(outcome: Outcome | 'unknown' | undefined, { target }: GatewayAsk): string {
  return outcome === undefined ? 'no route' : outcome === 'unknown' ? outcome : said(outcome, new URL(target, 'http://any').pathname);
}

function arrivalsOf(outcome: Outcome | 'unknown' | undefined): readonly Arrival[] {
  return outcome !== undefined && outcome !== 'unknown' && outcome.kind === 'forwarded' ? outcome.arrivals : [];
}

function expectPassing(
  outcome: Outcome | 'unknown' | undefined, { host, arrives = {}, without = [], arrivesAt = {}, returns = {}, returnsNot = [] }: Passing,
): void {
  const arrivals = arrivalsOf(outcome);
  expect(arrivals.length).toBeGreaterThan(0);
  for (const { service, request, response } of arrivals) {
    const others = Object.entries(arrivesAt).find(([name]) => service.startsWith(`${NAMESPACE}/${name}:`))?.[1];
    expect(request!.headers).toMatchObject({ ...arrives, ...others });
    expect(response).toMatchObject(returns);
    expect([without.filter(name => name in request!.headers), returnsNot.filter(name => name in response!)]).toEqual([[], []]);
    if (host !== undefined) expect(request!.host).toBe(host);
  }
  expect(Object.keys(arrivesAt).length).toBeLessThanOrEqual(arrivals.length);
}

/** Of the listeners of the port that take the host, the one decides that names it most closely; undefined where none does. */
function outcomeAt(world: World, { gateway, port, speaks, protocol, host, method, target, headers, passes }: GatewayAsk): Outcome | 'unknown' | undefined {
  const entries = world.readings.flatMap(({ reading: { entries: of } }) => of?.() ?? [])
    .filter(entry => entry.gateway === `${NAMESPACE}/${gateway}` && entry.port === port && holdsFor(entry.host, host) === 'yes');
  expect(entries.every(entry => listened(entry.protocol) === listened(speaks))).toBe(true);
  const closest = Math.max(...entries.map(entry => closeness(entry.host)));
  const outcomes = entries.filter(entry => closeness(entry.host) === closest).map(({ ways }) => {
    const { pathname, searchParams } = new URL(target, 'http://any');
    return outcomeOf(ways, {
      client: { namespace: 'outside' },
      to: { service: 'any', namespace: NAMESPACE, port },
      response: passes?.answered ?? {},
      protocol,
      host,
      method,
      headers,
      path: pathname,
      query: Object.fromEntries(searchParams),
    });
  });
  expect(new Set(outcomes.map(outcome => JSON.stringify(outcome))).size).toBeLessThan(2);
  return outcomes[0];
}

/** What requests come over is told apart; the protocols of Gateway API for them are, too. */
function listened(protocol: string): string {
  return protocol === 'GRPC' ? 'HTTP' : protocol;
}
