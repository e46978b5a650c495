import * as fc from 'fast-check';
import { exchange, model } from './arbitraries';
import { passesByCilium } from './cilium';
import { passesByIntent } from './intent';
import { MeshImplementation, MeshTarget } from '../../../src';
import { compile } from '../../../src/targets/compile';
import type { Asked } from '../ask';
import { ask, atLeast, cases, checkValid } from '../ask';

const CILIUM = MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM, ipProtocols: true });

/** Compares what policies of the whole cluster let pass with what is written, one or two at a time. */
export function passesAsWritten(wanted: number): Asked {
  const counts = { allowed: 0, denied: 0 };
  const programs = fc.array(model, { minLength: 1, maxLength: 2 });
  const asked = ask(wanted, 40, cases(programs, exchange), (models, exchanges) => {
    const compiled = models.map((one, i) => compile('clusterAccess', CILIUM, { ...one, name: `policy-${i}` }));
    if (compiled.some(({ errors }) => errors.length > 0)) return undefined;
    const manifests = compiled.flatMap(one => one.manifests);
    checkValid(manifests);
    let compared = 0;
    for (const one of exchanges) {
      const [written, decided] = [passesByIntent(models, one), passesByCilium(manifests, one)];
      if (written !== decided) {
        throw new Error(`${decided ? 'LOOSER' : 'stricter'} than written: ${JSON.stringify(one)}\n${JSON.stringify(models)}\n${JSON.stringify(manifests)}`);
      }
      counts[decided ? 'allowed' : 'denied']++;
      compared++;
    }
    return compared;
  });
  atLeast({ ...counts, rendered: asked.programs - asked.refused }, { allowed: wanted / 100, denied: wanted / 20, rendered: asked.programs / 20 });
  return { ...asked, counts };
}
