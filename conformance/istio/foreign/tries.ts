import * as fc from 'fast-check';
import { endsOf, type Script, type Step } from './ends';
import { casesOf, ofGatewayApi, ofIstio, type Routed } from './routed';
import { mostlyKnown } from './share';
import type { Protocol } from '../../../src/model/protocol';
import { maybe, merged, program as gatewayApiProgram, retryOfHttpRoute } from '../../../test/reading/routes/gateway-api';
import { readWay } from '../../../test/reading/routes/outcome';
import { retriesOfIstio } from '../../../test/reading/routes/tries';
import { istioProgram } from '../../../test/reading/routes/virtual-services';
import type { Case, Probe } from '../case';

/** Far enough apart for each other, and for what backends take. */
const TIMES = ['100ms', '0.6s', '5s', '1h'];
const SLOW = [300, 1500];

const REQUESTS: readonly Protocol[] = ['HTTP', 'GRPC'];

/** Of each part of the routes, one of these holds. */
const OF_ISTIO = merged(maybe(50, 'timeout', fc.constantFrom(...TIMES)), maybe(80, 'retries', retriesOfIstio(TIMES)));
const OF_GATEWAY_API = merged(
  maybe(60, 'timeouts', merged(maybe(60, 'request', fc.constantFrom(...TIMES, '0s')), maybe(60, 'backendRequest', fc.constantFrom(...TIMES, '0s')))),
  maybe(80, 'retry', retryOfHttpRoute),
);

/** Programs that say much of timeouts and retries. */
export const HANDLED = { ofIstio: handled(istioProgram, OF_ISTIO), ofGatewayApi: handled(gatewayApiProgram, OF_GATEWAY_API) };

/** Timeouts and retries of routes that somebody else wrote: what backends answer to each try, and how often they are asked, and by when. */
const ALL: readonly Routed[] = (['istio', 'istio-ambient'] as const).flatMap(mesh => {
  const at = mesh === 'istio' ? 'sidecars' : 'waypoints';
  return [
    ofIstio(`foreign retries and timeouts of VirtualServices at ${at}`, mesh, REQUESTS, HANDLED.ofIstio),
    ofGatewayApi(`foreign retries and timeouts of HTTPRoutes at ${at}`, mesh, REQUESTS, HANDLED.ofGatewayApi),
  ];
});

export function foreignTries(seed: number, count: number): readonly Case[] {
  return ALL.flatMap(routed => mostlyKnown((own, some) => {
    const scripts = fc.sample(fc.record({ HTTP: scriptOf(HTTP_STEPS), GRPC: scriptOf(GRPC_STEPS) }), { seed: own, numRuns: 20 * some });
    return casesOf(routed, own, some, (world, request, n) => {
      const way = readWay(world, request);
      // Who answers by itself tries nothing.
      if (way === 'unknown' || n % 2 === 1 || way.backends.length === 0) return way === 'unknown' ? way : undefined;
      const protocol = request.protocol as 'HTTP' | 'GRPC';
      const script = scripts[n][protocol];
      return { ...triedBy(script), answers: { library: endsOf(way, script, protocol) } };
    });
  }, seed, count, 0.5, 'after tries: 1', 'after tries: 2', 'after tries: 4', 'HTTP 504', 'HTTP 503'));
}

const SLOW_STEPS = SLOW.map(slow => ({ slow }));
const HTTP_STEPS: readonly Step[] = [200, 409, 500, 503, 503, 504, 520, 'reset', ...SLOW_STEPS];
const GRPC_STEPS: readonly Step[] = [...[0, 1, 4, 8, 13, 14].map(grpc => ({ grpc })), 503, 'reset', ...SLOW_STEPS];

function scriptOf(steps: readonly Step[]): fc.Arbitrary<Script> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant(['absent'] as const) },
  );
}

/** What goes with a request that a backend answers so. */
export function triedBy(script: Script): Pick<Probe, 'tried' | 'headers'> {
  return { tried: true, headers: [['x-tried-at', script.includes('absent') ? 'absent' : 'tried'], ['x-script', script.map(written).join(' ')]] };
}

function written(step: Step): string {
  return typeof step === 'object' ? Object.entries(step).map(([name, value]) => `${name}:${value}`).join() : String(step);
}

/** With others in place of what its rules say of timeouts and retries, and without what fails on purpose. */
function handled(programs: typeof istioProgram, handling: fc.Arbitrary<object>): typeof istioProgram {
  return fc.tuple(programs, fc.array(handling, { minLength: 20, maxLength: 20 })).map(([{ manifests, ...program }, all]) => {
    let n = 0;
    const ruled = ({ timeout: _, timeouts: __, retry: ___, retries: ____, fault: _____, ...rule }: any) =>
      ({ ...rule, ...(rule.route ?? rule.backendRefs) && all[n++ % all.length] });
    return {
      ...program,
      manifests: manifests.map(({ kind, spec, ...one }) => {
        const name = kind === 'VirtualService' ? 'http' : 'rules';
        return { ...one, kind, spec: ['VirtualService', 'HTTPRoute'].includes(kind) ? { ...spec, [name]: spec[name]?.map(ruled) } : spec };
      }),
    };
  });
}
