import { type AuthorityOf, type PodTls, trusts } from '../../../src/evaluators/routes/backend-tls';

const TO = { service: 'cart', namespace: 'shop', port: 8443, portName: 'https' };
const PODS: PodTls = { authority: 'ours', names: ['cart.example.com', 'spiffe://example.com/cart'] };
const OURS = [{ group: '', kind: 'ConfigMap', name: 'ours' }];

const authorityOf: AuthorityOf = (kind, name) => kind === 'System' ? 'known' : name;

const policy = (validation: object, target: object = {}) => ({
  kind: 'BackendTLSPolicy',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { targetRefs: [{ group: '', kind: 'Service', name: 'cart', ...target }], validation: { hostname: 'cart.example.com', caCertificateRefs: OURS, ...validation } },
});
const gateway = (clientCertificateRef?: object) => ({ metadata: { name: 'public', namespace: 'infra' }, spec: { tls: { backend: { clientCertificateRef } } } });
const said = (policies: readonly object[], pods: Partial<PodTls> = {}, at = gateway()) => trusts(policies, at, TO, { ...PODS, ...pods }, authorityOf);

test.each<[string, object, Partial<PodTls>, boolean]>([
  ['the host and the authority are those of the certificate', {}, {}, true],
  ['it is for another host', { hostname: 'other.example.com' }, {}, false],
  ['another authority signed it', {}, { authority: 'theirs' }, false],
  ['the system knows who signed it', { caCertificateRefs: undefined, wellKnownCACertificates: 'System' }, { authority: 'known' }, true],
  ['the system does not know who signed it', { caCertificateRefs: undefined, wellKnownCACertificates: 'System' }, {}, false],
  ['one of the listed names is in it', { hostname: 'sni.example.com', subjectAltNames: [{ type: 'URI', uri: 'spiffe://example.com/cart' }] }, {}, true],
  ['the host is in it, and none of the listed names', { subjectAltNames: [{ type: 'Hostname', hostname: 'b.example.com' }] }, {}, false],
])('%s', (_, validation, pods, isTrusted) => {
  expect(said([policy(validation)], pods)).toBe(isTrusted);
});

test('without a policy for the Service, the gateway begins no TLS', () => {
  expect(said([])).toBeUndefined();
  expect(said([policy({}, { name: 'pay' }), policy({}, { sectionName: 'other' })])).toBeUndefined();
});

test('one for the port goes before one for the Service', () => {
  const [good, bad] = [{}, { hostname: 'other.example.com' }];

  expect(said([policy(bad), policy(good, { sectionName: 'https' })])).toBe(true);
  expect(said([policy(good), policy(bad, { sectionName: 'https' })])).toBe(false);
});

test('pods that ask for a certificate get that of the gateway', () => {
  const at = (name: string) => said([policy({})], { clientsOf: 'ours' }, gateway({ name }));

  expect([at('ours'), at('theirs'), said([policy({})], { clientsOf: 'ours' })]).toEqual([true, false, false]);
});

test.each<[string, readonly object[], Partial<PodTls>, object | undefined]>([
  ['two policies for one Service', [policy({}), policy({})], {}, undefined],
  ['a wildcard', [policy({})], { names: ['*.example.com'] }, undefined],
  ['a certificate in another namespace', [policy({})], {}, { name: 'ours', namespace: 'shop' }],
])('nothing is decided of %s', (_, policies, pods, ref) => {
  expect(() => said(policies, pods, gateway(ref))).toThrow();
});
