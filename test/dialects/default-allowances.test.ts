import * as fc from 'fast-check';
import { MeshImplementation, MeshTarget } from '../../src';
import type { Manifest } from '../../src/dialects/contract/manifest';
import { secondLayerOfAll } from '../../src/dialects/kubernetes/second-layer';
import { allowedByCilium } from '../../src/evaluators/access/cilium';
import { allowedByNetworkPolicy } from '../../src/evaluators/access/network-policy';
import type { Request } from '../../src/evaluators/access/request';
import type { AccessModel } from '../../src/model/access';
import type { NamespaceDefaultModel } from '../../src/model/namespace-default';
import { Claims } from '../../src/targets/claims';
import { compile } from '../../src/targets/compile';
import { policies, policyOf, request } from '../oracle/access/arbitraries';
import { defaultRules, withDefault } from '../oracle/access/defaults';
import { allowedByIntent, resolved } from '../oracle/access/intent';
import { byCilium, outsideOnly } from '../oracle/access/promises';
import { expectValid } from '../schema';

const TARGETS = [
  ['Cilium', MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM }), allowedByCilium, byCilium],
  ['NetworkPolicy', MeshTarget.networkPolicy(), allowedByNetworkPolicy('outside'), outsideOnly],
] as const;

const CASES = Number(process.env.ORACLE_CASES ?? 4000);

interface Program {
  readonly models: readonly AccessModel[];
  readonly bare: readonly AccessModel[];
  readonly rules: NamespaceDefaultModel['rules'];
}

describe.each(TARGETS)('%s', (_, target, evaluate, stricter) => {
  const { access, namespaceDefault } = target._dialects;
  const can = (supports: Readonly<Record<string, { readonly level: string }>>) => (feature: string) => supports[feature].level !== 'none';
  const program: fc.Arbitrary<Program> = policies(can(access.supports)).chain(models => fc.record({
    models: fc.constant(models), bare: fc.subarray(models), rules: defaultRules(can({ ...access.supports, ...namespaceDefault.supports })),
  }));
  const cases = program.chain(written => fc.tuple(
    fc.constant(written), fc.array(request(written.models, { mesh: false, nodes: can(access.supports)('NodesSource') }), { minLength: 10, maxLength: 10 }),
  ));

  test('what a namespace allows adds to each of its policies, denials first', () => {
    let allowed = 0;
    fc.assert(fc.property(cases, ([{ models, bare, rules }, requests]) => {
      const namespaces = [...new Set(models.map(({ namespace }) => namespace))];
      const compiled = [
        ...models.filter(model => !bare.includes(model)).map(model => compile('access', target, model)),
        ...namespaces.map(namespace => compile('namespaceDefault', target, { name: 'default', namespace, rules })),
      ];
      const laid = new Claims<number>();
      fc.pre(compiled.every(({ errors, claims }, i) => errors.length === 0 && claims.every(claim => laid.lay(claim, i).length === 0)));
      const manifests = compiled.flatMap(one => one.manifests);
      expectValid(...manifests);
      requests.forEach(one => {
        const policy = policyOf(models, one);
        const model = withDefault(policy, bare.includes(policy), { rules });
        const [decided, written] = [evaluate(manifests, { ...one, path: resolved(one.path) }), allowedByIntent(model, one)];
        if (decided !== written && (decided || !stricter(model, one))) {
          throw new Error(`${decided ? 'looser' : 'stricter'} than written: ${JSON.stringify(one)}\n${manifests.map(m => JSON.stringify(m)).join('\n')}`);
        }
        allowed += Number(decided);
      });
    }), { numRuns: CASES / 10 });
    expect(allowed).toBeGreaterThan(CASES / 100);
  });

  test('two that allow the same go together, and two that do not are an error', () => {
    const conflicts = (...all: NamespaceDefaultModel['rules'][]) => {
      const laid = new Claims<number>();
      return all.flatMap((rules, i) => namespaceDefault.claims({ name: 'default', namespace: 'shop', rules }).flatMap(claim => laid.lay(claim, i))).length;
    };
    const ofOps = { sources: [{ kind: 'namespace' as const, name: 'ops' }], exceptSources: [], ports: [] };

    expect(conflicts([], [])).toBe(0);
    expect(conflicts([ofOps], [ofOps])).toBe(0);
    expect(conflicts([], [ofOps])).toBe(1);
  });

  test('a default for the whole mesh is refused, with what to write instead', () => {
    const { errors } = compile('namespaceDefault', target, { name: 'default', namespace: undefined, rules: [] });

    expect(errors).toEqual([expect.stringContaining('Write a NamespaceAccessDefault for each namespace')]);
  });
});

describe('a second layer below a mesh', () => {
  const client = (namespace: string, namespaceLabels: Record<string, string>): Request['client'] =>
    ({ kind: 'pod', ip: '10.1.0.5', namespace, namespaceLabels, serviceAccount: 'x', labels: {}, meshed: true });
  const from = (namespace: string, port = 9090): Request => ({
    client: client(namespace, { 'kubernetes.io/metadata.name': namespace }),
    pod: { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' }, ports: [{ port, protocol: 'HTTP' }] },
    port,
    method: 'GET',
    path: '/',
    headers: {},
    query: {},
  });
  const layer = (rules: NamespaceDefaultModel['rules']) =>
    secondLayerOfAll({ name: 'default', namespace: 'shop', rules }, { proxyPorts: [[15008, 15008]] });
  const CLOSED: Manifest = {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'cart', namespace: 'shop' }, spec: { podSelector: {}, policyTypes: ['Ingress'] },
  };
  const OF_OPS = { sources: [{ kind: 'serviceAccount' as const, name: 'prometheus', namespace: 'ops' }], exceptSources: [], ports: [9090] };
  const letsIn = (one: Request) => allowedByNetworkPolicy('outside')([CLOSED, ...layer([OF_OPS]).manifests], one);

  test('lets in, beside the policies of workloads, what the mesh allows for all', () => {
    expectValid(...layer([OF_OPS]).manifests);
    expect([letsIn(from('ops')), letsIn(from('ops', 15008)), letsIn(from('ops', 8080)), letsIn(from('web'))]).toEqual([true, true, false, false]);
  });

  test('is none where the mesh allows nothing for all, and none for a whole mesh', () => {
    expect(layer([]).manifests).toEqual([]);
    expect(secondLayerOfAll({ name: 'default', namespace: undefined, rules: [] }, { proxyPorts: 'any' })).toEqual({ manifests: [], refusals: [] });
    expect(secondLayerOfAll({ name: 'default', namespace: undefined, rules: [OF_OPS] }, { proxyPorts: 'any' }).refusals).toEqual([{
      feature: 'AllowanceForAll',
      reason: 'the NetworkPolicies below the policies of workloads would not let its clients in, and each holds in one namespace',
      remedy: 'Allow them in the NamespaceAccessDefault of each namespace',
    }]);
  });
});
