import { CATALOGUE } from '../../../src/targets/catalogue';
import { selectedBy } from '../../../src/validation/across/selectors';
import { renderedBy } from '../../targets/rendered';

/** Whether labels of pods stand anywhere in a value. Other maps have keys of their own. */
function hasPodLabels(value: unknown): boolean {
  return typeof value === 'object' && value !== null
    && (Object.hasOwn(value, 'app') || Object.hasOwn(value, 'k8s:app') || Object.values(value).some(hasPodLabels));
}

test.each(CATALOGUE.map(entry => [entry.title, entry] as const))('what %s renders for pods by their labels is known to the validation across manifests', (_, entry) => {
  const unread = renderedBy(entry).filter(manifest => hasPodLabels(manifest.spec) && selectedBy(manifest).length === 0);

  expect([...new Set(unread.map(({ kind }) => kind))]).toEqual([]);
});

test('the policies of every mesh are among them', () => {
  const kinds = new Set(CATALOGUE.flatMap(renderedBy).filter(({ spec }) => hasPodLabels(spec)).map(({ kind }) => kind));

  for (const kind of ['AuthorizationPolicy', 'CiliumNetworkPolicy', 'MeshTrafficPermission', 'NetworkPolicy', 'Server']) expect(kinds).toContain(kind);
});

test('routes for some clients select them, in any namespace or in the one that they name', () => {
  const sourceLabels = { app: 'web' };
  const virtualService = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'cart', namespace: 'shop' } };
  const match = [{ uri: { exact: '/' } }, { sourceLabels }, { sourceLabels, sourceNamespace: 'ops' }];
  expect(selectedBy({ ...virtualService, spec: { http: [{}, { match }], tcp: [{ match: [{ sourceLabels }] }] } })).toEqual([
    { path: 'spec.http[1].match[1].sourceLabels', selectors: [{ matchLabels: sourceLabels }], as: 'peers' },
    { path: 'spec.http[1].match[2].sourceLabels', selectors: [{ matchLabels: sourceLabels }], as: 'peers', namespace: 'ops' },
    { path: 'spec.tcp[0].match[0].sourceLabels', selectors: [{ matchLabels: sourceLabels }], as: 'peers' },
  ]);
  const route = (labels: object) => selectedBy({ apiVersion: 'kuma.io/v1alpha1', kind: 'MeshHTTPRoute', metadata: { name: 'cart', namespace: 'shop' }, spec: { targetRef: { kind: 'Dataplane', labels } } });
  expect(route(sourceLabels)).toEqual([{ path: 'spec.targetRef', selectors: [{ matchLabels: sourceLabels }], as: 'peers' }]);
  expect(route({ ...sourceLabels, 'k8s.kuma.io/namespace': 'ops' })).toEqual([{ path: 'spec.targetRef', selectors: [{ matchLabels: sourceLabels }], as: 'peers', namespace: 'ops' }]);
});
