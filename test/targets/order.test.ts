import { App, Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AccessGrant, AccessMode, CanaryRelease, EgressDestination, EgressPolicy, EgressPort, Exposure, ExposureGateway, HttpMatch, Identity, MeshPods,
  MeshService,
  MeshTargets,
  MutualTls, MutualTlsMode, NamespaceAccessDefault, ServiceAccessPolicy, ServiceRoute, Validation,
} from '../../src';
import { CATALOGUE } from '../../src/targets/catalogue';
import type { MeshTarget } from '../../src/targets/mesh-target';
import { targetOf } from '../setup';

/**
 * What is deployed follows from what is written, and not from the order in which constructs are made; and a construct that is added anywhere
 * renames and changes nothing of the others.
 */

const ports = [{ port: 80, name: 'http', targetPort: 8080 }];
const a = MeshService.of('a', { ports, namespace: 'shop', serviceAccount: 'a', podSelector: { app: 'a' } });
const b = MeshService.of('b', { ports, namespace: 'shop', serviceAccount: 'b', podSelector: { app: 'b' } });
const [a1, a2] = ['1', '2'].map(version => a.subset({ version }, { serviceAccount: `a-${version}` }));
/** The same Service, by those who say otherwise which pods it has. */
const [first, second] = ['1', '2'].map(version => MeshService.of('a', { ports, namespace: 'shop', serviceAccount: 'a', podSelector: { app: 'a', version } }));
const [b1, b2] = ['1', '2'].map(version => b.variant(`b-${version}`, { podSelector: { app: 'b', version } }));
const agent = MeshPods.of({ namespace: 'shop', serviceAccount: 'agent', podSelector: { app: 'agent' }, ports: [{ port: 9100 }] });
const elsewhere = b.variant('b-2', { namespace: 'ops' });

type Make = (chart: Chart, id: string, target: MeshTarget) => { readonly apiObjects: { toJson(): any }[] };

const READING = HttpMatch.of({ methods: ['GET'], pathPrefix: '/items' });
interface Access {
  readonly mode?: AccessMode;
  readonly requests?: HttpMatch[];
}

const policy = (destination: MeshService | MeshPods, { requests, ...others }: Access = {}): Make => (chart, id, target) => {
  const sources = [Identity.serviceAccount('web', 'shop')];
  const canRead = target._dialects.access.supports.PathMatching.level !== 'none';
  return new ServiceAccessPolicy(chart, id, { destination, allow: [{ sources, ...(canRead && requests && { requests }) }], ...others });
};
const grant = (destination: MeshService | MeshPods, requests?: HttpMatch[]): Make => (chart, id, target) => {
  const canRead = target._dialects.access.supports.PathMatching.level !== 'none';
  return new AccessGrant(chart, id, {
    client: Identity.serviceAccount('app', 'shop'), calls: [{ destination, ...(canRead && requests && { requests }) }],
  });
};
const mutualTls = (workload: MeshService | undefined, mode: MutualTlsMode): Make => (chart, id) => new MutualTls(chart, id, { workload, mode });
const egress = (workload?: MeshService): Make => (chart, id) =>
  new EgressPolicy(chart, id, { workload, allow: [EgressDestination.cidr('203.0.113.0/24', EgressPort.http(80))] });
const exposure = (service: MeshService, hostname: string): Make => (chart, id, target) => new Exposure(chart, id, {
  service,
  hostnames: [hostname],
  ...(target._dialects.exposure.supports.SharedGateway.level === 'none' ? {} : { gateway: ExposureGateway.shared('public', 'infra') }),
});

