import { CanaryRelease, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy } from 'cdk8s-mesh';
import { App, Chart } from 'cdk8s';

const app = new App();
MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));

const chart = new Chart(app, 'shop', { namespace: 'shop' });
const cart = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { app: 'cart' } });

// Clients call cart; a tenth of their requests go to the new version.
new CanaryRelease(chart, 'cart-release', {
  service: cart,
  stable: cart.variant('cart-v1'),
  canary: cart.variant('cart-v2'),
  weight: 10,
});

// Only web may call it, and only to read.
new ServiceAccessPolicy(chart, 'cart-access', {
  destination: cart,
  allow: [{ sources: [Identity.serviceAccount('web')], requests: [HttpMatch.of({ methods: ['GET'], pathPrefix: '/cart' })] }],
});

app.synth();
