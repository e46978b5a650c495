import { HttpMatch, Identity, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy } from 'cdk8s-mesh';
import { App, Chart } from 'cdk8s';

const app = new App();
MeshTargets.of(app).add(MeshTarget.networkPolicy());
const chart = new Chart(app, 'shop', { namespace: 'shop' });

new ServiceAccessPolicy(chart, 'cart-access', {
  destination: MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' } }),
  allow: [{ sources: [Identity.namespace('web')], requests: [HttpMatch.of({ path: '/cart' })] }],
});

app.synth();
