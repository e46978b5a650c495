import { ADMIN, ANYONE, HTTP, OPS, policy, REDIS, rule, WEB } from './models';
import { accessAuthentication, peerAuthentication, peerAuthenticationClaim } from '../../../src/dialects/istio/peer-authentication';
import { claimInWords } from '../../../src/targets/claim-words';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const mtls = (manifests: readonly any[]) => {
  expectValid(...manifests);
  return manifests.map(({ spec: { selector, ...spec } }) => {
    expect(selector).toEqual({ matchLabels: { app: 'cart' } });
    return spec;
  });
};

test('where clients have to be known, mutual TLS is strict', () => {
  expect(inYaml(accessAuthentication(policy(rule([WEB])), false))).toMatchInlineSnapshot(`
"apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: cart-access
  namespace: shop
spec:
  mtls:
    mode: STRICT
  selector:
    matchLabels:
      app: cart
"
`);
});

test('identities alone demand mutual TLS, on all ports', () => {
  expect(mtls(accessAuthentication(policy(rule([WEB, OPS])), false))).toEqual([{ mtls: { mode: 'STRICT' } }]);
});

test('where the mesh demands it, nothing is left to say', () => {
  expect(accessAuthentication(policy(rule([WEB])), true)).toEqual([]);
});

test.each([true, false])('ports that are open to clients without an identity take plain text (mesh strict: %s)', strict => {
  const model = policy(
    rule([ANYONE], { ports: [ADMIN, HTTP] }),
    rule([{ kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] }, WEB], { ports: [HTTP] }),
    rule([WEB], { ports: [REDIS] }),
  );

  expect(mtls(accessAuthentication(model, strict)))
    .toEqual([{ mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'PERMISSIVE' }, 9090: { mode: 'PERMISSIVE' } } }]);
});

test('a policy that allows nothing needs no identities, and one that only reports shuts no one out', () => {
  expect(accessAuthentication(policy(), false)).toEqual([]);
  expect(accessAuthentication({ ...policy(rule([WEB])), audit: true }, false)).toEqual([]);
});

test('a namespace has no selector', () => {
  const manifest: any = peerAuthentication({ name: 'mtls', namespace: 'shop' }, { namespace: 'shop' }, 'disabled', []);

  expectValid(manifest);
  expect(manifest.spec).toEqual({ mtls: { mode: 'DISABLE' } });
});

test('claims tell namespaces and pods apart, whatever the order of labels', () => {
  const claim = (podSelector: Record<string, string>) =>
    claimInWords(peerAuthenticationClaim({ namespace: 'shop', workload: { service: 'cart', podSelector } }));

  expect(claim({ b: '2', a: '1' })).toBe("the mutual TLS of the pods 'a=1,b=2' in namespace 'shop'");
  expect(claim({ a: '1', b: '2' })).toBe(claim({ b: '2', a: '1' }));
  expect(claimInWords(peerAuthenticationClaim({ namespace: 'shop' }))).toBe("the mutual TLS of namespace 'shop'");
});
