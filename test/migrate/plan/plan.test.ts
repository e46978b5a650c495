import * as fc from 'fast-check';
import { deployment, planOfTexts, printed, service, target } from './setup';
import { SMI_MESHES } from '../../../src/dialects/smi/read/meshes';
import { READINGS } from '../../../src/dialects/smi/read/readings';
import { print } from '../../../src/migrate/program';
import { ACCOUNTS, choices, worlds, written } from '../../oracle/smi/worlds';

const ports = [{ port: 80, targetPort: 8080, name: 'http' }, { port: 9090, name: 'tcp' }];
const beside = [
  ...ACCOUNTS.flatMap(name => [service(name, ports), service(`${name}-admin`, [{ port: 81, targetPort: 9091, name: 'http' }], { app: name }), deployment(name)]),
  ...['cart-v1', 'cart-v2'].map(name => service(name, ports)),
].map(one => JSON.stringify(one));

const from = fc.constantFrom(...SMI_MESHES);
const to = fc.constantFrom<'ISTIO' | 'LINKERD' | 'CILIUM'>('ISTIO', 'LINKERD', 'CILIUM');

/** Without what depends on where something stands. */
const placeless = (text: string) => text.replace(/(?:\s|\/\/)+/g, ' ').replace(/a[0-9]*\.yaml:[0-9]+/g, '?');

test('what is written in another order, version or List is the same program', () => {
  const shuffled = fc.shuffledSubarray(beside, { minLength: beside.length });
  fc.assert(fc.property(from, to, worlds, choices, choices, shuffled, (mesh, mine, world, one, other, there) => {
    // For some, a Service by another spelling of its name is none.
    const own = READINGS[mesh].splits?.root === 'any' ? world : { ...world, splits: [] };
    const programOf = (texts: readonly string[]) => placeless(print(planOfTexts(mesh, texts, { targets: [target(mine)], isEnforced: true }).program));

    expect(programOf([...there, ...written(own, other)])).toBe(programOf([...written(own, one), ...beside]));
  }), { numRuns: 40 });
});

test('every document has one verdict, and none that says less is without a reason', () => {
  fc.assert(fc.property(from, to, worlds, choices, fc.boolean(), (mesh, mine, world, how, hasPods) => {
    const { judged } = planOfTexts(mesh, [...written(world, how), ...hasPods ? beside : []], { targets: [target(mine)] });

    expect(judged.map(({ document: { kind, name } }) => `${kind} ${name}`).sort()).toEqual([
      ...world.groups.map(({ name }) => `HTTPRouteGroup ${name}`), ...world.routes.map(({ kind, name }) => `${kind} ${name}`),
      ...world.targets.map(({ name }) => `TrafficTarget ${name}`), ...world.splits.map(({ name }) => `TrafficSplit ${name}`),
    ].sort());
    expect(judged.filter(({ verdict, reasons }) => verdict !== 'same' && reasons.length === 0)).toEqual([]);
  }), { numRuns: 40 });
});

test('with several targets, the program says what all of them take', () => {
  const rules = [{ kind: 'HTTPRouteGroup', name: 'g', matches: ['m'] }];
  const account = (name: string) => ({ kind: 'ServiceAccount', name, namespace: 'shop' });
  const texts = [
    { apiVersion: 'specs.smi-spec.io/v1alpha4', kind: 'HTTPRouteGroup', metadata: { name: 'g' }, spec: { matches: [{ name: 'm', pathRegex: '/a[0-9]+' }] } },
    {
      apiVersion: 'access.smi-spec.io/v1alpha3', kind: 'TrafficTarget', metadata: { name: 't' }, spec: { destination: account('cart'), sources: [account('web')], rules },
    },
  ].map(one => JSON.stringify(one));
  const with_ = (...targets: ('ISTIO' | 'LINKERD')[]) => planOfTexts('osm', [...texts, ...beside], { targets: targets.map(one => target(one)), isEnforced: true });

  expect(printed(with_('LINKERD'))).toContain('requests: [m]');
  expect(printed(with_('LINKERD', 'ISTIO'))).toMatch(/TODO .* MESH2002: target 'istio'/);
  expect(with_('LINKERD', 'ISTIO').judged.map(({ verdict }) => verdict)).toEqual(['narrower', 'narrower']);
});
