import { authorizationPolicies } from './authorization-policy';
import { noPodSelector, once } from './policy';
import { server } from './server';
import type { Source } from '../../model/access';
import type { AuthenticationModel, MutualTlsMode } from '../../model/authentication';
import type { AuthenticationFeature } from '../../model/features/authentication';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { podClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import { renderUnless } from '../contract/rendering';
import { FULL, full, none } from '../contract/support';
import { refused } from '../contract/unwritten';
import { isInMesh } from '../gateways/gateway-clients';

const WHOLE_NAMESPACE = "a Server selects one port of some pods. The annotation 'config.linkerd.io/default-inbound-policy' of the namespace says it for "
  + "all: 'all-authenticated', or 'all-unauthenticated'";
const PLAIN_TEXT = "a proxy of Linkerd accepts mutual TLS wherever a client offers it. The annotation 'config.linkerd.io/skip-inbound-ports' of the pods keeps it "
  + 'off a port';

/** Linkerd expresses mutual TLS only by who is let in: those that have an identity, or everyone. */
const CLIENTS: Record<MutualTlsMode, readonly Source[]> = {
  strict: [{ kind: 'anyAuthenticated' }],
  permissive: [{ kind: 'anyone' }],
  disabled: [],
};

/**
 * A Server for each port that the Service declares, with the AuthorizationPolicy of every client that has an identity, or of
 * everyone: then plain text passes whatever the default of the cluster.
 *
 * @see https://linkerd.io/2/reference/authorization-policy/
 */
export const linkerdAuthentication: Dialect<AuthenticationModel, AuthenticationFeature> = {
  renders: 'a Server for each port that the Service declares, with an AuthorizationPolicy of every client that has an identity, or of everyone',
  supports: {
    NamespaceAuthentication: none(WHOLE_NAMESPACE),
    WorkloadAuthentication: FULL,
    SubsetAuthentication: full('Servers with names of their own'),
    PortAuthentication: FULL,
    StrictMutualTls: FULL,
    PermissiveMutualTls: FULL,
    DisabledMutualTls: none(PLAIN_TEXT),
  },
  // A port has one Server, so an access policy for the same pods is refused.
  claims: ({ namespace, workload }) => workload === undefined ? [] : podClaims({ namespace, destination: workload }),
  render: model => renderUnless(model.workload === undefined ? [] : noPodSelector('mutual TLS', model.workload), () => manifests(model)),
  isInMesh: gateway => isInMesh(gateway),
};

function manifests({ name, namespace, workload, mode, ports }: Fields<AuthenticationModel, 'name' | 'namespace' | 'workload' | 'mode' | 'ports'>): Manifest[] {
  const served = workload ?? refused();
  const modes = new Map([...served.ports.map(({ port }) => [port, mode] as const), ...ports.map(port => [port.port, port.mode] as const)]);
  return once(flatMap([...modes], ([port, portMode]) => {
    const protocol = served.ports.find(declared => declared.port === port)?.protocol;
    const portServer = server({ namespace, workload: served }, { port, protocol });
    const target = { kind: 'Server' as const, name: portServer.metadata.name, policy: `${name}-${port}` };
    return [portServer, ...authorizationPolicies({ name, namespace }, target, CLIENTS[portMode])];
  }));
}
