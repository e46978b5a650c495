import * as fc from 'fast-check';
import { certainly, MIGRATED, optionsFor } from './fixtures';
import { manifestsOf, parsed, planOfTexts, service } from './setup';
import { SMI_MESHES, type SmiMesh } from '../../../src/dialects/smi/read/meshes';
import { routedByConsul } from '../../../src/evaluators/routes/consul';
import { routedByGatewayApi } from '../../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../../src/evaluators/routes/gateway-api-readings';
import { routedByKuma } from '../../../src/evaluators/routes/kuma';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';
import { routedByVirtualService } from '../../../src/evaluators/routes/virtual-service';
import { sharesBy } from '../../../src/evaluators/smi/shares';
import type { Plan, Verdict } from '../../../src/migrate/plan';
import { choices, PATHS, VALUES, worlds, written } from '../../oracle/smi/worlds';

type Routed = (manifests: readonly any[], request: RouteRequest) => Outcome;

/** Who reads the routes that are written for a target; nobody, where it has none. */
const ROUTED: Readonly<Record<keyof typeof MIGRATED, Routed | undefined>> = {
  // A VirtualService stands in place of all routes of a Service.
  'istio': (manifests, request) =>
    (manifests.some(({ kind }) => kind === 'VirtualService') ? routedByVirtualService : routedByGatewayApi(READINGS.istio))(manifests, request),
  'istio-ambient': routedByGatewayApi(READINGS['istio-ambient']),
  'linkerd': routedByGatewayApi(READINGS.linkerd),
  'consul, mirrored': routedByConsul('mirrored'),
  'consul, single': routedByConsul('single'),
  'kuma': routedByKuma,
  'cilium': routedByGatewayApi(READINGS.cilium),
  'gateway-api': routedByGatewayApi(READINGS.specification),
  'network-policy': undefined,
};

/** Of one protocol, or of two, which Traefik does not tell apart by what a port says: some targets route no connections, and then the TrafficSplit is not carried over. */
const PORTS = {
  http: [{ port: 80, name: 'http', appProtocol: 'http' }],
  both: [{ port: 80, name: 'http', appProtocol: 'http' }, { port: 90, name: 'tcp', appProtocol: 'tcp' }],
};

const KEPT = new Set<Verdict>(['same', 'assumed', 'inert']);

const requests = fc.record({
  service: fc.constantFrom('cart', 'web'),
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  path: fc.constantFrom(...PATHS),
  headers: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.constantFrom(...VALUES.filter(value => value !== '')), { noNullPrototype: true }),
  isBytes: fc.boolean(),
});

/** The share of each Service. */
function sharesOf(outcome: Outcome): Record<string, number> | string {
  if (outcome.kind !== 'forwarded') return outcome.kind;
  return Object.fromEntries(outcome.arrivals.map(({ service: name, share }) =>
    [/\/(.*):/.exec(name)![1], share.split('/').map(Number).reduce((a, b) => a / b)]));
}

const isKept = ({ judged }: Plan, name: string) => judged.some(({ document, verdict }) => document.name === name && KEPT.has(verdict));

const PAIRS = SMI_MESHES.flatMap(from => Object.keys(ROUTED).map(to => [from, to] as const));

test.each(PAIRS)('what TrafficSplits of %s said, the routes of %s say, wherever the verdict is that they do', (from: SmiMesh, to) => {
  const counts = { divided: 0, left: 0 };
  const routed = ROUTED[to];
  const cases = fc.tuple(worlds, choices, fc.constantFrom('http', ...from === 'traefik' ? [] : ['http', 'both']), fc.array(requests, { minLength: 10, maxLength: 10 }));
  fc.assert(fc.property(cases, ([{ splits, ...world }, how, ports, all]) => {
    const texts = written({ ...world, splits, targets: [] }, how);
    const there = ['cart', 'cart-v1', 'cart-v2', 'web'].map(name => JSON.stringify(service(name, PORTS[ports as keyof typeof PORTS])));
    const made = planOfTexts(from, [...texts, ...there], optionsFor(MIGRATED[to]));
    const manifests = manifestsOf(made);
    expect(made.judged.length).toBe(world.groups.length + world.routes.length + splits.length);
    for (const { service: name, isBytes, ...sent } of all) {
      const own = splits.filter(one => one.service === name);
      const isSaid = own.every(one => isKept(made, one.name));
      counts[isSaid && own.length > 0 ? 'divided' : 'left']++;
      if (!isSaid || (isBytes && ports === 'http')) continue;
      const carried = isBytes ? undefined : sent;
      const judged = certainly(() => sharesBy(from, parsed(texts), { namespace: 'shop', service: name, sent: carried }));
      if (judged === undefined) throw new Error(`what nobody knows is carried over: ${texts.join()}`);
      if (routed === undefined) {
        expect(judged).toEqual({ [name]: 1 });
        continue;
      }
      const arrived = sharesOf(routed(manifests, {
        ...sent,
        query: {},
        host: name,
        response: {},
        client: { namespace: 'shop' },
        portName: isBytes ? 'tcp' : 'http',
        protocol: isBytes ? 'TCP' : 'HTTP',
        to: { namespace: 'shop', service: name, port: isBytes ? 90 : 80 },
      }));
      expect(arrived).toEqual(Object.fromEntries(Object.entries(judged).map(([one, share]) => [one, expect.closeTo(share, 9)])));
    }
  }), { numRuns: 30 });
  if (routed !== undefined) expect(counts.divided).toBeGreaterThan(0);
});
