import { ApiObject, App, Chart, Lazy, Testing } from 'cdk8s';
import type { IResolver, ResolutionContext } from 'cdk8s';
import fc from 'fast-check';
import { CanaryRelease, MeshService, MeshTarget, MeshTargets } from '../../src';
import { inOrder } from '../../src/targets/plain';

const value: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  any: fc.oneof({ maxDepth: 4 }, fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined), tie('list'), tie('map')),
  list: fc.array(tie('any').filter(item => item !== null && item !== undefined), { maxLength: 3 }),
  map: fc.dictionary(fc.stringMatching(/^[a-z0-9.]{1,4}$/), tie('any'), { maxKeys: 4, noNullPrototype: true }),
})).any;

test('data is in the order in which cdk8s writes it, and without what is not set', () => {
  fc.assert(fc.property(fc.dictionary(fc.constantFrom('spec', 'data', 'b', '1'), value, { noNullPrototype: true }), content => {
    const object = new ApiObject(Testing.chart(), 'object', { apiVersion: 'v1', kind: 'ConfigMap', ...content });
    const { apiVersion, kind, metadata, ...written } = object.toJson();
    expect(JSON.stringify(inOrder(content))).toBe(JSON.stringify(written));
  }));
});

class Shouting implements IResolver {
  public resolve(context: ResolutionContext): void {
    if (context.value === 'cart-v2') context.replaceValue('CART-V2');
  }
}

function release(app: App): any {
  MeshTargets.of(app).add(MeshTarget.gatewayApi());
  const cart = MeshService.of('cart', { port: 8080 });
  const { apiObjects } = new CanaryRelease(new Chart(app, 'shop'), 'release', { service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2'), weight: 10 });
  return apiObjects[0];
}

describe('a rendered manifest', () => {
  test('is what cdk8s makes of it', () => {
    const object = release(Testing.app());
    expect(JSON.stringify(object.toJson())).toBe(JSON.stringify(ApiObject.prototype.toJson.call(object)));
  });

  test('is asked about by the resolvers of the app', () => {
    const names = (app: App) => release(app).toJson().spec.rules[0].backendRefs.map(({ name }: { name: string }) => name);
    expect(names(Testing.app())).toEqual(['cart-v1', 'cart-v2']);
    expect(names(Testing.app({ resolvers: [new Shouting()] }))).toEqual(['cart-v1', 'CART-V2']);
  });

  test('has metadata that somebody adds later', () => {
    const object = release(Testing.app());
    object.metadata.addAnnotation('later', Lazy.any({ produce: () => 'yes' }));
    expect(object.toJson().metadata.annotations).toMatchObject({ later: 'yes' });
  });

  test('is in the order of its writer where cdk8s is told so', () => {
    const object = release(Testing.app());
    const sorted = JSON.stringify(object.toJson());
    process.env.CDK8S_DISABLE_SORT = '1';
    try {
      const written = JSON.stringify(object.toJson());
      expect(written).toBe(JSON.stringify(ApiObject.prototype.toJson.call(object)));
      expect(written).not.toBe(sorted);
    } finally {
      delete process.env.CDK8S_DISABLE_SORT;
    }
  });
});
