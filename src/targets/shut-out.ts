import type { Default, Policies, Policy, Unclosed } from './policies';
import type { Objection, Speaker, Told } from './statement';
import { said } from './statement';
import { unspokenOf } from './unspoken-ports';
import { mayShutOut, mayShutOutOthers, shutOut } from '../errors/diagnostics';
import type { AccessModel, GatewaySource } from '../model/access';
import type { ExposureModel } from '../model/exposure';
import { callersOf, exposedServices, namespaceOfService } from '../model/exposure';
import type { Every } from '../model/fields';
import { flatMap } from '../model/lists';
import type { PodPort } from '../model/pod-port';
import { numberOf } from '../model/pod-port';

/** The policies of a cluster that let no request of an exposure through, or may not; checked when all constructs exist. */
export function shutOutGateways(speakers: readonly Speaker[], policiesOf: (targetId: string) => Policies): Told[] {
  return flatMap(said(speakers, 'exposure'), ({ intent, statement: { target, model } }) =>
    shutOutBy(policiesOf(target.id), target.id, model).map(objection => ({ intent, objection })));
}

function shutOutBy(policies: Policies, targetId: string, exposure: ExposureModel): Objection[] {
  const callers = callersOf(exposure);
  return callers.length === 0 ? [] : flatMap(exposedServices(exposure), (exposed): Objection[] => {
    const { name, port, podPort = { port }, podSelector } = exposed;
    const backend = { name, namespace: namespaceOfService(exposure, exposed), podSelector };
    const governing = policies.of(backend);
    const defaults = policies.closed(backend.namespace);
    const asked = [...governing, ...policies.denying(backend)]
      .filter(({ model }) => !model.audit && model.destination.ports.some(governed => governed.port === podPort.port));
    return [
      ...unspokenOf(policies, targetId, exposure.route.service.name, exposed, backend.namespace).map(diagnostic => ({ isError: true, diagnostic })),
      ...flatMap(callers, (gateway): Objection[] => {
        const isLetInEverywhere = defaults.some(one => letsIn(onPort(one, podPort), gateway, podPort.port) === true);
        const closed = isLetInEverywhere ? undefined : defaults[0];
        const naming = (where: string) => remedyOf(exposure, gateway, where);
        const refuse = (path: string, remedy: string): Objection =>
          ({ isError: true, diagnostic: shutOut(targetId, words(gateway), name, path, remedy) });
        const byDefault = (unclosed: Unclosed, path: string): Objection[] => {
          switch (unclosed) {
            case 'none': return [];
            case 'all': return [refuse(path, naming('the `allow` of a ServiceAccessPolicy for it'))];
            case 'beside a subset': return [refuse(path, `Only a subset of its pods has a policy. ${naming('the `allow` of a ServiceAccessPolicy for the others')}`)];
            case 'beside several': return [{ isError: false, diagnostic: mayShutOutOthers(targetId, words(gateway), name, path) }];
          }
        };
        return [
          ...closed === undefined ? [] : byDefault(policies.unclosed(backend), closed.owner.node.path),
          ...flatMap(asked, (policy): Objection[] => {
            const { owner: { node: { path } }, model: { leavesRest } } = policy;
            switch ((isLetInEverywhere && !leavesRest) || letsIn(policy, gateway, podPort.port)) {
              case true: return [];
              case undefined: {
                const remedy = leavesRest ? TELL_OR_DENY_OTHERS : letsInByName(policy, gateway, podPort.port) ? naming('its `allow`') : TELL_PODS;
                return [{ isError: false, diagnostic: mayShutOut(targetId, words(gateway), name, path, remedy) }];
              }
              case false: return [refuse(path, leavesRest ? DENY_OTHERS : letsInByName(policy, gateway, podPort.port) === false ? BY_ADDRESS : naming('its `allow`'))];
            }
          }),
        ];
      }),
    ];
  });
}

function letsIn({ model, target }: Policy, gateway: GatewaySource, port: number | string): boolean | undefined {
  const { access } = target._dialects;
  return access.letsIn === undefined ? true : access.letsIn(model, gateway, port);
}

const EVERY_REQUEST = { requests: [], exceptRequests: [], endUsers: [] };

/** What a default says of one port of the pods. */
function onPort({ model: { name, namespace = '', rules }, owner, target }: Default, port: PodPort): Policy {
  const number = numberOf(port);
  const model: Every<AccessModel> = {
    name,
    namespace,
    destination: { ports: [port] },
    denials: [],
    rules: rules.filter(({ ports }) => ports.length === 0 || (number !== undefined && ports.includes(number)))
      .map(({ sources, exceptSources }) => ({ ...EVERY_REQUEST, sources, exceptSources, ports: [port] })),
    leavesRest: false,
    grant: undefined,
    healthProbes: [],
    audit: false,
  };
  return { model, owner, target };
}

/** Whether a policy that names it would let it in; `undefined` if it may. */
function letsInByName(policy: Policy, gateway: GatewaySource, port: number | string): boolean | undefined {
  const { model } = policy;
  const rule = { ...EVERY_REQUEST, sources: [gateway], exceptSources: [], ports: model.destination.ports };
  return letsIn({ ...policy, model: { ...model, rules: [rule] } }, gateway, port);
}

const TELL_PODS = "If they are a part of the mesh, give its ExposureGateway `pods: { serviceAccount: '…' }`; or else let in its addresses: `Identity.ipBlock('…')`";

const DENY_OTHERS = 'Deny other clients, other ports, or some requests only; or leave out the exposure';

const TELL_OR_DENY_OTHERS = "If they are a part of the mesh, give its ExposureGateway `pods: { serviceAccount: '…' }`; or else deny other clients";

const BY_ADDRESS = 'This gateway has no identity: let in its addresses, `Identity.ipBlock(\'…\')`, where the target knows addresses, or use another gateway';

function words({ name, namespace }: GatewaySource): string {
  return `the gateway '${namespace}/${name}'`;
}

function remedyOf(exposure: ExposureModel, { name, namespace, className }: GatewaySource, where: string): string {
  const [{ kind }, ...others] = exposure.gateways;
  if (kind === 'own' || others.length > 0) {
    return `Make the policy after the exposure, and add \`{ sources: [exposure.identity] }\` to ${where}`;
  }
  const options = className === undefined ? '' : `, { className: '${className}' }`;
  return `Add \`{ sources: [Identity.gateway(ExposureGateway.shared('${name}', '${namespace}'${options}))] }\` to ${where}`;
}
