import type { Mode } from './mesh-tls';
import { meshTls, meshTlsClaims } from './mesh-tls';
import { dataplane, WHOLE_NAMESPACE } from './target-ref';
import type { AuthenticationModel, MutualTlsMode } from '../../model/authentication';
import type { AuthenticationFeature } from '../../model/features/authentication';
import type { Fields } from '../../model/fields';
import type { Claim } from '../contract/claim';
import { claim, claimOn } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, none } from '../contract/support';
import { unknownPods } from '../contract/unknown-pods';
import { refused } from '../contract/unwritten';

const MODES = { strict: 'Strict', permissive: 'Permissive' } as const;

/**
 * A MeshTLS for the namespace, or for the workload and each port that differs. That of a workload goes before that of its
 * namespace, and that of a port before both.
 *
 * @see https://kuma.io/docs/latest/policies/meshtls/
 */
export const kumaAuthentication: Dialect<AuthenticationModel, AuthenticationFeature> = {
  renders: 'a MeshTLS, and one more for each port that differs; a port of a permissive workload cannot be strict',
  supports: {
    NamespaceAuthentication: FULL,
    WorkloadAuthentication: FULL,
    SubsetAuthentication: FULL,
    PortAuthentication: FULL,
    StrictMutualTls: FULL,
    PermissiveMutualTls: FULL,
    DisabledMutualTls: none('the proxies of Kuma always take mutual TLS'),
  },
  claims,
  render: model => renderUnless(refusals(model), () => manifests(model)),
};

function claims(model: AuthenticationModel): Claim[] {
  const { namespace, workload, mode, ports } = model;
  return [
    workload === undefined ? claimOn('mutualTls', { namespace }) : claim('mutualTls', { type: 'service', name: workload.service, namespace }),
    // A disabled mode is refused.
    ...[mode, ...ports.map(port => port.mode)].includes('disabled')
      ? [] : meshTlsClaims(model, modeOf(mode), ports.map(port => ({ port: port.port, mode: modeOf(port.mode) }))),
  ];
}

function refusals({ workload, mode, ports }: AuthenticationModel): Refusal<AuthenticationFeature>[] {
  const noSelector: Refusal<AuthenticationFeature>[] = workload === undefined || workload.podSelector !== undefined ? [] : [unknownPods(`mutual TLS for '${workload.service}'`, 'a MeshTLS')];
  return [...noSelector, ...ports.filter(port => mode === 'permissive' && port.mode === 'strict').map(({ port }) => ({
    what: `mutual TLS on port ${port} alone`,
    reason: 'Kuma knows the port by the name that the container gives it, and if that is another name the port would take plain text',
    remedy: 'Demand mutual TLS of the workload, and name the ports that take plain text too',
  }))];
}

function manifests({ name, namespace, workload, mode, ports }: Fields<AuthenticationModel, 'name' | 'namespace' | 'workload' | 'mode' | 'ports'>): Manifest[] {
  if (workload === undefined) {
    return [meshTls({ name, namespace }, WHOLE_NAMESPACE, modeOf(mode))];
  }
  return [
    meshTls({ name, namespace }, dataplane(workload), modeOf(mode)),
    ...ports.map(port => meshTls({ name: `${name}-${port.port}`, namespace }, dataplane(workload, port), modeOf(port.mode))),
  ];
}

function modeOf(mode: MutualTlsMode): Mode {
  return mode === 'disabled' ? refused() : MODES[mode];
}
