import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '../../../src/manifests/yaml';
import { resourceOf } from '../../../src/migrate/by-hand/policies';

const CRDS = join(__dirname, '../../../imports/crds');
const names = readdirSync(CRDS, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.yaml'))
  .map(file => (parseYaml(readFileSync(join(CRDS, file), 'utf8'))[0] as any).spec);

test('kubectl knows every kind of a CRD by the name that commands give it', () => {
  expect(names.length).toBeGreaterThan(40);
  for (const { group, names: { kind, plural, singular = kind.toLowerCase() } } of names) {
    expect([`${plural}.${group}`, `${singular}.${group}`]).toContain(resourceOf(kind, group));
  }
});

test.each([
  ['Gateway', 'gateways'], ['NetworkPolicy', 'networkpolicies'], ['ServiceEntry', 'serviceentries'], ['Mesh', 'meshes'], ['Ingress', 'ingress'],
  ['ServiceDefaults', 'servicedefaults'], ['HTTPRoute', 'httproutes'],
])('a %s is one of %s', (kind, resource) => expect(resourceOf(kind, 'example.com')).toBe(`${resource}.example.com`));
