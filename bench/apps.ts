import { CanaryRelease, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy, Validation } from 'cdk8s-mesh';
import { ApiObject, App, Chart } from 'cdk8s';

export type TargetCount = 1 | 2;

/** Manifests by chart. */
export type Manifests = Readonly<Record<string, any[]>>;

/** An app of services, each with a canary and an access policy. */
export function meshApp(services: number, targets: TargetCount, outdir: string, validation = Validation.ERROR): App {
  const app = new App({ outdir });
  const istio = MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });
  MeshTargets.of(app).validation(validation).add(...targets === 1 ? [istio] : [istio, MeshTarget.smi()]);
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  for (let i = 0; i < services; i++) {
    const service = MeshService.of(`s${i}`, { port: 8080, serviceAccount: `s${i}`, podSelector: { app: `s${i}` } });
    new CanaryRelease(chart, `release-${i}`, { service, stable: service.variant(`s${i}-v1`), canary: service.variant(`s${i}-v2`), weight: 10 });
    new ServiceAccessPolicy(chart, `access-${i}`, {
      destination: service,
      allow: [{ sources: [Identity.serviceAccount('web')], requests: [HttpMatch.of({ methods: ['GET'], pathPrefix: '/api' })] }],
    });
  }
  return app;
}

/** The same manifests, written by hand: what a user would write without the library, names and all. */
export function rawApp(manifests: Manifests, outdir: string): App {
  const app = new App({ outdir });
  for (const [id, objects] of Object.entries(manifests)) {
    const chart = new Chart(app, id, { namespace: 'shop' });
    objects.forEach((object, i) => new ApiObject(chart, `object-${i}`, structuredClone(object)));
  }
  return app;
}
