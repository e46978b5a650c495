import { networkPolicyPolicies } from '../../../src/dialects/kubernetes/policies';
import { KUBE_DNS } from '../../../src/model/dns';

test('mutual TLS is refused as a whole', () => {
  const { supports } = networkPolicyPolicies([KUBE_DNS]).authentication;

  expect(Object.values(supports).map(({ level }) => level)).toEqual(Object.keys(supports).map(() => 'none'));
});

test('identities and requests are refused, each with its reason', () => {
  const { supports } = networkPolicyPolicies([KUBE_DNS]).access;
  const reasons = Object.entries(supports).flatMap(([feature, support]) => support.level === 'none' ? [[feature, support.reason]] : []);

  expect(Object.fromEntries(reasons)).toMatchObject({
    ServiceAccountSource: 'a NetworkPolicy knows clients by their namespace or their address, not by their identity',
    MethodMatching: 'a NetworkPolicy tells ports apart, not requests',
    Audit: 'a NetworkPolicy cannot only report',
  });
});
