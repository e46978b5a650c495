import { ApiObject } from 'cdk8s';
import * as fc from 'fast-check';
import { yaml } from './migrated';
import { certainly } from './plan/fixtures';
import { asData } from './round-trip/as-data';
import { ACCOUNTS, NAMESPACES, type Original, originals } from './round-trip/originals';
import type { MeshTarget } from '../../src';
import type { SmiDocument } from '../../src/dialects/smi/read/tree';
import { told } from '../../src/errors/coded';
import { objectsOf } from '../../src/evaluators/smi/spelling';
import { documentsIn } from '../../src/manifests/documents';
import { migrate, type Migration } from '../../src/migrate/migrate';
import { call, construct, member, type Node, type Program, run, type Statement } from '../../src/migrate/program';
import { type Judge, JUDGES } from '../../src/migrate/prove/judges';
import { clientsOf, podsOf } from '../../src/migrate/prove/pods';
import { Random } from '../../src/migrate/prove/random';
import { Vocabulary } from '../../src/migrate/prove/vocabulary';
import { type TargetName, TARGETS } from '../../src/migrate/targets';

const FROM = { spec: call('MeshTarget', 'smi'), osm: call('MeshTarget', 'smi', { implementation: member('SmiImplementation', 'OSM') }) };

/** What SMI has by itself: nobody is let in, unless a policy says so, and clients say who they are. Linkerd is installed so, or not. */
const CLOSED = construct('NamespaceAccessDefault', 'default', {});
const STRICT = construct('MutualTls', 'mutual-tls', { mode: member('MutualTlsMode', 'STRICT') });
const STANDING = { istio: [CLOSED, STRICT], linkerd: [], cilium: [CLOSED] } satisfies Partial<Record<TargetName, readonly Statement[]>>;

const PAIRS = (['spec', 'osm'] as const).flatMap(from => (['istio', 'linkerd', 'cilium'] as const).map(to => [from, to] as const));
const REQUESTS = 100;

function programOf(statements: Original['statements'], target: Node<MeshTarget>, standing: readonly Statement[] = []): Program {
  const charts = Object.entries(statements).map(([id, own]) => ({ id, namespace: id, statements: [...own, ...standing] }));
  return { comments: [], targets: [target], charts };
}

/** What a program writes; nothing, where its target does not take all of it. */
function written(program: Program): any[] | undefined {
  return told({ warn: () => undefined, asksOthers: false }, () => {
    const all = run(program).node.findAll();
    return all.some(({ node }) => node.validate().length > 0) ? undefined : all.filter(one => one instanceof ApiObject).map(one => one.toJson());
  });
}

/** Manifests of the original and of its migration, and whoever decides by them. */
interface Compared {
  readonly original: Original;
  readonly migration: Migration;
  readonly direct: readonly any[];
  readonly migrated: readonly any[];
  readonly judge: Judge;
  readonly random: Random;
  readonly vocabulary: Vocabulary;
}

const counts = { plain: 0, letIn: 0, denied: 0, narrower: 0, divided: 0 };

test.each(PAIRS)('what the library writes as SMI for %s comes back as it was, for %s', (from, to) => {
  fc.assert(fc.property(originals(from === 'spec'), fc.nat(), (original, seed) => {
    const smi = written(programOf(original.statements, FROM[from]));
    const whole = programOf(original.statements, TARGETS[to].of({}), STANDING[to]);
    const direct = written(whole);
    fc.pre(smi !== undefined && direct !== undefined);
    const documents = [...documentsIn('smi.yaml', yaml(...smi, ...original.beside))];
    const migration = migrate(documents, { from, targets: [to], isEnforced: true, meshNamespaces: NAMESPACES });
    if (original.isPlain) {
      counts.plain++;
      // Where all is closed, policies that let nobody in go without saying.
      const isSaid = ({ construct: name, props }: Statement) =>
        STANDING[to].length === 0 || name !== 'ServiceAccessPolicy' || (props as { readonly allow: readonly unknown[] }).allow.length > 0;
      expect(asData(migration.program, isSaid)).toEqual(asData(whole, isSaid));
      expect(migration.judged.filter(({ verdict }) => verdict !== 'same')).toEqual([]);
    }
    const migrated = written(migration.program)!;
    const vocabulary = new Vocabulary(objectsOf(smi), [...direct, ...migrated]);
    const compared = { original, migration, direct, migrated, judge: JUDGES[to]({}), random: new Random(seed), vocabulary };
    compareAccess(compared);
    compareRoutes(compared);
  }), { numRuns: 12 });
});

