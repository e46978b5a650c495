import {
  CanaryRelease, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy, StringMatch,
} from 'cdk8s-mesh';
import { ApiObject, App, Chart, ChartProps, YamlOutputType } from 'cdk8s';
import { Construct } from 'constructs';

export class Shop extends Chart {
  constructor(scope: Construct, id: string, props: ChartProps = { namespace: 'shop' }) {
    super(scope, id, props);
    const service = new ApiObject(this, 'service', {
      apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart' }, spec: { selector: { app: 'cart' }, ports: [{ port: 8080, appProtocol: 'http' }] },
    });
    const cart = MeshService.fromKubeService(service, { serviceAccount: 'cart' });
    new CanaryRelease(this, 'release', { service: cart, stable: cart.variant('cart-v1'), canary: cart.variant('cart-v2'), weight: 10 });
    new ServiceAccessPolicy(this, 'access', {
      destination: cart,
      allow: [{
        sources: [Identity.serviceAccount('web')],
        requests: [HttpMatch.of({ pathPrefix: '/cart', headers: { 'x-team': StringMatch.exact('shop') } })],
      }],
    });
  }
}

/** The targets whose manifests have CEL rules, and those that have none. */
export function shop(outdir?: string, yamlOutputType?: YamlOutputType): App {
  const app = new App({ outdir, yamlOutputType });
  MeshTargets.of(app).add(
    MeshTarget.smi(), MeshTarget.gatewayApi({ id: 'istio', mesh: MeshImplementation.ISTIO }),
    MeshTarget.gatewayApi({ id: 'linkerd', mesh: MeshImplementation.LINKERD }), MeshTarget.gatewayApi({ id: 'cilium', mesh: MeshImplementation.CILIUM }),
  );
  new Shop(app, 'shop');
  return app;
}

if (require.main === module) {
  shop().synth();
}
