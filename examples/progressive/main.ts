import { Delivery, GitOps, MeshImplementation, MeshTarget, MeshTargets } from 'cdk8s-mesh';
import * as path from 'path';
import { ApiObject, App, Chart } from 'cdk8s';
import { Cart } from './cart';

const outdir = process.env.CDK8S_OUTDIR ?? 'dist';
const prometheus = 'http://prometheus.monitoring:9090';

/** Flagger moves the releases of Linkerd, and Flux applies what is in Git. */
const west = new App({ outdir: path.join(outdir, 'west') });
MeshTargets.of(west).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, delivery: Delivery.flagger({ prometheus }) }));
const inWest = new Cart(west, 'cart', { services: false });
new ApiObject(new Chart(west, 'flux'), 'cart', {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'cart', namespace: 'flux-system' },
  spec: {
    interval: '10m',
    prune: true,
    path: './west',
    sourceRef: { kind: 'GitRepository', name: 'manifests' },
    ...GitOps.flux(inWest.movingFields),
  },
});
west.synth();

/** Argo Rollouts moves the releases of Istio, and Argo CD applies what is in Git. */
const east = new App({ outdir: path.join(outdir, 'east') });
MeshTargets.of(east).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, delivery: Delivery.argoRollouts({ prometheus }) }));
const inEast = new Cart(east, 'cart', { services: true });
new ApiObject(new Chart(east, 'argo-cd'), 'cart', {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'cart', namespace: 'argocd' },
  spec: {
    project: 'default',
    source: { repoURL: 'https://git.example.com/manifests.git', path: 'east', targetRevision: 'main' },
    destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
    ...GitOps.argoCd(inEast.movingFields),
  },
});
east.synth();
