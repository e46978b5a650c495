import * as fs from 'fs';
import * as path from 'path';

const DIALECTS = path.join(__dirname, '../../src/dialects');
const FOLDERS = fs.readdirSync(DIALECTS).filter(folder => fs.existsSync(path.join(DIALECTS, folder, 'index.ts')));

/** The dialects that are loaded by the time a target is made. */
function loadedFor(make: (library: typeof import('../../src')) => unknown): string[] {
  const loaded: string[] = [];
  jest.isolateModules(() => {
    for (const folder of FOLDERS) {
      const index = path.join(DIALECTS, folder);
      jest.doMock(index, () => {
        loaded.push(folder);
        return jest.requireActual(index);
      });
    }
    make(jest.requireActual('../../src'));
  });
  return loaded.sort();
}

test('a target loads what it writes, and no other dialect', () => {
  expect(loadedFor(() => undefined)).toEqual([]);
  expect(loadedFor(({ MeshTarget }) => MeshTarget.smi())).toEqual(['smi']);
  expect(loadedFor(({ MeshTarget }) => MeshTarget.gatewayApi())).toEqual(['gateway-api']);
  expect(loadedFor(({ MeshTarget, MeshImplementation: { ISTIO } }) => MeshTarget.gatewayApi({ mesh: ISTIO, trustDomain: 'prod' }))).toEqual(['gateway-api', 'istio']);
  expect(loadedFor(({ MeshTarget }) => MeshTarget.kuma({ trustDomain: 'prod' }))).toEqual(['kuma']);
  expect(loadedFor(({ MeshTarget }) => MeshTarget.networkPolicy())).toEqual(['kubernetes']);
});
