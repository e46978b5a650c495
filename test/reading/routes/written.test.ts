import { readOutcome } from './outcome';
import type { ReadMesh } from '../../../src/reading/mesh';
import type { World } from '../../../src/reading/world';
import type { Evaluator } from '../../oracle/routes/routes-as-written';
import { routesAsWritten } from '../../oracle/routes/routes-as-written';
import { IN_THE_MESH } from '../../oracle/routes/targets';
import type { Written } from '../../oracle/routes/written';
import { reading } from '../world';

/** What the dialects write of generated routes is read again, and means what the routes mean. */

const REQUESTS = Number(process.env.ORACLE_CASES ?? 1000);

const MESHES: Readonly<Record<string, ReadMesh>> = {
  'Istio': 'istio',
  'Istio, by VirtualServices': 'istio',
  'Istio, in ambient mode': 'istio-ambient',
  'Linkerd, standard channel': 'linkerd',
  'Linkerd, experimental channel': 'linkerd',
  'Cilium': 'cilium',
  'Kuma, by Gateway API': 'kuma',
};

test.each(Object.entries(MESHES))('%s', (title, mesh) => {
  const [target, evaluate, options] = IN_THE_MESH[title];
  const counts = { known: 0, unknown: 0 };
  const worlds = new WeakMap<readonly any[], World>();
  const read: Evaluator = (manifests, request) => {
    const world = worlds.get(manifests) ?? reading(manifests, 'default', mesh);
    worlds.set(manifests, world);
    const outcome = readOutcome(world, request);
    counts[outcome === 'unknown' ? 'unknown' : 'known']++;
    // What is left open is counted, and not compared.
    return outcome === 'unknown' ? evaluate(manifests, request) : outcome;
  };

  // Limits of rates are not read.
  const more = (route: Written) => ({ ...options.more?.(route) ?? route, rateLimit: undefined });
  routesAsWritten(REQUESTS, target, read, { ...options, more });
  expect(counts.unknown / counts.known).toBeLessThan(0.25);
});
