import * as fc from 'fast-check';
import { SMI } from '../../../../src/dialects/smi/read/reader';
import { sharesBy } from '../../../../src/evaluators/smi/shares';
import { Unknown } from '../../../../src/evaluators/unknown';
import { documentsIn } from '../../../../src/manifests/documents';
import type { Call } from '../../../../src/meaning/call';
import { decide, isUndecided, valueOf } from '../../../../src/meaning/decision';
import type { ReadMesh } from '../../../../src/reading/mesh';
import { worldOf } from '../../../../src/reading/world';
import { choices, PATHS, VALUES, worlds, written } from '../../../oracle/smi/worlds';

/** Those that follow TrafficSplits, by the mesh that people say. */
const MESHES = { osm: 'osm', nginx: 'nginx', traefik: 'traefik', smi: 'spec', linkerd: 'linkerd', consul: 'consul' } as const satisfies Partial<Record<ReadMesh, string>>;

const requests = fc.array(fc.record({
  service: fc.constantFrom('cart', 'web'),
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  path: fc.constantFrom(...PATHS),
  headers: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.constantFrom(...VALUES), { noNullPrototype: true }),
}), { minLength: 5, maxLength: 10 });

function certain<T>(judge: () => T): T | undefined {
  try {
    return judge();
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

type Sent = NonNullable<Call['request']> & { readonly service: string };

/** The share of each Service, as it is read; nothing, where nobody knows. */
function read(texts: readonly string[], { service, ...request }: Sent, mesh?: ReadMesh): Record<string, number> | undefined {
  const { readings } = worldOf(texts.flatMap((text, i) => [...documentsIn(`${i}.yaml`, text)]), 'default', mesh);
  const ways = readings.find(({ title }) => title === SMI.title)?.reading.ways?.({ namespace: 'shop', service, port: 80 }, 'HTTP');
  if (ways === undefined) return { [service]: 1 };
  const call: Call = { client: { kind: 'outside', meshed: false }, pod: { namespace: 'shop' }, port: 80, protocol: 'HTTP', request };
  const way = valueOf(decide(ways, call));
  if (isUndecided(way)) return undefined;
  const sum = way.backends.reduce((total, { weight }) => total + weight, 0);
  return Object.fromEntries(way.backends.map(one => [one.service, one.weight / sum]));
}

const close = (shares: Record<string, number>) => Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, expect.closeTo(share, 9)]));

test.each(Object.entries(MESHES) as [keyof typeof MESHES, typeof MESHES[keyof typeof MESHES]][])('a request goes where %s sends it, or nobody knows', (mesh, by) => {
  const counts = { known: 0, unknown: 0 };
  fc.assert(fc.property(worlds, choices, requests, (world, how, all) => {
    const texts = written(world, how);
    const manifests = texts.flatMap(text => text.split('\n---\n').map(one => JSON.parse(one)));
    for (const { service, ...sent } of all) {
      const found = read(texts, { service, ...sent, query: {} }, mesh);
      const judged = certain(() => sharesBy(by, manifests, { namespace: 'shop', service, sent }));
      counts[found === undefined ? 'unknown' : 'known']++;
      if (found !== undefined) expect({ judged, service, sent }).toEqual({ judged: close(found), service, sent });
    }
  }), { numRuns: 60 });
  expect(counts.known).toBeGreaterThan(counts.unknown);
});

test('where nobody says which mesh it is, only that is known in which all agree', () => {
  let known = 0;
  fc.assert(fc.property(worlds, choices, requests, (world, how, all) => {
    const texts = written(world, how);
    for (const sent of all) {
      const request = { ...sent, query: {} };
      const found = read(texts, request);
      if (found === undefined) continue;
      known++;
      for (const mesh of Object.keys(MESHES) as (keyof typeof MESHES)[]) expect(read(texts, request, mesh)).toEqual(close(found));
    }
  }), { numRuns: 30 });
  expect(known).toBeGreaterThan(20);
});
