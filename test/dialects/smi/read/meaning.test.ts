import * as fc from 'fast-check';
import { type Call, isAllowed, sharesOf } from './decide';
import { readSmi } from '../../../../src/dialects/smi/read';
import { accessMeaning } from '../../../../src/dialects/smi/read/allowances';
import { splitMeaning } from '../../../../src/dialects/smi/read/divisions';
import { type AccessReading, READINGS } from '../../../../src/dialects/smi/read/readings';
import { SmiWorld } from '../../../../src/dialects/smi/read/world';
import type { Request } from '../../../../src/evaluators/access/request';
import { allowedBySmi } from '../../../../src/evaluators/access/smi';
import { sharesBy } from '../../../../src/evaluators/smi/shares';
import { Unknown } from '../../../../src/evaluators/unknown';
import { documentsIn } from '../../../../src/manifests/documents';
import { ACCOUNTS, choices, NAMESPACES, PATHS, PORTS, VALUES, type World, worlds, written } from '../../../oracle/smi/worlds';

/** Those that read expressions, and those that read TrafficTargets. */
const FOLLOWERS = ['spec', 'osm', 'nginx', 'traefik'] as const;
const READERS = [...FOLLOWERS, 'consul', 'istio-adapter'] as const;

function worldOf(texts: readonly string[], namespace?: string): SmiWorld {
  const documents = texts.flatMap((text, i) => [...documentsIn(`${i}.yaml`, text)]);
  return new SmiWorld(documents.flatMap(({ file, content }) => 'broken' in content ? [] : readSmi(file, content) ?? []), namespace);
}

const sent = {
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  path: fc.constantFrom(...PATHS),
  headers: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.constantFrom(...VALUES), { noNullPrototype: true }),
};

const calls: fc.Arbitrary<Call> = fc.record({
  source: fc.record({ namespace: fc.constantFrom(...NAMESPACES), name: fc.constantFrom(...ACCOUNTS) }),
  destination: fc.record({ namespace: fc.constant('shop'), name: fc.constantFrom(...ACCOUNTS) }),
  port: fc.constantFrom(...PORTS),
  protocol: fc.constantFrom<Call['protocol']>('HTTP', 'HTTP', 'HTTP', 'TCP', 'UDP'),
  ...sent,
});

/** Worlds in which there is a TrafficTarget of which all readers say the same, and calls of which some are its. */
const PLAIN: Pick<World, 'groups' | 'targets'> = {
  groups: [{ name: 'plain', namespace: 'shop', matches: [{ name: 'all', pathRegex: '/foo', methods: ['GET'], headers: [] }] }],
  targets: [{
    name: 'plain',
    namespace: 'shop',
    destination: { name: 'cart', namespace: 'shop' },
    sources: [{ name: 'web', namespace: 'shop' }],
    rules: [{ kind: 'HTTPRouteGroup', name: 'plain', matches: ['all'] }],
  }],
};
const withPlain = worlds.map(world => ({ ...world, groups: [...world.groups, ...PLAIN.groups], targets: [...world.targets, ...PLAIN.targets] }));
const toPlain = calls.map((call): Call => (
  { ...call, source: { namespace: 'shop', name: 'web' }, destination: { namespace: 'shop', name: 'cart' }, protocol: 'HTTP', method: 'GET', path: '/foo' }
));

function asked({ source, destination, port, protocol, ...rest }: Call): Request {
  return {
    ...rest,
    query: {},
    port,
    client: { kind: 'pod', ip: '10.0.0.1', meshed: true, namespace: source.namespace, serviceAccount: source.name },
    pod: { service: destination.name, namespace: destination.namespace, serviceAccount: destination.name, labels: {}, ports: [{ port, protocol }] },
  };
}

const parsed = (texts: readonly string[]) => texts.flatMap(text => text.split('\n---\n').map(one => JSON.parse(one)));

