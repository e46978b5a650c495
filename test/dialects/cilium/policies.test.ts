import { ciliumPolicies } from '../../../src/dialects/cilium/policies';
import { KUBE_DNS } from '../../../src/model/dns';

test('mutual TLS is refused as a whole: what demands it in Cilium also allows', () => {
  const { supports } = ciliumPolicies({ dns: [KUBE_DNS], ipProtocols: false, nodeSelectorLabels: false }).authentication;

  expect(Object.values(supports).map(({ level }) => level)).toEqual(Object.keys(supports).map(() => 'none'));
  expect(supports.StrictMutualTls).toEqual({ level: 'none', reason: expect.stringContaining('would let in everyone who authenticates') });
});
