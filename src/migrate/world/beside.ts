import type { Fields } from '../../manifests/fields';
import type { Named } from '../../reading/cluster/object';

/** What stands beside SMI and is not carried over. */
export interface NotMigrated extends Named {
  /** What it did, in a sentence. */
  readonly did: string;
}

/** What each kind did, by its group and kind. Flomesh has taken over those of Open Service Mesh, in groups of its own. */
const DID: ReadonlyMap<string, string> = new Map([
  ['policy.openservicemesh.io Egress', 'it let pods call hosts outside the cluster: write an EgressPolicy'],
  ['policy.openservicemesh.io UpstreamTrafficSetting', 'it limited connections and requests of a host: write a `rateLimit`'],
  ['policy.openservicemesh.io Retry', 'it had requests tried again: write a `retry` of the route'],
  ['policy.openservicemesh.io Telemetry', 'it set up access logs and tracing'],
  ['policy.openservicemesh.io AccessControl', 'it let clients in that are not in the mesh'],
  ['config.openservicemesh.io MeshRootCertificate', 'it set up who signs certificates: the new mesh has a root of its own'],
  ['config.openservicemesh.io MultiClusterService', 'it led a Service into other clusters'],
  ['config.openservicemesh.io ExtensionService', 'it told of a service that extends the mesh'],
  ['specs.smi.nginx.com RateLimit', 'it limited the rate of requests: write a `rateLimit`'],
  ['specs.smi.nginx.com CircuitBreaker', 'it broke circuits'],
  ['metrics.smi-spec.io TrafficMetrics', 'it told metrics, which the new mesh tells in its own way'],
  ['metrics.smi-spec.io TrafficMetricsList', 'it told metrics, which the new mesh tells in its own way'],
  ['linkerd.io ServiceProfile', 'it goes before HTTPRoutes of its Service: delete it once the TrafficSplit is deleted, then restart the clients'],
]);

export function didOf(group: string, kind: string): string | undefined {
  return DID.get(`${group} ${kind}`);
}

/** The group that a kind of Flomesh is known by. */
export function knownGroup(group: string): string {
  return group.replace(/^(policy|config)\.flomesh\.io$/, '$1.openservicemesh.io');
}

/** The TrafficSplit that Flagger writes for a Canary: that of its Service. Absent where it goes by another API. */
export function splitOfCanary(object: Fields): string | undefined {
  const spec = object.field('spec');
  const provider = spec.field('provider').text();
  if (provider !== undefined && !/^(?:smi|linkerd|osm)(?::|$)/.test(provider)) return undefined;
  return spec.field('service').field('name').text() || spec.field('targetRef').field('name').text();
}
