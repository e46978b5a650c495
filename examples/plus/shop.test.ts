import { MeshImplementation, MeshTarget, MeshTargets } from 'cdk8s-mesh';
import { App, Testing } from 'cdk8s';
import { Shop } from './shop';

test('only web may call the cart', () => {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));

  const policies = Testing.synth(new Shop(app, 'shop')).filter(({ kind }) => kind === 'AuthorizationPolicy');

  expect(policies.flatMap(({ spec }) => spec.rules.flatMap((rule: any) => rule.from[0].source.principals))).toEqual(['cluster.local/ns/shop/sa/web']);
});
