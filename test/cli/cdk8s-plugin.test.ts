import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Validation, ValidationContext } from 'cdk8s-cli/plugins';
import { ManifestValidation } from '../../src/cli/cdk8s-plugin';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plugin-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' } };
const split = (weight: unknown) => ({
  apiVersion: 'split.smi-spec.io/v1alpha2',
  kind: 'TrafficSplit',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { service: 'cart', backends: [{ service: 'cart-v1', weight }] },
});
const EXPERIMENTAL = {
  apiVersion: 'gateway.networking.x-k8s.io/v1alpha1',
  kind: 'XBackendTrafficPolicy',
  metadata: { name: 'cart' },
  spec: { targetRefs: [{ group: '', kind: 'Service', name: 'cart' }] },
};

/** What the CLI of cdk8s reports, and what it logs. */
async function reported(plugin: Validation, ...manifests: readonly object[]) {
  const file = path.join(folder, 'shop.k8s.yaml');
  fs.writeFileSync(file, manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n'));
  const context = new ValidationContext([file], 'cdk8s-mesh', '0.1.0', { cart: { path: 'shop/cart/Resource' } });
  const logged: string[] = [];
  context.logger.log = message => void logged.push(message.replace(file, 'shop.k8s.yaml'));
  await plugin.validate(context);
  return { isSuccess: context.report.success, json: context.report.toJson(), text: context.report.toString(), logged };
}

test('what is valid succeeds, and the report says how much was checked', async () => {
  const { isSuccess, json, logged } = await reported(new ManifestValidation(), split(1), { ...SERVICE, metadata: { name: 'cart', namespace: 'web' } });

  expect({ isSuccess, violations: json.violations, metadata: json.summary.metadata, logged })
    .toEqual({ isSuccess: true, violations: [], metadata: { valid: '1', invalid: '0', broken: '0', skipped: '1' }, logged: [] });
});

test('what is wrong fails, with its construct, its field, and what to do', async () => {
  const { isSuccess, json, text } = await reported(new ManifestValidation(), split('many'));

  expect(isSuccess).toBe(false);
  expect(json.violations).toEqual([{
    ruleName: expect.stringMatching(/^MESH4006: /),
    recommendation: expect.stringContaining('spec.backends[0].weight must be'),
    fix: 'npx cdk8s-mesh explain-error MESH4006',
    violatingConstructs: [{
      constructPath: 'shop/cart/Resource',
      resourceName: 'cart',
      locations: ['spec.backends[0].weight, line 1'],
      manifestPath: path.join(folder, 'shop.k8s.yaml'),
    }],
  }]);
  expect(text).toContain('Construct Path: shop/cart/Resource');
});

test('a file that is no YAML fails', async () => {
  const file = path.join(folder, 'broken.yaml');
  fs.writeFileSync(file, 'a: [');
  const context = new ValidationContext([file], 'cdk8s-mesh', '0.1.0');
  await new ManifestValidation().validate(context);

  expect(context.report.success).toBe(false);
});

test('what only the experimental channel has is logged, or taken if the plugin is told that the cluster has it', async () => {
  const withChannel = (channel?: string) => reported(new ManifestValidation({ channel }), EXPERIMENTAL);

  expect(await withChannel()).toMatchObject({ isSuccess: true, logged: [expect.stringMatching(/^shop\.k8s\.yaml:1: warning MESH4101/)] });
  expect(await withChannel('experimental')).toMatchObject({ isSuccess: true, logged: [] });
  expect(await withChannel('standard')).toMatchObject({ isSuccess: false });
  expect(() => new ManifestValidation({ channel: 'stable' })).toThrow("'channel' is 'stable'. It is one of standard, experimental");
});
