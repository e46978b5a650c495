import { HttpMatch, Identity, MeshService, ServiceAccessPolicy } from 'cdk8s-mesh';
import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { Construct } from 'constructs';

export class Shop extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'shop' });
    const web = new kplus.ServiceAccount(this, 'web-account', { metadata: { name: 'web' } });
    new kplus.Deployment(this, 'web', { serviceAccount: web, containers: [{ image: 'registry.example.com/web:2.1.0', portNumber: 8080 }] });

    const account = new kplus.ServiceAccount(this, 'cart-account', { metadata: { name: 'cart' } });

    const deployment = new kplus.Deployment(this, 'cart', {
      serviceAccount: account,
      containers: [{ image: 'registry.example.com/cart:1.4.0', portNumber: 8080 }],
    });
    const service = deployment.exposeViaService({ name: 'cart', ports: [{ name: 'http', port: 80, targetPort: 8080 }] });

    new ServiceAccessPolicy(this, 'cart-access', {
      destination: MeshService.fromKubeService(service, { serviceAccount: account.name }),
      allow: [{ sources: [Identity.fromKubeServiceAccount(web)], requests: [HttpMatch.of({ pathPrefix: '/cart' })] }],
    });
  }
}
