import { CertificateIssuer, ExposureTls } from '../../src';

test.each<[string, () => unknown, RegExp]>([
  ['a Secret', () => ExposureTls.secret('Cart'), /'Cart' is not a valid name of a Secret/],
  ['a namespace', () => ExposureTls.secret('cart', 'a.b'), /'a\.b' is not a valid namespace/],
  ['an issuer', () => ExposureTls.certManager('cart', 'letsencrypt' as any), /`issuer` is 'letsencrypt'\. Give a CertificateIssuer/],
  ['a ClusterIssuer', () => CertificateIssuer.ofCluster('A'), /'A' is not a valid name of a ClusterIssuer/],
  ['an Issuer', () => CertificateIssuer.ofNamespace('A'), /'A' is not a valid name of an Issuer/],
])('refuses what is not %s', (_, make, message) => {
  expect(make).toThrow(message);
});
