import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import type { AccessAllowance } from '../../src';
import { AccessGrant, CanaryRelease, HttpMatch, Identity, MeshService, MeshTargets, ServiceAccessPolicy, Validation } from '../../src';
import type { Pod, Request } from '../../src/evaluators/access/request';
import type { MeshTarget } from '../../src/targets/mesh-target';
import { PLAIN } from '../oracle/access/targets';

/**
 * Who gets in where grants stand beside a policy, by what the evaluators read of the manifests, is who gets in where the policy says all of it
 * itself: to the pods of the Service, and to those behind a release of it.
 */

const named = (name: string, podSelector: Record<string, string>) => MeshService.of(name, {
  ports: [{ port: 8080, name: 'http-web' }, { port: 9090, name: 'http-admin' }], namespace: 'shop', serviceAccount: name, podSelector,
});
const cart = named('cart', { app: 'cart' });
const versions = ['cart-v1', 'cart-v2'].map(name => named(name, { app: 'cart', version: name }));
const PODS: readonly Pod[] = [cart, ...versions].map(({ name, serviceAccount = '', podSelector: labels = {} }) => ({
  service: name, namespace: 'shop', serviceAccount, labels, ports: [8080, 9090].map(port => ({ port, protocol: 'HTTP' })),
}));
const ACCOUNTS = ['web', 'job', 'app'];

interface Said {
  readonly account: string;
  readonly port?: number;
  readonly path?: string;
}

interface Program {
  readonly own: readonly Said[];
  readonly denied: readonly Said[];
  readonly granted: readonly Said[];
  readonly isReleased: boolean;
}

const said = (can: boolean): fc.Arbitrary<Said> => fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  port: fc.constantFrom(undefined, 8080, 9090),
  path: can ? fc.constantFrom(undefined, '/items', '/items/7', '/admin') : fc.constant(undefined),
});

const programs = (target: MeshTarget): fc.Arbitrary<Program> => {
  const { supports } = target._dialects.access;
  const one = said(supports.PathMatching.level !== 'none');
  return fc.record({
    own: fc.array(one, { maxLength: 2 }),
    denied: supports.Denial.level === 'none' ? fc.constant([]) : fc.array(said(false), { maxLength: 1 }),
    granted: fc.array(one, { minLength: 1, maxLength: 3 }),
    isReleased: fc.boolean(),
  });
};

function callOf({ port, path }: Said): Omit<AccessAllowance, 'sources'> {
  return { ...port !== undefined && { ports: [port] }, ...path !== undefined && { requests: [HttpMatch.of({ pathPrefix: path })] } };
}

/** The manifests; or that the program is refused. The policy stands where the order has its place. */
function made(target: MeshTarget, { own, denied, granted, isReleased }: Program, order: readonly number[]): readonly any[] | 'refused' {
  const app = new App();
  MeshTargets.of(app).add(target).validation(Validation.OFF);
  const [server, client] = ['shop', 'clients'].map(namespace => new Chart(app, namespace, { namespace }));
  const identities = target._dialects.access.supports.ServiceAccountSource.level !== 'none';
  const clientOf = ({ account }: Said) => identities ? Identity.serviceAccount(account, 'clients') : Identity.pods({ app: account }, { namespace: 'clients' });
  const allowed = (all: readonly Said[]) => all.map(one => ({ sources: [clientOf(one)], ...callOf(one) }));
  const makers = [
    () => new ServiceAccessPolicy(server, 'policy', { destination: cart, allow: allowed(own), deny: allowed(denied) }),
    ...isReleased ? [() => new CanaryRelease(server, 'release', { service: cart, stable: versions[0], canary: versions[1], weight: 10 })] : [],
    ...granted.map((one, i) => () => new AccessGrant(client, `grant-${i}`, { client: clientOf(one), calls: [{ destination: cart, ...callOf(one) }] })),
  ];
  order.filter(i => i < makers.length).forEach(i => makers[i]());
  const errors = app.node.findAll().flatMap(({ node }) => node.validate());
  return errors.length > 0 ? 'refused' : [server, client].flatMap(chart => chart.toJson());
}

const REQUESTS: readonly Omit<Request, 'pod'>[] = ACCOUNTS.flatMap(serviceAccount => [8080, 9090].flatMap(port => ['/', '/items', '/items/7', '/admin/x']
  .map(path => ({
    client: {
      kind: 'pod' as const,
      ip: '10.1.0.5',
      namespace: 'clients',
      namespaceLabels: { 'kubernetes.io/metadata.name': 'clients' },
      serviceAccount,
      labels: { app: serviceAccount },
      meshed: true,
    },
    port,
    method: 'GET',
    path,
    headers: {},
    query: {},
    entrance: { service: 'cart', port },
  }))));

describe.each(Object.entries(PLAIN))('%s', (_, [target, evaluate]) => {
  const orders = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });

  test('grants add to a policy as its own allowances do, in any order', () => {
    let compared = 0;
    fc.assert(fc.property(programs(target), orders, (program, order) => {
      const { own, granted, ...rest } = program;
      const alone = made(target, { ...rest, own: [...own, ...granted], granted: [] }, [0, 1]);
      const beside = made(target, program, order);
      fc.pre(alone !== 'refused' && beside !== 'refused');
      const pods = program.isReleased ? PODS.slice(1) : PODS.slice(0, 1);
      for (const request of pods.flatMap(pod => REQUESTS.map((one): Request => ({ ...one, pod })))) {
        compared++;
        const decided = [alone, beside].map(manifests => evaluate(manifests as any[], request));
        if (decided[0] !== decided[1]) {
          throw new Error(`${decided[1] ? 'LOOSER' : 'stricter'}: ${JSON.stringify({ program, request })}\n${
            (beside as any[]).map(manifest => JSON.stringify(manifest)).join('\n')}`);
        }
      }
    }), { numRuns: 25 });
    expect(compared).toBeGreaterThan(200);
  });

  test('a refused policy is as refused in parts, and an order changes nothing', () => {
    fc.assert(fc.property(programs(target), orders, orders, (program, order, other) => {
      const bytes = (manifests: readonly any[] | 'refused') => manifests === 'refused' ? manifests : manifests.map(manifest => JSON.stringify(manifest)).sort();
      const beside = made(target, program, order);
      expect(bytes(made(target, program, other))).toEqual(bytes(beside));
      const { own, granted, ...rest } = program;
      // Where objects add up, each of them is asked for itself.
      const { merged, inAllowances } = target._dialects.access;
      if (merged === undefined || beside !== 'refused') return;
      // Where there are allowances only, a grant of what is denied is refused, and an allowance beside a denial is not.
      if (inAllowances !== undefined && program.denied.length > 0) return;
      // What is refused by itself is refused beside grants, too, though they may allow the rest of what it would have to say.
      if (made(target, { ...rest, own, granted: [] }, [0, 1]) === 'refused') return;
      expect(made(target, { ...rest, own: [...own, ...granted], granted: [] }, [0, 1])).toEqual('refused');
    }), { numRuns: 12 });
  });
});
