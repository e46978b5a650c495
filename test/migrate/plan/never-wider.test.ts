import * as fc from 'fast-check';
import { besideFor, certainly, fitting, judged, MIGRATED, optionsFor, requestsIn } from './fixtures';
import { manifestsOf, parsed, planOfTexts } from './setup';
import { SMI_MESHES } from '../../../src/dialects/smi/read/meshes';
import { READINGS } from '../../../src/dialects/smi/read/readings';
import type { Request } from '../../../src/evaluators/access/request';
import { choices, worlds, written } from '../../oracle/smi/worlds';

/** The others never read TrafficTargets. */
const READ = SMI_MESHES.filter(mesh => READINGS[mesh].access !== undefined);
const PAIRS = READ.flatMap(from => Object.keys(MIGRATED).map(to => [from, to] as const));
const several = (one: fc.Arbitrary<Request>) => fc.array(one, { minLength: 20, maxLength: 20 });

test.each(PAIRS)('what TrafficTargets of %s let in, %s lets in, or less where the verdict says so', (from, to) => {
  const { allowed, isNetwork = false, isNamed = () => true } = MIGRATED[to];
  const counts = { allowed: 0, denied: 0, narrower: 0 };
  const beside = [false, true].map(hasVersions => besideFor(from, hasVersions).map(one => JSON.stringify(one)));
  const cases = worlds.map(world => fitting(world, from))
    .chain(world => fc.tuple(fc.constant(world), choices, fc.nat(1), several(requestsIn(world, from))));
  fc.assert(fc.property(cases, ([world, how, which, all]) => {
    const texts = written(world, how);
    const made = planOfTexts(from, [...texts, ...beside[which]], { ...optionsFor(MIGRATED[to]), isEnforced: true });
    const manifests = manifestsOf(made);
    const verdictOf = (name: string) => made.judged.find(({ document }) => document.kind === 'TrafficTarget' && document.name === name)!.verdict;
    if (allowed === undefined) {
      // Nothing there says who may call.
      expect(world.targets.map(({ name }) => verdictOf(name)).filter(verdict => ['same', 'assumed'].includes(verdict))).toEqual([]);
      return;
    }
    for (const { client, ...rest } of all.filter(one => isNamed(world, one))) {
      const request = { ...rest, client: { ...client, meshed: isNetwork || client.meshed } };
      const decided = certainly(() => allowed(manifests, request));
      if (decided === undefined) {
        // Pods without a policy are as they were installed: that is named.
        expect([to, made.notices.map(({ message }) => message)]).toEqual([to, expect.arrayContaining([expect.stringContaining('pods without a policy')])]);
        continue;
      }
      const before = judged(from, parsed(texts), request);
      counts[decided ? 'allowed' : 'denied']++;
      const isLess = !decided && before === true;
      counts.narrower += Number(isLess);
      const own = world.targets.filter(({ destination }) => destination.name === request.pod.serviceAccount);
      const isSaid = own.some(({ name }) => ['narrower', 'notSaid'].includes(verdictOf(name)));
      if (decided && before !== true) expect(['WIDER', before, request, texts, manifests, made.judged]).toBe('not');
      if (isLess && !isSaid) expect(['NARROWER, and not said', request, texts, manifests, made.judged]).toBe('not');
    }
  }), { numRuns: 25 });
  if (allowed === undefined) return;
  expect(counts.denied).toBeGreaterThan(20);
  expect(counts.allowed + counts.narrower).toBeGreaterThan(0);
});

test.each(Object.keys(MIGRATED))('where TrafficTargets were not enforced, or not read, %s denies nothing by what is written for it', to => {
  const { allowed, isNetwork = false } = MIGRATED[to];
  const counts = { asked: 0, policies: 0 };
  const cases = worlds.chain(world => fc.tuple(fc.constantFrom(...SMI_MESHES), fc.constant(world), choices, several(requestsIn(world, 'osm'))));
  fc.assert(fc.property(cases, ([from, world, how, all]) => {
    const texts = [...written(world, how), ...besideFor(from).map(one => JSON.stringify(one))];
    const made = planOfTexts(from, texts, { ...optionsFor(MIGRATED[to]), isEnforced: false });
    const manifests = manifestsOf(made);
    const statements = made.program.charts.flatMap(chart => chart.statements);
    const said = statements.filter(({ leftOut }) => leftOut === undefined).map(({ construct }) => construct);
    const targets = made.judged.filter(({ document }) => document.kind === 'TrafficTarget');

    expect(said.filter(construct => !['ServiceAccessPolicy', 'CanaryRelease', 'ServiceRoute'].includes(construct))).toEqual([]);
    expect(targets.filter(({ verdict }) => !['inert', 'unreadable'].includes(verdict))).toEqual([]);
    const policies = said.filter(construct => construct === 'ServiceAccessPolicy').length;
    counts.policies += policies;
    for (const { client, ...rest } of policies === 0 ? [] : all) {
      counts.asked++;
      // Pods without a policy are as they were installed.
      const decided = certainly(() => allowed!(manifests, { ...rest, client: { ...client, meshed: isNetwork || client.meshed } }));
      if (decided === false) expect([rest, client, manifests]).toBe('let in');
    }
  }), { numRuns: 30 });
  expect(counts.policies > 0 && counts.asked > 0).toBe(to === 'istio' || to === 'linkerd');
});
