import { GATEWAY_SCENARIOS } from './oracle/routes/conformance/gateways';
import { MULTICLUSTER_EXAMPLES } from './oracle/routes/conformance/gateways/multicluster';
import { said } from './oracle/routes/conformance/gateways/said';
import type { GatewayAsk, GatewayScenario } from './oracle/routes/conformance/gateways/scenario';
import { manifestsOf, NAMESPACE } from './oracle/routes/conformance/gateways/scenario';
import { outcomeOf } from './reading/routes/outcome';
import { reading } from './reading/world';
import { closeness } from '../src/meaning/journey';
import { holdsFor } from '../src/meaning/text';
import type { World } from '../src/reading/world';

/**
 * Gateway API's conformance suite for gateways, said with the constructs of this library: what becomes of upstream's requests, as the commands
 * read the manifests. `npm run conformance:contour` sends them.
 */
test.each(Object.entries<GatewayScenario>({ ...GATEWAY_SCENARIOS, ...MULTICLUSTER_EXAMPLES }))('%s', (_, scenario) => {
  const world = reading(manifestsOf(scenario));

  expect(scenario.asks.map(ask => ({ ask, said: answerOf(world, ask) }))).toEqual(scenario.asks.map(ask => ({ ask, said: ask.expect })));
});

/** Of the listeners of the port that take the host, the one decides that names it most closely. */
function answerOf(world: World, { gateway, port, speaks, protocol, host, method, target, headers }: GatewayAsk): string {
  const entries = world.readings.flatMap(({ reading: { entries: of } }) => of?.() ?? [])
    .filter(entry => entry.gateway === `${NAMESPACE}/${gateway}` && entry.port === port && holdsFor(entry.host, host) === 'yes');
  expect(entries.every(entry => listened(entry.protocol) === listened(speaks))).toBe(true);
  const closest = Math.max(...entries.map(entry => closeness(entry.host)));
  const answers = entries.filter(entry => closeness(entry.host) === closest).map(({ ways }) => {
    const { pathname, searchParams } = new URL(target, 'http://any');
    const outcome = outcomeOf(ways, {
      client: { namespace: 'outside' },
      to: { service: 'any', namespace: NAMESPACE, port },
      response: {},
      protocol,
      host,
      method,
      headers,
      path: pathname,
      query: Object.fromEntries(searchParams),
    });
    return outcome === 'unknown' ? outcome : said(outcome, pathname);
  });
  expect(new Set(answers).size).toBeLessThan(2);
  return answers[0] ?? 'no route';
}

/** What requests come over is told apart; the protocols of Gateway API for them are, too. */
function listened(protocol: string): string {
  return protocol === 'GRPC' ? 'HTTP' : protocol;
}
