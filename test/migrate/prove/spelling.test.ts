import * as fc from 'fast-check';
import { made } from './generated';
import { SMI_MESHES } from '../../../src/dialects/smi/read/meshes';
import { READINGS } from '../../../src/dialects/smi/read/readings';
import { TARGET_NAMES } from '../../../src/migrate/targets';
import { ACCOUNTS, choices, worlds, written } from '../../oracle/smi/worlds';
import { deployment, service } from '../plan/setup';

beforeAll(() => void jest.spyOn(console, 'warn').mockReturnValue());

const beside = [...ACCOUNTS, 'cart-v1', 'cart-v2'].flatMap(name => [service(name), deployment(name)]).map(one => JSON.stringify(one));

test('what is written in another order, version or List becomes the same manifests', () => {
  const counts = { some: 0, none: 0 };
  const shuffled = fc.shuffledSubarray(beside, { minLength: beside.length });
  const ways = fc.record({ from: fc.constantFrom(...SMI_MESHES), to: fc.constantFrom(...TARGET_NAMES) });
  fc.assert(fc.property(ways, worlds, choices, choices, shuffled, ({ from, to }, world, one, other, there) => {
    // For some, a Service by another spelling of its name is none.
    const own = READINGS[from].splits?.root === 'any' ? world : { ...world, splits: [] };
    const first = made({ from, to, texts: [...written(own, one), ...beside] }).manifests;
    counts[first.length > 0 ? 'some' : 'none']++;

    expect(made({ from, to, texts: [...there, ...written(own, other)] }).manifests).toEqual(first);
  }), { numRuns: 30 });
  expect(counts.some).toBeGreaterThan(10);
});
