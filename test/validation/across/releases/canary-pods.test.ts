import * as fc from 'fast-check';
import { canary, deployment, found, named, toldOf } from './manifests';
import { isSelected, primaryLabels } from '../../../oracle/releases/flagger-labels';

const APP = { app: 'cart' };
const TEAM = { team: 'shop' };

/** Each kind that selects pods, with a selector of labels. */
const SELECTING: Readonly<Record<string, (labels: any) => any>> = {
  AuthorizationPolicy: matchLabels => named('security.istio.io/v1', 'AuthorizationPolicy', 'cart', { selector: { matchLabels } }),
  PeerAuthentication: matchLabels => named('security.istio.io/v1', 'PeerAuthentication', 'cart', { selector: { matchLabels }, mtls: { mode: 'STRICT' } }),
  RequestAuthentication: matchLabels => named('security.istio.io/v1', 'RequestAuthentication', 'cart', { selector: { matchLabels } }),
  EnvoyFilter: labels => named('networking.istio.io/v1alpha3', 'EnvoyFilter', 'cart', { workloadSelector: { labels } }),
  Server: matchLabels => named('policy.linkerd.io/v1beta3', 'Server', 'cart', { podSelector: { matchLabels }, port: 8080 }),
  NetworkPolicy: matchLabels => named('networking.k8s.io/v1', 'NetworkPolicy', 'cart', { podSelector: { matchLabels } }),
  CiliumNetworkPolicy: labels => named('cilium.io/v2', 'CiliumNetworkPolicy', 'cart', {
    endpointSelector: { matchLabels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [`k8s:${key}`, value])) },
  }),
  MeshTrafficPermission: labels => named('kuma.io/v1alpha1', 'MeshTrafficPermission', 'cart', { targetRef: { kind: 'Dataplane', labels } }),
  MeshRateLimit: labels => named('kuma.io/v1alpha1', 'MeshRateLimit', 'cart', { targetRef: { kind: 'Dataplane', labels } }),
  PodDisruptionBudget: matchLabels => named('policy/v1', 'PodDisruptionBudget', 'cart', { selector: { matchLabels }, minAvailable: 1 }),
  Service: selector => named('v1', 'Service', 'cart-admin', { selector, ports: [{ port: 8080 }] }),
};
const kinds = Object.keys(SELECTING);

describe('a selector with the label that Flagger changes', () => {
  test.each(kinds)('of a %s leaves out the stable pods', kind => {
    expect(found(deployment(), canary(), SELECTING[kind](APP)))
      .toEqual([expect.stringMatching(new RegExp(`^version ${kind}/\\S+ spec\\.\\S+ leaves out the stable pods of Canary 'cart', which have 'app: cart-primary'`))]);
    expect(found(deployment(), canary(), SELECTING[kind]({ ...APP, ...TEAM }))).toHaveLength(1);
  });

  test.each(kinds)('of a %s: another label, another namespace and other pods are no matter', kind => {
    const elsewhere = SELECTING[kind](APP);

    expect(found(deployment(), canary(), SELECTING[kind](TEAM))).toEqual([]);
    expect(found(deployment(), canary(), SELECTING[kind]({ app: 'web' }))).toEqual([]);
    expect(found(deployment(), canary(), { ...elsewhere, metadata: { ...elsewhere.metadata, namespace: 'bank' } })).toEqual([]);
    expect(found(deployment(), SELECTING[kind](APP))).toEqual([]);
  });

  test.each(kinds)('of a %s may leave them out, where the workload is not known', kind => {
    expect(found(canary(), SELECTING[kind](APP))).toEqual([expect.stringMatching(
      new RegExp(`^warning version ${kind}/\\S+ spec\\.\\S+ leaves out the stable pods of Canary 'cart', if Deployment 'cart' selects its pods by 'app'`))]);
    expect(found(canary(), SELECTING[kind](TEAM), SELECTING[kind]({ app: 'web' }))).toEqual([]);
    expect(found(canary({ targetRef: { kind: 'Service', name: 'cart' } }), SELECTING[kind](APP))).toEqual([]);
  });

  test('says what to write', () => {
    expect(found(deployment(), canary(), SELECTING.NetworkPolicy(APP))).toEqual([
      "version NetworkPolicy/cart spec.podSelector leaves out the stable pods of Canary 'cart', which have 'app: cart-primary', and are not protected by it. "
      + "Select them by labels that both versions have, such as 'team: shop', or by one that is added for it",
    ]);
    expect(found(deployment('cart', APP), canary(), SELECTING.NetworkPolicy(APP))[0]).toContain('Give the pods one more label, and select them by that alone');
  });

  test('of a policy for the whole mesh', () => {
    const rooted = (kind: string, namespace: string) => ({ ...SELECTING[kind](APP), metadata: { name: 'cart', namespace } });

    expect(found(deployment(), canary(), rooted('AuthorizationPolicy', 'istio-system'))).toHaveLength(1);
    expect(found(deployment(), canary(), rooted('MeshTrafficPermission', 'kuma-system'))).toHaveLength(1);
    const cilium = (namespace: string) => ({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumClusterwideNetworkPolicy',
      metadata: { name: 'cart' },
      spec: { endpointSelector: { matchLabels: { 'app': 'cart', 'k8s:io.kubernetes.pod.namespace': namespace } } },
    });
    expect(found(deployment(), canary(), cilium('shop'))).toHaveLength(1);
    expect(found(deployment(), canary(), cilium('bank'))).toEqual([]);
  });

  test('as clients of others', () => {
    const from = (...selectors: any[]) => named('networking.k8s.io/v1', 'NetworkPolicy', 'web', {
      podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from: selectors.map(matchLabels => ({ podSelector: { matchLabels } })) }],
    });

    expect(found(deployment(), canary(), from(APP))).toEqual([expect.stringMatching(/^version NetworkPolicy\/web spec\.ingress\[0\]\.from .*are not let through/)]);
    expect(found(deployment(), canary(), from(APP, { app: 'cart-primary' }))).toEqual([]);
  });
});

