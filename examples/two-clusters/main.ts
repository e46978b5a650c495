import { MeshImplementation, MeshTarget, MeshTargets, SmiImplementation } from 'cdk8s-mesh';
import * as path from 'path';
import { App } from 'cdk8s';
import { PaymentsApp } from './payments-app';

/** One directory of manifests per cluster, one target each: the same objects keep the same names on the way. */
const clusters = {
  // Still on Open Service Mesh.
  west: MeshTarget.smi({ implementation: SmiImplementation.OSM }),
  // Has moved.
  east: MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }),
};

const outdir = process.env.CDK8S_OUTDIR ?? 'dist';
for (const [cluster, target] of Object.entries(clusters)) {
  const app = new App({ outdir: path.join(outdir, cluster) });
  MeshTargets.of(app).add(target);
  new PaymentsApp(app, 'payments', { cluster });
  app.synth();
}