test('all of it was seen', () => {
  expect(Object.values(counts).every(count => count > 5)).toBe(true);
});

/** What SMI is written to take: no two dots in a row and no `%2e` (docs/traps.md), though other targets take names such as `2..` below a prefix. */
function isTold(path: string): boolean {
  return !/\.\.|%2e|\/\.(?:\/|$)/i.test(path);
}

/** Pods let in whom they would let in, had nothing been SMI; or fewer, and the report says so. */
function compareAccess({ migration, direct, migrated, judge, random, vocabulary }: Compared): void {
  const pods = podsOf(migration, []);
  const clients = clientsOf(ACCOUNTS, migration);
  for (let i = 0; i < REQUESTS; i++) {
    const { pod, entrances } = random.one(pods);
    const { port } = random.inPercent(80) ? pod.ports[0] : random.one(pod.ports);
    const called = entrances.get(port) ?? [];
    const client = random.one(random.inPercent(70) ? clients.slice(0, ACCOUNTS.length) : clients);
    const request = { ...vocabulary.sent(random), query: {}, client, pod, port, ...called.length > 0 && { entrance: random.one(called) } };
    if (!isTold(request.path)) continue;
    const [before, after] = [direct, migrated].map(all =>
      certainly(() => judge.letsIn!(all.filter(({ metadata }) => metadata.namespace === pod.namespace), request)));
    counts[after === true ? 'letIn' : 'denied']++;
    if (before === after) continue;
    counts.narrower++;
    const isSaid = isLess(migration, document => document.kind === 'TrafficTarget' && document.destination?.name === pod.serviceAccount);
    if (before !== true || after !== false || !isSaid) expect({ before, after, request, direct, migrated, judged: migration.judged }).toBe('the same');
  }
}

/** Requests for the Service that is divided go to the same pods, by the same shares. */
function compareRoutes({ original, migration, direct, migrated, judge, random, vocabulary }: Compared): void {
  const split = migration.documents.find(({ kind }) => kind === 'TrafficSplit');
  if (split === undefined) return;
  const { ports } = migration.beside.service('shop', 'cart')!;
  for (let i = 0; i < REQUESTS; i++) {
    const { port, name, protocol } = random.one(ports);
    const request = {
      ...vocabulary.sent(random),
      client: { namespace: 'shop' },
      to: { service: 'cart', namespace: 'shop', port },
      portName: name,
      protocol: protocol as 'HTTP' | 'TCP',
      host: 'cart',
      query: {},
      response: {},
    };
    if (!isTold(request.path)) continue;
    const [before, after] = [direct, migrated].map(all => certainly(() => {
      const outcome = judge.sends(all.filter(({ metadata }) => metadata.namespace === 'shop'), request);
      return outcome.kind === 'forwarded' ? outcome.arrivals.map(({ service, share }) => `${share} to ${original.podsBehind[service.replace(/:.*/, '')]}`).sort() : outcome;
    }));
    counts.divided++;
    if (JSON.stringify(before) === JSON.stringify(after) || isLess(migration, document => document === split)) continue;
    expect({ before, after, request, direct, migrated, judged: migration.judged }).toBe('the same');
  }
}

function isLess({ judged }: Migration, isBehind: (document: SmiDocument) => boolean): boolean {
  return judged.some(({ document, verdict }) => isBehind(document) && ['narrower', 'notSaid'].includes(verdict));
}