describe('a selector of the stable pods', () => {
  test('leaves out the new ones of a policy', () => {
    expect(found(deployment(), canary(), SELECTING.Server({ app: 'cart-primary' })))
      .toEqual([expect.stringMatching(/^version Server\/cart spec\.podSelector leaves out the new pods of Canary 'cart', which have 'app: cart'/)]);
  });

  test('is enough for a budget, and a Service', () => {
    expect(found(deployment(), canary(), SELECTING.PodDisruptionBudget({ app: 'cart-primary' }), SELECTING.Service({ app: 'cart-primary' }))).toEqual([]);
  });

  test('beside one of the new pods that says the same is one policy in two', () => {
    const [both, other] = [APP, { app: 'cart-primary' }].map(SELECTING.PeerAuthentication);

    expect(found(deployment(), canary(), both, { ...other, metadata: { ...other.metadata, name: 'primary' } })).toEqual([]);
    expect(found(deployment(), canary(), both, { ...other, spec: { ...other.spec, mtls: { mode: 'PERMISSIVE' } } })).toHaveLength(2);
  });
});

test('objects that a controller made are not looked at', () => {
  const policy = SELECTING.Service(APP);

  expect(found(deployment(), canary(), { ...policy, metadata: { ...policy.metadata, ownerReferences: [{ kind: 'Canary', name: 'cart' }] } })).toEqual([]);
});

test('a cluster in another chart, or of another target, is another one', () => {
  const [staging, production] = [{}, {}];
  const policy = SELECTING.AuthorizationPolicy(APP);

  expect(toldOf([
    { manifest: deployment(), chart: staging }, { manifest: canary(), chart: staging }, { manifest: policy, chart: staging },
  ])).toHaveLength(1);
  expect(toldOf([
    { manifest: deployment(), chart: staging }, { manifest: canary(), chart: staging }, { manifest: policy, chart: production },
  ])).toHaveLength(1);
  expect(toldOf([
    { manifest: deployment(), chart: staging }, { manifest: canary(), chart: staging },
    { manifest: deployment(), chart: production }, { manifest: policy, chart: production },
  ])).toEqual([]);
  expect(toldOf([{ manifest: deployment() }, { manifest: canary(), target: 'flagger' }, { manifest: policy, target: 'git' }])).toEqual([]);
  expect(toldOf([{ manifest: deployment() }, { manifest: canary(), target: 'flagger' }, { manifest: policy, target: 'flagger' }])).toHaveLength(1);
});

describe('pods of others behind the Services of a Canary', () => {
  test.each(['cart', 'cart-primary'])('that have its label with %s', app => {
    expect(found(deployment(), canary(), deployment('other', { app, instance: 'b' })))
      .toEqual([expect.stringMatching(/^mixed Deployment\/other spec\.template\.metadata\.labels have 'app: cart/)]);
  });

  test('but not those of others', () => {
    expect(found(deployment(), canary(), deployment('other', { app: 'other' }), { ...deployment('far'), metadata: { name: 'far', namespace: 'bank' } })).toEqual([]);
  });
});

/** Few keys and values, so that selectors and labels meet. */
const keys = ['app', 'name', 'team', 'app.kubernetes.io/name', 'kustomize.toolkit.fluxcd.io/name'];
const values = ['cart', 'cart-primary', 'web'];
const labels = (maxKeys: number) => fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys });
const expression = fc.record({
  key: fc.constantFrom(...keys),
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }),
}).map(({ values: some, ...rest }) => ({ ...rest, ...rest.operator.endsWith('In') && { values: some } }));
const selector = fc.record({ matchLabels: labels(2), matchExpressions: fc.array(expression, { maxLength: 1 }) });

test('a policy is in error if, and only if, it selects the pods of one version as Flagger makes them', () => {
  const counts = { hold: 0, broken: 0 };
  fc.assert(fc.property(labels(4), fc.subarray(keys, { minLength: 2 }), selector, (template, chosen, podSelector) => {
    const matchLabels = Object.fromEntries(Object.entries(template).filter(([key]) => chosen.includes(key)));
    const workload = deployment('cart', template, { selector: { matchLabels } });
    const primary = primaryLabels(workload);
    const policy = named('networking.k8s.io/v1', 'NetworkPolicy', 'cart', { podSelector });
    const told = found(workload, canary(), policy).filter(text => text.startsWith('version '));
    const isBroken = primary !== undefined && isSelected(podSelector, template) !== isSelected(podSelector, primary);

    counts[isBroken ? 'broken' : 'hold']++;
    expect(told).toHaveLength(isBroken ? 1 : 0);
  }), { numRuns: 2000 });
  expect(Math.min(counts.hold, counts.broken)).toBeGreaterThan(50);
});
