import { MeshImplementation, MeshTarget, MeshTargets } from 'cdk8s-mesh';
import { App } from 'cdk8s';
import { Shop } from './shop';

const app = new App();
MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
new Shop(app, 'shop');
app.synth();
