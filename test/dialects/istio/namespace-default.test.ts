import { asWeb, client, sentences } from './models';
import { claim } from '../../../src/dialects/contract/claim';
import { istioNamespaceDefault } from '../../../src/dialects/istio/namespace-default';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';
import { letsInBy } from '../requests';

const model = { name: 'deny', namespace: 'shop', rules: [] };

test('every pod of the namespace denies', () => {
  const manifests: readonly any[] = istioNamespaceDefault.render(model).manifests;

  expectValid(...manifests);
  expect(inYaml(manifests)).toMatchInlineSnapshot(`
"apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: deny
  namespace: shop
spec:
  action: ALLOW
"
`);
  expect(letsInBy(allowedByIstio)(manifests, client(asWeb), 80)).toBe(false);
});

test('a namespace has one default, and the root namespace none', () => {
  expect(istioNamespaceDefault.claims(model)).toEqual([claim('default', { type: 'namespace', namespace: 'shop' })]);
  expect(sentences(istioNamespaceDefault.render({ ...model, namespace: 'istio-system' }).refusals)[0]).toContain('holds for the whole mesh');
  expect(istioNamespaceDefault.render(model).refusals).toEqual([]);
});
