import * as fc from 'fast-check';
import { documentsIn } from '../../../src/manifests/documents';
import type { Half } from '../../../src/meaning/compare/half';
import { compareWorlds } from '../../../src/meaning/compare/worlds';
import { halfOf } from '../../../src/reading/half';
import { textsOf } from '../../../src/reading/texts';
import { worldsOf } from '../../../src/reading/world';
import { manifests as ofCilium } from '../../dialects/cilium/read/foreign';
import { outbound as ofIstio } from '../../dialects/istio/read/foreign-outbound';
import { policies as ofNetworks } from '../../dialects/kubernetes/read/foreign';
import { withApps } from '../../oracle/differences/apps';
import { foreignEgresses as ofOsm } from '../../oracle/egress/arbitraries';

const CASES = Number(process.env.ORACLE_CASES ?? 60);

/** As if nobody knew who leaves alike. */
function eachByItself({ readings, ...half }: Half): Half {
  return { ...half, readings: readings.map(({ title, reading: { leavesAs: _, ...reading } }) => ({ title, reading })) };
}

test.each<[string, fc.Arbitrary<readonly any[]>]>([
  ['Istio', ofIstio], ['NetworkPolicies', ofNetworks], ['Cilium', ofCilium], ['Open Service Mesh', ofOsm],
])('clients who leave alike are told of as if each was compared by itself: %s', (_, policies) => {
  let told = 0;
  fc.assert(fc.property(policies, policies, (old, now) => {
    const documents = [old, now].map((some, i) => [...documentsIn(`${i}.json`, withApps(some).map(one => JSON.stringify(one)).join('\n---\n'))]);
    const halves = worldsOf([documents[0], documents[1]], 'default', []).map(halfOf);
    const [together, apart] = [halves, halves.map(eachByItself)].map(([before, after]) => compareWorlds(before, after, textsOf(...documents)));
    told += together.differences.length;
    expect(together).toEqual(apart);
  }), { numRuns: CASES });
  expect(told).toBeGreaterThan(0);
});
