import { ApiObject, App, Chart, Testing, Yaml } from 'cdk8s';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { Identity, Manifests, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy, Validation } from '../../src';
import { misread } from '../../src/targets/misread';

/** What go-yaml, and so kubectl, takes for numbers, and cdk8s writes without quotes. */
const GO = ['0o17', '0O17', '-0o17', '+0o17', '0o1_7', '0o_1', '0o+1', '0X1F', '0XF_F', '-0X1', '0B1', '+0B1_0', '+_1', '-_1', '1.5e3_0'];
const PYTHON = ['=', '<<'];
const LINES = [' \n', '\t\na', '\n\ta', ' \n\t\n', '\n  \n'];
const NOT_YAML = ['\x7f', 'a\x80b', 'a\u2028b', 'a\u2029', '\ufeffa', 'a\uffffb', 'a\ud800b', '\udc00'];

test.each([...GO, ...PYTHON, ...LINES, ...NOT_YAML])('%j is refused, as a value and as a key', text => {
  expect(misread({ spec: { a: [{ b: text }] } })).toEqual({ path: 'spec.a[0].b', text, why: expect.any(String) });
  expect(misread({ labels: { [text]: 'a' } })).toEqual({ path: expect.stringMatching(/^labels/), text, why: expect.any(String) });
});

test.each([
  '1', '017', '0x1F', '1_000', '0b1', 'yes', 'no', 'on', 'off', 'y', 'n', 'null', '~', '1e3', '12:30', '2001-12-14', '.inf', '.nan', 'true', '', ' a', '- a', '#', '!', '&a', '*a',
  '0o8', '0o', '0xg', '1.2.3', '10.0.0.0/8', '-', '.', '_', '1_', 'é', '\u{1f600}', 'a\nb', 'a\tb', "'", '"', '0o17 ', '/0o17',
])('%j is taken: it is no other thing, or quoted', text => {
  expect(misread({ a: text, [text]: [text] })).toBeUndefined();
});

test('what is taken is read as it is, by any version of YAML', () => {
  const odd = fc.string({ unit: fc.constantFrom(...'0123456789abefinoxyXOE.+-_:~=<>#&*!|% \n\t\'"[]{},?TNZ\x7f\u0085\u2028é'), maxLength: 7 });

  fc.assert(fc.property(odd, text => {
    const manifest = { a: text, [`k${text}`]: { [text]: text } };
    fc.pre(misread(manifest) === undefined);
    const written = Yaml.stringify(manifest);
    for (const version of ['1.1', '1.2'] as const) {
      expect(parse(written, { version })).toEqual(manifest);
    }
  }), { numRuns: 3000, examples: GO.map(text => [text]) });
});

function shop(namespace: string): Chart {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.networkPolicy());
  return new Chart(app, 'shop', { namespace });
}

test('says so at synth, of what the library renders and of what it is asked to check', () => {
  const chart = shop('0o17');
  const destination = MeshService.of('cart', { port: 80, podSelector: { app: 'cart' } });
  new ServiceAccessPolicy(chart, 'cart', { destination, allow: [{ sources: [Identity.anyone()] }] });
  new ApiObject(chart, 'raw', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });

  const synth = () => Testing.synth(chart);
  expect(synth).toThrow(/\[shop\/cart\/Resource\] MESH4104: NetworkPolicy '.*': metadata.namespace holds "0o17", which is written without quotes, and read as a number\. Use another text/);
  expect(synth).not.toThrow('ConfigMap');
  Manifests.validate(chart);
  expect(synth).toThrow(/\[shop\/raw\] MESH4104: ConfigMap 'a'/);
  MeshTargets.of(chart).validation(Validation.OFF);
  expect(synth).not.toThrow();
});
