import { ApiObject, App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { HttpMatch, MeshProtocol, MeshService, MeshTargets, ServiceRoute } from '../../src';
import type { Outcome } from '../../src/evaluators/routes/outcome';
import { IN_THE_MESH } from '../oracle/routes/targets';

/**
 * Routes that lead to Services which have routes of their own: a request takes the route of the Service that it calls, and no other, or the target
 * refuses the two together.
 */

const NAMES = ['a', 'b', 'c'] as const;
type Name = (typeof NAMES)[number];

/** Where the requests for a Service go: those for /x, if that is said, and all others. */
interface Row {
  readonly special?: Name;
  readonly others: readonly { readonly to: Name; readonly weight: number }[];
}
type Rows = Readonly<Partial<Record<Name, Row>>>;

const others: fc.Arbitrary<Row['others']> = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 2 })
  .map(names => names.map((to, i) => ({ to, weight: names.length === 1 ? 100 : [25, 75][i] })));
const row: fc.Arbitrary<Row> = fc.record({ special: fc.option(fc.constantFrom(...NAMES), { nil: undefined }), others });
const rows: fc.Arbitrary<Rows> = fc.record({ a: row, b: row, c: row }, { requiredKeys: ['a'] });

type Spoken = 'HTTP' | 'TCP';

function said(chart: Chart, all: Rows, spoken: Spoken): void {
  const services = Object.fromEntries(NAMES.map(name => [name, MeshService.of(name, { port: 80, protocol: MeshProtocol[spoken] })]));
  for (const [name, { special, others: rest }] of Object.entries(all)) {
    new ServiceRoute(chart, `route-${name}`, {
      service: services[name],
      rules: [
        ...special === undefined || spoken === 'TCP' ? [] : [{ matches: [HttpMatch.of({ path: '/x' })], backends: [{ service: services[special] }] }],
        { backends: rest.map(({ to, weight }) => ({ service: services[to], weight })) },
      ],
    });
  }
}

/** Percents, by Service. */
function shares(outcome: Outcome): unknown {
  if (outcome.kind !== 'forwarded') return outcome.kind;
  return Object.fromEntries(outcome.arrivals.map(({ service, share }) => {
    const [part, whole = 1] = share.split('/').map(Number);
    return [service.replace(/^.*\/|:.*$/g, ''), 100 * part / whole];
  }));
}

describe.each(Object.entries(IN_THE_MESH))('%s', (title, [target, routed]) => {
  test('only the route of the Service that is called counts', () => {
    let held = 0;
    fc.assert(fc.property(rows, fc.constantFrom<Spoken>('HTTP', 'TCP'), fc.constantFrom(...NAMES), fc.constantFrom('/', '/x'), (all, spoken, called, path) => {
      const app = new App();
      MeshTargets.of(app).add(target);
      const chart = new Chart(app, 'shop', { namespace: 'shop' });
      said(chart, all, spoken);
      if (app.node.findAll().some(({ node }) => node.validate().length > 0)) return;
      const own = all[called];
      const special = spoken === 'TCP' || path !== '/x' ? undefined : own?.special;
      // What the matches of a TrafficSplit do not take stays with the Service, whose selector has to choose the pods of the one backend.
      const stays = title === 'SMI, as spec has it' && spoken === 'HTTP' && own?.special !== undefined && special === undefined && own.others.length === 1;
      const wanted = own === undefined || stays ? { [called]: 100 } : special !== undefined ? { [special]: 100 }
        : Object.fromEntries(own.others.map(({ to, weight }) => [to, weight]));
      held++;
      expect(shares(routed(chart.node.findAll().filter(ApiObject.isApiObject).map(object => object.toJson()), {
        client: { namespace: 'shop', serviceAccount: 'web' },
        to: { service: called, namespace: 'shop', port: 80 },
        protocol: spoken,
        host: called,
        method: 'GET',
        path,
        headers: {},
        query: {},
        response: {},
      }))).toEqual(wanted);
    }), { numRuns: Number(process.env.ORACLE_CASES ?? 100) });
    expect(held).toBeGreaterThan(0);
  });
});
