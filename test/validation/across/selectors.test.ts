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
