import * as fc from 'fast-check';
import { kumaAccess } from '../../../src/dialects/kuma/access';
import type { AccessModel, IdentitySource, Source } from '../../../src/model/access';
import { expectValid } from '../../schema';
import { ofKind } from '../../setup';
import type { Client } from '../meaning';
import { access, client, clients, mayCall, spiffeId, TRUST_DOMAIN, web } from '../meaning';

const dialect = kumaAccess(TRUST_DOMAIN);
const whats = (model: AccessModel) => dialect.render(model).refusals.map(({ what }) => what);
const PORTS = [{ port: 8080, protocol: 'HTTP' }, { port: 6379, protocol: 'TCP', name: 'redis' }] as const;
const twoPorts = { destination: { ...access([]).destination, ports: PORTS } };
const CALL = { method: 'GET', path: '/', headers: {} };

/** As Kuma decides: all permissions on the inbound, first who is denied, then who is allowed. */
function letIn(manifests: readonly any[], section: string, source: Client): boolean {
  const rules = ofKind(manifests, 'MeshTrafficPermission')
    .filter(({ spec }) => spec.targetRef.sectionName === undefined || spec.targetRef.sectionName === section)
    .flatMap(({ spec }) => spec.rules.map((rule: any) => rule.default));
  const isAny = (matches: any[] | undefined) => (matches ?? []).some(({ spiffeID: { type, value } }) =>
    type === 'Exact' ? spiffeId(source) === value : spiffeId(source).startsWith(value));
  return !rules.some(rule => isAny(rule.deny)) && rules.some(rule => isAny(rule.allow));
}

test('lets in whom the policy allows on each port, and nobody else', () => {
  const models = fc.array(fc.record({ who: clients, ports: fc.uniqueArray(fc.constantFrom(...PORTS), { minLength: 1 }) }), { maxLength: 4 })
    .map(rules => access(rules.map(({ who, ports }) => ({ ...web, ...who, ports })), twoPorts));
  let rendered = 0;
  fc.assert(fc.property(models, fc.array(client, { minLength: 10, maxLength: 20 }), (model, all) => {
    if (dialect.render(model).refusals.length > 0) {
      return;
    }
    rendered++;
    const manifests = dialect.render(model).manifests;
    expectValid(...manifests);
    all.forEach(one => PORTS.forEach(port =>
      expect(letIn(manifests, 'name' in port ? port.name : String(port.port), one)).toBe(mayCall(model, one, port.port, CALL))));
  }), { numRuns: 500 });
  expect(rendered).toBeGreaterThan(100);
});

test('a namespace is not one whose name begins alike', () => {
  const manifests = dialect.render(access([{ ...web, sources: [{ kind: 'namespace', name: 'ops' }] }])).manifests;

  expect(letIn(manifests, '8080', { namespace: 'ops', name: 'web' })).toBe(true);
  expect(letIn(manifests, '8080', { namespace: 'ops-lab', name: 'web' })).toBe(false);
});

test('goes by the name that the container gives a port, or else by its number', () => {
  const sections = ofKind(dialect.render(access([{ ...web, ports: PORTS }], twoPorts)).manifests, 'MeshTrafficPermission').map(m => m.spec.targetRef.sectionName);

  expect(sections).toEqual(['8080', 'redis']);
});

test('a port that no rule names is closed by itself, whatever another policy allows', () => {
  const [, closed] = dialect.render(access([web], twoPorts)).manifests as any[];

  expect(closed).toMatchObject({
    metadata: { name: 'cart-6379' },
    spec: { rules: [{ default: { deny: [{ spiffeID: { type: 'Prefix', value: `spiffe://${TRUST_DOMAIN}` } }] } }] },
  });
});

test('denies everything on all ports of the pods', () => {
  const [permission] = dialect.render(access([])).manifests as any[];

  expect(permission.metadata.name).toBe('cart');
  expect(permission.spec.targetRef).toEqual({ kind: 'Dataplane', labels: { app: 'cart' } });
  expect(letIn([permission], '8080', { namespace: 'shop', name: 'web' })).toBe(false);
  expect(permission.spec.rules[0].default).not.toHaveProperty('allow');
});

test('demands mutual TLS of the workload, since over plain text no permission is asked', () => {
  expect(ofKind(dialect.render(access([web])).manifests, 'MeshTLS')).toMatchObject([{
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { targetRef: { kind: 'Dataplane', labels: { app: 'cart' } }, rules: [{ default: { mode: 'Strict' } }] },
  }]);
});

test('a SPIFFE id is taken as it is, of other trust domains too', () => {
  const id = 'spiffe://elsewhere/ns/shop/sa/web';
  const [permission] = dialect.render(access([{ ...web, sources: [{ kind: 'spiffeId', id }] }])).manifests as any[];

  expect(permission.spec.rules).toEqual([{ default: { allow: [{ spiffeID: { type: 'Exact', value: id } }] } }]);
});

describe('exceptions', () => {
  const ops: Source = { kind: 'namespace', name: 'ops' };
  const job: IdentitySource = { kind: 'serviceAccount', name: 'job', namespace: 'ops' };
  const butJob = { ...web, sources: [ops], exceptSources: [job] };
  const refused = ['these exceptions on port 8080'];

  test('are refused where another rule lets the same in', () => {
    expect(whats(access([butJob]))).toEqual([]);
    expect(whats(access([butJob, { ...web, sources: [job] }]))).toEqual(refused);
    expect(whats(access([butJob, { ...web, sources: [{ kind: 'anyAuthenticated' }] }]))).toEqual(refused);
    expect(whats(access([butJob, { ...web, sources: [{ kind: 'spiffeId', id: spiffeId(job) }] }]))).toEqual(refused);
  });

  test('stand beside rules that except the same, or that hold on other ports', () => {
    expect(whats(access([butJob, { ...web, sources: [{ kind: 'anyAuthenticated' }], exceptSources: [job] }]))).toEqual([]);
    expect(whats(access([butJob, { ...web, sources: [job], ports: [PORTS[1]] }], twoPorts))).toEqual([]);
  });

  test('that except nobody are left out, so that they take nothing from other rules', () => {
    const [permission] = dialect.render(access([{ ...butJob, sources: [{ kind: 'namespace', name: 'shop' }] }, { ...web, sources: [job] }])).manifests as any[];

    expect(permission.spec.rules[0].default).not.toHaveProperty('deny');
  });
});

test('refuses a workload whose labels are unknown', () => {
  expect(whats(access([web], { destination: { ...access([]).destination, podSelector: undefined } }))).toEqual(["a policy for 'cart'"]);
});