const POOL: Readonly<Record<string, Make>> = {
  'policy of a': policy(a, { requests: [READING] }),
  'policy of some of a': policy(a1),
  'policy of others of a': policy(a2, { requests: [READING] }),
  'policy of a, said otherwise': policy(first),
  'policy of a, said otherwise again': policy(second),
  'policy of b': policy(b),
  'policy of b-1': policy(b1),
  'audit of b-2': policy(b2, { mode: AccessMode.AUDIT, requests: [READING] }),
  'grant to a': grant(a),
  'grant of requests to a': grant(a, [READING]),
  'policy of pods': policy(agent),
  'grant to pods': grant(agent),
  'grant of requests to a and b': (chart, id) => new AccessGrant(chart, id, {
    client: Identity.serviceAccount('job', 'ops'), calls: [{ destination: b }, { destination: a, requests: [HttpMatch.of({ path: '/jobs' })] }],
  }),
  'grant to some of a': grant(a1),
  'nobody calls b': (chart, id) => new ServiceAccessPolicy(chart, id, { destination: b, allow: [] }),
  'mutual TLS of a': mutualTls(a, MutualTlsMode.STRICT),
  'mutual TLS of some of a': mutualTls(a1, MutualTlsMode.STRICT),
  'mutual TLS of others of a': mutualTls(a2, MutualTlsMode.PERMISSIVE),
  'mutual TLS of b': mutualTls(b, MutualTlsMode.PERMISSIVE),
  'mutual TLS of all': mutualTls(undefined, MutualTlsMode.STRICT),
  'egress of a': egress(a),
  'egress of some of a': egress(a1),
  'egress of others of a': egress(a2),
  'egress of all': egress(),
  'default': (chart, id) => new NamespaceAccessDefault(chart, id),
  'release of b': (chart, id) => new CanaryRelease(chart, id, { service: b, stable: b1, canary: b2, weight: 10 }),
  'release of b to another namespace': (chart, id) => new CanaryRelease(chart, id, { service: b, stable: b1, canary: elsewhere, weight: 10 }),
  'route of a': (chart, id) => new ServiceRoute(chart, id, { service: a, rules: [{ backends: [{ service: a }] }], timeouts: { request: Duration.seconds(2) } }),
  'rate limit of a': (chart, id) => new ServiceRoute(chart, id, { service: a, rules: [{ backends: [{ service: a }] }], rateLimit: { requests: 5 } }),
  'rate limit of b-1': (chart, id) => new ServiceRoute(chart, id, { service: b1, rules: [{ backends: [{ service: b1 }] }], rateLimit: { requests: 5 } }),
  'exposure of a': exposure(a, 'a.example.com'),
  'exposure of b': exposure(b, 'b.example.com'),
};

type Name = keyof typeof POOL;

/** What is applied, each object under what it is known by; or that the app is refused. */
function made(target: MeshTarget, names: readonly Name[]): ReadonlyMap<string, string> | 'refused' {
  const app = new App();
  MeshTargets.of(app).add(target).validation(Validation.OFF);
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const constructs = names.map(name => POOL[name](chart, name.replace(/\W+/g, '-'), target));
  if (app.node.findAll().some(({ node }) => node.validate().length > 0)) return 'refused';
  const manifests = constructs.flatMap(({ apiObjects }) => apiObjects.map(object => object.toJson()));
  return new Map(manifests.map(manifest => {
    const { apiVersion, kind, metadata: { namespace, name } } = manifest;
    return [[apiVersion, kind, namespace, name].join(' '), JSON.stringify(manifest)] as const;
  }).sort());
}

/** What is warned of, is not asked here. */
const silent = () => jest.spyOn(console, 'warn').mockImplementation(() => undefined);
silent();
beforeEach(silent);

describe.each(CATALOGUE.map(({ title, dialects }) => [title, targetOf(dialects)] as const))('%s', (_, target) => {
  // Beside a policy, more is possible.
  const possible = Object.keys(POOL).filter(name => ['policy of a', 'policy of pods', 'policy of some of a', 'policy of b-1', 'nobody calls b', name].some(other => made(target, [...new Set([name, other])]) !== 'refused'));
  const known = new Map<string, ReturnType<typeof made>>();
  const of = (...names: readonly Name[]) => {
    const key = names.join();
    if (!known.has(key)) known.set(key, made(target, names));
    return known.get(key)!;
  };

  // Where a policy and what is granted beside it are one object, a grant changes that.
  const unchanged = (before: ReadonlyMap<string, string>, ...added: readonly Name[]) =>
    [...before].filter(([key]) => !added.some(name => name.startsWith('grant')) || target._dialects.access.merged === undefined
      || !/ shop-(policy|nobody|audit)-/.test(key));

  test('two are the same in either order, and each of them is what it is alone', () => {
    let deployed = 0;
    for (const [i, one] of possible.entries()) {
      for (const other of possible.slice(0, i)) {
        const [together, reversed] = [of(one, other), of(other, one)];
        expect([one, other, reversed]).toEqual([one, other, together]);
        if (together === 'refused') continue;
        deployed++;
        [one, other].map(name => of(name)).filter(alone => alone !== 'refused')
          .forEach(alone => expect([one, other, [...together]]).toEqual([one, other, expect.arrayContaining(unchanged(alone, one, other))]));
      }
    }
    expect(deployed).toBeGreaterThanOrEqual((possible.length - 1) / 2);
  });

  test('several are the same in any order, and without any one of them', () => {
    const some = fc.shuffledSubarray(possible, { minLength: Math.min(3, possible.length), maxLength: Math.min(6, possible.length) });
    const twice = some.chain(names => fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length })));
    fc.assert(fc.property(twice, ([names, shuffled]) => {
      const all = made(target, names);
      expect([names, shuffled, made(target, shuffled)]).toEqual([names, shuffled, all]);
      const fewer = made(target, shuffled.slice(1));
      if (all === 'refused' || fewer === 'refused') return;
      expect([shuffled, [...all]]).toEqual([shuffled, expect.arrayContaining(unchanged(fewer, shuffled[0]))]);
    }), { numRuns: 100 });
  });
});