/** What a judge says; nothing, where that is not certain. */
function certain<T>(judge: () => T): T | undefined {
  try {
    return judge();
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

describe.each(READERS)('as %s reads it', mesh => {
  test('a call is let in if an oracle lets it in that reads the manifests as they are written', () => {
    const counts = { yes: 0, no: 0, unknown: 0 };
    const some = fc.array(fc.oneof(calls, toPlain), { minLength: 10, maxLength: 20 });
    fc.assert(fc.property(fc.oneof(worlds, withPlain), choices, some, (world, how, all) => {
      const texts = written(world, how);
      const [meaning, manifests] = [accessMeaning(worldOf(texts), READINGS[mesh]), parsed(texts)];
      for (const call of all) {
        const decided = isAllowed(meaning, call);
        const judged = certain(() => allowedBySmi(mesh)(manifests, asked(call)));
        counts[decided]++;
        if (mesh === 'consul' && call.protocol === 'UDP') expect(judged).toBeUndefined();
        else if (decided !== 'unknown') expect([decided, call]).toEqual([judged === undefined ? 'unknown' : judged ? 'yes' : 'no', call]);
        else if (judged !== undefined) expect(meaning.unknown).not.toEqual([]);
      }
    }), { numRuns: 100 });
    expect(counts.yes).toBeGreaterThan(20);
    expect(counts.no).toBeGreaterThan(20);
    expect(counts.unknown).toBeLessThan(counts.yes + counts.no);
  });

  test('a request goes where an oracle sends it', () => {
    const counts = { known: 0, unknown: 0 };
    const requests = fc.array(fc.record({ service: fc.constantFrom('cart', 'web'), ...sent }), { minLength: 5, maxLength: 10 });
    fc.assert(fc.property(worlds, choices, requests, (world, how, all) => {
      const texts = written(world, how);
      const [{ divisions, inert }, manifests] = [splitMeaning(worldOf(texts), READINGS[mesh]), parsed(texts)];
      for (const { service, ...request } of all) {
        const division = divisions.find(one => one.service === service);
        const shares = division === undefined ? [{ service, weight: 1 }] : sharesOf(division, request);
        const judged = certain(() => sharesBy(mesh, manifests, { namespace: 'shop', service, sent: request }));
        counts[shares === undefined ? 'unknown' : 'known']++;
        if (shares === undefined) {
          expect([division?.unknown, judged]).toEqual([expect.anything(), judged]);
          continue;
        }
        const sum = shares.reduce((total, { weight }) => total + weight, 0);
        const found = Object.fromEntries(shares.filter(({ weight }) => weight > 0).map(one => [one.service, expect.closeTo(one.weight / sum, 9)]));
        expect({ judged, request, service, inert: inert.length }).toEqual({ judged: found, request, service, inert: inert.length });
      }
    }), { numRuns: 100 });
    expect(counts.known).toBeGreaterThan(100);
  });
});

test('what is written in another order, version or List means the same', () => {
  fc.assert(fc.property(fc.constantFrom(...Object.values(READINGS)), worlds, choices, choices, (reading, world, one, other) => {
    const meant = (how: readonly number[]) => {
      const { allowances, unknown, inert } = accessMeaning(worldOf(written(world, how)), reading);
      const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
      return {
        allowances: allowances.map(({ targets, requests, ...rest }) => {
          const unmatched = requests.map(({ match, ...all }) => all);
          return { ...rest, targets: names(targets), requests: unmatched };
        }),
        doubts: [unknown, inert].map(some => some.map(({ target, message }) => `${target.name}: ${message}`)),
      };
    };

    expect(meant(other)).toEqual(meant(one));
  }));
});

describe('an answer in the table of readings that is another one is found', () => {
  const sampled = fc.sample(fc.tuple(worlds, choices, fc.array(calls, { minLength: 20, maxLength: 20 })), { numRuns: 1000, seed: 1 });
  const cases = sampled.map(([world, how, all]) => {
    const texts = written(world, how);
    return { smi: worldOf(texts), manifests: parsed(texts), all };
  });
  /** What is another answer to each question. Those for which nothing generated makes a difference are left out. */
  const others: { readonly [F in keyof AccessReading]?: readonly AccessReading[F][] } = {
    kinds: [['HTTPRouteGroup'], ['HTTPRouteGroup', 'TCPRoute'], ['HTTPRouteGroup', 'TCPRoute', 'UDPRoute']],
    missing: ['nothing', 'passedOver', 'noPorts'],
    noRules: ['nothing', 'read'],
    noGroup: ['nothing', 'everything'],
    noMatches: ['nothing', 'everything'],
    connections: ['TCPRoute', 'always', 'never'],
    ports: [true, false],
    destinationPort: [true, false],
    anyoneConnects: [true, false],
    perSource: [true, false],
    emptyMatches: ['everything', 'nothingBesideOthers'],
    firstOf: [undefined, 'matches', 'targets'],
    match: [READINGS.spec.access!.match, READINGS.osm.access!.match, READINGS.nginx.access!.match, READINGS.traefik.access!.match, 'unread'],
  };
  // What answers nothing more than another field does: without a group or a TCPRoute, there is nothing to read in a target without rules.
  const same = (mesh: string, field: string) => field === 'noRules' && (mesh === 'spec' || mesh === 'nginx');
  const isWrong = (mesh: typeof FOLLOWERS[number], access: AccessReading) => cases.some(({ smi, manifests, all }) => {
    const meaning = accessMeaning(smi, { ...READINGS[mesh], access });
    return all.some(call => {
      const decided = isAllowed(meaning, call);
      const judged = certain(() => allowedBySmi(mesh)(manifests, asked(call)));
      return decided === 'unknown' ? judged !== undefined && meaning.unknown.length === 0 : judged === undefined || judged !== (decided === 'yes');
    });
  });

  test.each(FOLLOWERS)('for %s', mesh => {
    const access = READINGS[mesh].access!;
    const mutants = Object.entries(others).flatMap(([field, answers]) => answers.map(answer => ({ ...access, [field]: answer }))
      .filter(mutant => JSON.stringify(mutant) !== JSON.stringify(access) && !same(mesh, field)).map(mutant => ({ field, mutant })));

    expect(isWrong(mesh, access)).toBe(false);
    const unfound = mutants.filter(({ mutant }) => !isWrong(mesh, mutant));
    expect(unfound.map(({ field, mutant }) => `${field} ${JSON.stringify(mutant[field as keyof AccessReading])}`)).toEqual([]);
  });
});
