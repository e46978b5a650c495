import { MeshTarget } from '../../src';
import type { Request } from '../../src/evaluators/access/request';
import type { AccessModel } from '../../src/model/access';
import { compile } from '../../src/targets/compile';
import { PLAIN } from '../oracle/access/targets';

const ports = [{ port: 8080, protocol: 'HTTP' as const }];
const model: AccessModel = {
  name: 'cart',
  namespace: 'shop',
  destination: { service: 'cart', serviceAccount: 'cart', podSelector: { 'io.cilium.k8s.policy.serviceaccount': 'cart' }, ports },
  rules: [],
  denials: [],
  leavesRest: false,
  healthProbes: [],
  audit: false,
};
test('NetworkPolicy: clients are known by no label that only Cilium gives', () => {
  const sources = [{ kind: 'pods' as const, labels: { 'io.cilium.k8s.policy.serviceaccount': 'web' }, namespace: 'shop' }];
  const rules = [{ sources, exceptSources: [], ports, requests: [], exceptRequests: [], endUsers: [] }];
  const { errors } = compile('access', MeshTarget.networkPolicy(), { ...model, destination: { ...model.destination, podSelector: { app: 'cart' } }, rules });

  expect(errors).toEqual([expect.stringMatching(/MESH2002: .*the label 'io\.cilium\.k8s\.policy\.serviceaccount': only Cilium gives pods this label/)]);
});

const request: Request = {
  client: { kind: 'pod', ip: '10.1.0.5', namespace: 'shop', serviceAccount: 'web', meshed: true },
  pod: { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' }, ports },
  port: 8080,
  method: 'GET',
  path: '/',
  headers: {},
  query: {},
};

test.each(
  Object.entries(PLAIN),
)('%s: pods are selected by the label of their ServiceAccount, or not by labels at all, or it is refused', (title, [target, allows]) => {
  const { errors, manifests } = compile('access', target, model);

  if (/^(Istio|Linkerd|Kuma|NetworkPolicy)/.test(title)) {
    expect(errors).toEqual([expect.stringMatching(/MESH2002: .*the label 'io\.cilium\.k8s\.policy\.serviceaccount': only Cilium gives pods this label/)]);
    return;
  }
  expect(errors).toEqual([]);
  expect(allows(manifests.map(({ shared, ...manifest }) => manifest), request)).toBe(false);
});
