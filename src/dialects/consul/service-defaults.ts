import { CONSUL_API_VERSION } from './apis';
import type { ServiceDefaultsSpec } from '../../../imports/consul/consul.hashicorp.com';
import type { MutualTlsMode } from '../../model/authentication';
import type { Protocol } from '../../model/protocol';
import { commonProtocol } from '../../model/protocol';
import type { SubjectClaim } from '../contract/claim';
import { claim } from '../contract/claim';
import type { Manifest, Plain } from '../contract/manifest';
import { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';

/** The generated type spells one field in another case than the CRD. */
type Spec = Plain<Pick<ServiceDefaultsSpec, 'protocol'>> & { readonly mutualTLSMode: MutualTlsMode };

const PROTOCOLS: Record<Protocol, string | undefined> = { HTTP: 'http', GRPC: 'grpc', TLS: 'tcp', TCP: 'tcp', UDP: undefined };

/**
 * The ServiceDefaults of a service, which Consul finds by its name: what the service speaks, and whether it takes mutual TLS only. Where its ports
 * do not speak the same, that is `tcp`, which carries all of them, whatever the mesh speaks by default. There is one for all constructs that ask for it.
 */
export function serviceDefaults(
  { service, namespace }: { readonly service: string; readonly namespace?: string },
  ports: readonly { readonly protocol?: Protocol }[],
  mutualTLSMode: MutualTlsMode,
): Manifest {
  const speaks = commonProtocol(ports);
  const protocol = speaks === undefined ? 'tcp' : PROTOCOLS[speaks];
  const spec: Spec = { ...(protocol !== undefined && { protocol }), mutualTLSMode };
  return { shared: true, apiVersion: CONSUL_API_VERSION, kind: 'ServiceDefaults', metadata: { name: service, namespace }, spec };
}

/** Where Services of several namespaces are one service of Consul, all their ServiceDefaults are one entry, which says one thing. */
export function defaultsClaims(defaults: readonly Manifest[], namespaces: ConsulNamespaces | undefined): SubjectClaim[] {
  return namespaces === ConsulNamespaces.MIRRORED ? [] : defaults.map(({ metadata: { name }, spec }) =>
    claim('ServiceDefaults', { type: 'consulService', name }, JSON.stringify(spec)));
}

/** No intention holds over plain text, not even that of the namespace: if it denies, nothing may accept plain text. */
export function plainTextClaim(namespace: string, mode: MutualTlsMode): SubjectClaim {
  return claim('mutualTlsMode', { type: 'servicesIn', namespace }, mode);
}
