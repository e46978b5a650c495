import { App, Chart, Testing } from 'cdk8s';
import type { Sample } from './laws.samples';
import { SAMPLES } from './laws.samples';
import { MeshTargets } from '../../src';
import { MeshIntent } from '../../src/intents/mesh-intent';
import type { Kind } from '../../src/model/kinds';
import { KINDS } from '../../src/model/kinds';
import { CATALOGUE } from '../../src/targets/catalogue';
import type { Compilation } from '../../src/targets/compile';
import { compile, compileRelease, compileRoute } from '../../src/targets/compile';
import { DELIVERED } from '../../src/targets/delivered';
import type { MeshTarget } from '../../src/targets/mesh-target';
import { expectValidIn } from '../schema';
import { targetOf } from '../setup';

/** The targets in which a controller can move anything, and one in which none can. */
const [IMMOVABLE] = DELIVERED;
const MOVED = [IMMOVABLE, ...DELIVERED.filter(({ dialects }) => Object.values(dialects.release.supports).some(({ level }) => level !== 'none'))];

/**
 * What holds for every feature in every target: what a target lacks is refused out loud, what it claims to have is visible in the
 * manifests, the same model is the same manifests, and no model is changed by being rendered.
 */
describe.each(Object.keys(KINDS) as Kind[])('%s', kind => {
  const names: Record<string, string> = KINDS[kind].features;
  const samples: Record<string, Sample<any>> = SAMPLES[kind];
  const uses = KINDS[kind].uses as (model: any) => { feature: string }[];

  test.each(Object.keys(names))('the sample of %s uses it', feature => {
    expect(uses(samples[feature].using).map(use => use.feature)).toContain(feature);
  });

  describe.each([...kind === 'release' ? MOVED : CATALOGUE])('$title', ({ code, dialects }) => {
    const dialect = dialects[kind] as any;
    const target = targetOf(dialects);
    const rendered = (model: any) => model === undefined ? [] : synth(target, t => compileAny(kind, t, model));
    const lacks = (model: any) => model !== undefined && uses(model).some(use => dialect.supports[use.feature].level === 'none');

    test.each(Object.keys(names))('%s', feature => {
      const { using, plain } = samples[feature];
      const before = JSON.stringify(using);
      const support = dialect.supports[feature];

      if (lacks(using)) {
        // Refused is loud.
        expect(() => rendered(using)).toThrow(/\[chart\/intent\] MESH20(0[1-689]|1[0-4]): target 'target' cannot express/);
        if (support.level === 'none') {
          expect(() => rendered(using)).toThrow(names[feature]);
          expect(() => rendered(using)).toThrow(support.reason);
          expect(() => rendered(using)).toThrow(support.remedy ?? /[Ll]eave it out/);
        }
      } else if (support.level === 'partial' && dialect.render(using).refusals.length > 0) {
        // In part only, and this is none of it.
        expect(() => rendered(using)).toThrow(/\[chart\/intent\] MESH20(0[1-689]|1[0-4]): target 'target' cannot express/);
      } else {
        const manifests = rendered(using);
        expectValidIn(/EXPERIMENTAL/.test(code) ? { channel: 'experimental' } : {}, ...manifests);
        // Claimed is visible, or holds by itself.
        if (support.inherent === undefined && !lacks(plain)) {
          expect(manifests).not.toEqual(rendered(plain));
        }
        // Deterministic, and the model stays as it is.
        expect(rendered(using)).toEqual(manifests);
      }
      expect(JSON.stringify(using)).toBe(before);
    });
  });
});

class Probe extends MeshIntent {
  constructor(chart: Chart, render: (target: MeshTarget) => Compilation) {
    super(chart, 'intent', {});
    this._render(render);
  }
}

function synth(target: MeshTarget, render: (target: MeshTarget) => Compilation): any[] {
  const chart = new Chart(new App(), 'chart');
  MeshTargets.of(chart).add(target);
  new Probe(chart, render);
  return Testing.synth(chart);
}

function compileAny(kind: Kind, target: MeshTarget, model: any): Compilation {
  switch (kind) {
    case 'routes': return compileRoute(target, model);
    case 'release': return compileRelease(target, model);
    default: return compile(kind, target, model);
  }
}
