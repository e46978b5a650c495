import type { MeshTarget } from './mesh-target';
import type { Policies } from './policies';
import { coded, shutOut } from '../diagnostics';
import type { GatewaySource } from '../model/access';
import type { ExposureModel, Gateway } from '../model/exposure';
import { callerOf, exposedPort, namespaceOfService } from '../model/exposure';

/** The policies of a cluster that let nothing of an exposure through; asked when all constructs are made. */
export function shutOutBy(policies: Policies, target: MeshTarget, exposure: ExposureModel): string[] {
  const gateway = callerOf(exposure);
  if (gateway === undefined) {
    return [];
  }
  const backends = exposedPort(exposure).rules.flatMap(rule => rule.backends)
    .map(backend => ({ ...backend, namespace: namespaceOfService(exposure, backend) }));
  const errors = backends.flatMap(backend => {
    const { name, port, podPort = { port } } = backend;
    const holding = policies.of(backend);
    const closed = holding.length > 0 ? undefined : policies.closed(backend.namespace);
    const denying = holding.filter(({ model, target: { _dialects: { access } } }) => !model.audit
      && model.destination.ports.some(governed => governed.port === podPort.port) && access.letsIn?.(model, gateway, podPort.port) === false);
    return [...denying.map(({ owner }) => owner), ...closed === undefined ? [] : [closed]].map(({ node }) =>
      coded(shutOut(target.id, words(gateway), name, node.path, remedy(exposure.gateway!, gateway, closed !== undefined))));
  });
  return [...new Set(errors)];
}

function words({ name, namespace }: GatewaySource): string {
  return `the gateway '${namespace}/${name}'`;
}

function remedy(gateway: Gateway, { name, namespace, className }: GatewaySource, isClosed: boolean): string {
  const where = isClosed ? 'the `allow` of a ServiceAccessPolicy for it' : 'its `allow`';
  if (gateway.kind === 'own') {
    return `Make the policy after the exposure, and add \`{ sources: [exposure.identity] }\` to ${where}`;
  }
  const options = className === undefined ? '' : `, { className: '${className}' }`;
  return `Add \`{ sources: [Identity.gateway(ExposureGateway.shared('${name}', '${namespace}'${options}))] }\` to ${where}`;
}
