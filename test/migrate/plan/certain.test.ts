import * as fc from 'fast-check';
import { readSmi } from '../../../src/dialects/smi/read';
import { accessMeaning } from '../../../src/dialects/smi/read/allowances';
import { READINGS } from '../../../src/dialects/smi/read/readings';
import { isSameAccount } from '../../../src/dialects/smi/read/target-part';
import { SmiWorld } from '../../../src/dialects/smi/read/world';
import { documentsIn } from '../../../src/manifests/documents';
import { certain } from '../../../src/migrate/plan/certain';
import { areMade, type Call, isAllowed } from '../../dialects/smi/read/decide';
import { PATHS, worlds, written } from '../../oracle/smi/worlds';

const CALLS = ['web', 'cart'].flatMap(name => PATHS.map((path): Call => ({
  source: { namespace: 'shop', name }, destination: { namespace: 'shop', name: 'cart' }, port: 8080, protocol: 'HTTP', method: 'GET', path, headers: { 'x-a': 'b', 'x-b': 'b' },
})));

test.each(['spec', 'osm', 'nginx', 'traefik'] as const)('what is certain of an allowance of %s is let in', mesh => {
  const counts = { certain: 0, uncertain: 0, lost: 0 };
  fc.assert(fc.property(worlds, world => {
    const documents = written(world, [0]).flatMap(text => [...documentsIn('a.yaml', text)]);
    const read = documents.flatMap(({ file, content }) => 'broken' in content ? [] : readSmi(file, content) ?? []);
    const meaning = accessMeaning(new SmiWorld(read), READINGS[mesh]);
    const all = meaning.allowances.filter(({ protocol }) => protocol === 'TCP').map(one => certain(meaning, one));
    for (const call of CALLS) {
      const own = all.filter(({ destination, ports, sources }) => isSameAccount(destination, call.destination)
        && (ports === 'all' || ports.includes(call.port)) && (sources === 'anyone' || sources.some(one => isSameAccount(one, call.source))));
      const isCertain = own.some(({ requests }) => requests.some(some => areMade(some, call)));
      const isUncertain = own.some(({ uncertain }) => uncertain.some(some => areMade(some, call)));
      const decided = isAllowed(meaning, call);
      if (isCertain) expect([decided, call]).toEqual(['yes', call]);
      counts[isCertain ? 'certain' : isUncertain ? 'uncertain' : 'lost']++;
    }
  }), { numRuns: 300 });
  expect(counts.certain).toBeGreaterThan(100);
  expect(counts.uncertain > 0).toBe(READINGS[mesh].access!.firstOf !== undefined);
});
