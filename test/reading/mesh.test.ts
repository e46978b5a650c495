import { MeshImplementation } from '../../src';
import { READ_MESHES } from '../../src/reading/mesh';

test('every mesh that is rendered can be read, by the same name', () => {
  expect(Object.values(MeshImplementation).filter(mesh => !READ_MESHES.some(read => read === String(mesh)))).toEqual([]);
});
