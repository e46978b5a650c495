import { App, Chart, Testing } from 'cdk8s';
import { CanaryRelease, HttpMatch, MeshService, MeshTarget, MeshTargets } from '../../../src';
import { inYaml, shop, synth } from '../../setup';

function errors(of: { readonly cart: Record<string, string>; readonly stable?: Record<string, string> }): string[] {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.smi());
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const { node } = new CanaryRelease(chart, 'release', {
    service: MeshService.of('cart', { port: 80, podSelector: of.cart }),
    stable: MeshService.of('cart-v1', { port: 80, podSelector: of.stable }),
    canary: MeshService.of('cart-v2', { port: 80 }),
    matches: [HttpMatch.header('x-test', '1')],
  });
  return node.validate();
}

test('nine of ten requests are a weight in the TrafficSplit', () => {
  const chart = shop(MeshTarget.smi());
  const [service, stable, canary] = ['cart', 'cart-v1', 'cart-v2'].map(name => MeshService.of(name, { port: 80 }));
  new CanaryRelease(chart, 'release', { service, stable, canary, weight: 10 });

  expect(inYaml(synth(chart))).toMatchInlineSnapshot(`
"apiVersion: split.smi-spec.io/v1alpha4
kind: TrafficSplit
metadata:
  name: shop-release-c84fe534
  namespace: shop
spec:
  backends:
    - service: cart-v1
      weight: 90
    - service: cart-v2
      weight: 10
  service: cart
"
`);
});

describe('what no match takes stays with the Service', () => {
  const v1 = { app: 'cart', version: 'v1' };

  test.each<[string, Parameters<typeof errors>[0]]>([
    ['selects the stable pods', { cart: v1, stable: v1 }],
    ['selects some of the stable pods', { cart: { ...v1, track: 'a' }, stable: v1 }],
    ['may select them', { cart: { app: 'cart' } }],
  ])('fine where it %s', (_, of) => {
    expect(errors(of)).toEqual([]);
  });

  test.each<Record<string, string>>([{ app: 'cart' }, { app: 'cart', version: 'v2' }])('refused where it selects others: %j', cart => {
    const [error, ...others] = errors({ cart, stable: v1 });

    expect(others).toEqual([]);
    expect(error).toContain("which selects other pods than those of 'cart-v1'");
    expect(error).toContain("Let 'cart' select these alone: `podSelector: { app: 'cart', version: 'v1' }`");
  });
});

describe('a match keeps its path', () => {
  const split = (pathRegex: string) => {
    const app = new App();
    MeshTargets.of(app).add(MeshTarget.smi());
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    const cart = MeshService.of('cart', { port: 80 });
    const { node } = new CanaryRelease(chart, 'release', {
      service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2'), matches: [HttpMatch.of({ pathRegex })],
    });
    return { chart, errors: node.validate() };
  };

  test.each(['/carts/[0-9]+', '/files/.*', '/(a|b)/[^/]+', '/.*/items', '.*a-book.*new'])('%s', pathRegex => {
    const [group] = Testing.synth(split(pathRegex).chart).filter(({ kind }) => kind === 'HTTPRouteGroup');

    expect(group.spec.matches).toEqual([expect.objectContaining({ pathRegex: expect.stringMatching(/^\(\?:.+\)\$$/) })]);
  });

  test.each(['.*\\./items', '/[.a]+', '/.{2}/b'])('refused where it takes dot segments: %s', pathRegex => {
    const [error, ...others] = split(pathRegex).errors;

    expect(others).toEqual([]);
    expect(error).toContain(`the path expression '${pathRegex}' (rule 1 on port 80): meshes of SMI compare paths as they come`);
  });
});
