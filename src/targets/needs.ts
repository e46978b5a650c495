import type { MeshTarget } from './mesh-target';
import type { Policies } from './policies';
import type { Speaker, Spoken, Told } from './statement';
import { said } from './statement';
import type { SubjectClaim } from '../dialects/contract/claim';
import { gatewayClaim } from '../dialects/contract/claim';
import type { Need } from '../dialects/contract/dialect';
import { doubtful, unsupported } from '../errors/diagnostics';
import type { ExposureModel } from '../model/exposure';
import { callersOf } from '../model/exposure';
import { flatMap } from '../model/lists';

/** What constructs of an app have laid claim to. */
interface Laid {
  readonly claims: { has(claim: SubjectClaim): boolean };
  readonly policies: Pick<Policies, 'closed'>;
}

/**
 * Objects of other constructs that a route needs in a target, and that no construct renders; asked when all constructs are made. Of those
 * that a policy needs, others than the app may know, so it is a warning.
 */
export function unmetNeeds(speakers: readonly Speaker[], clusterOf: (targetId: string) => Laid): Told[] {
  const unmet = (targetId: string, needs: readonly Need[] = NONE) => needs.length === 0 ? NONE
    : needs.filter(({ anyOf }) => !anyOf.some(claim => clusterOf(targetId).claims.has(claim)));
  return [
    ...flatMap(said(speakers, 'routes'), ({ intent, statement: { kind, target, model, isMoved } }) => isMoved ? []
      : unmet(target.id, target._dialects.routes.needs?.(model)).map(({ what, reason, remedy }) =>
        ({ intent, objection: { isError: true, diagnostic: unsupported(kind, target.id, what, reason, remedy) } }))),
    ...flatMap(said(speakers, 'access'), ({ intent, statement: { kind, target, model } }) =>
      unmet(target.id, target._dialects.access.needs?.(model)).map(need => doubt(intent, kind, target.id, need))),
    ...flatMap(said(speakers, 'gatewayAccess'), ({ intent, statement: { kind, target, model } }) =>
      unmet(target.id, target._dialects.gatewayAccess.needs?.(model)).map(need => doubt(intent, kind, target.id, need))),
    ...flatMap(said(speakers, 'exposure'), ({ intent, statement: { kind, target, model } }) =>
      unmet(target.id, toBeOpened(target, model, clusterOf(target.id).policies)).map(need => doubt(intent, kind, target.id, need))),
  ];
}

function doubt(intent: Told['intent'], kind: Spoken, targetId: string, { what, reason, remedy }: Need): Told {
  return { intent, objection: { isError: false, diagnostic: doubtful(kind, targetId, what, reason, remedy) } };
}

/** Where gateways read policies, what denies by default in their namespace closes them, too: a policy of the gateway has to open it. */
function toBeOpened(target: MeshTarget, exposure: ExposureModel, policies: Pick<Policies, 'closed'>): Need[] {
  return flatMap(callersOf(exposure), (caller): Need[] => {
    const { name, namespace } = caller;
    const [closing] = policies.closed(namespace);
    if (closing === undefined || target._dialects.gatewayAccess.closedByDefaults?.(caller) !== true) return [];
    const called = exposure.gateways.length === 1 ? 'exposure.gateway' : `ExposureGateway.shared('${name}', '${namespace}')`;
    return [{
      anyOf: [gatewayClaim('policy', namespace, name)],
      what: `the exposure through the gateway '${namespace}/${name}'`,
      reason: `'${closing.owner.node.path}' closes gateways, too, and no GatewayAccessPolicy of this app opens this one`,
      remedy: `Write one, with \`gateway: ${called}\` and \`allow: [{ sources: [Identity.anyone()] }]\``,
    }];
  });
}

const NONE: readonly never[] = [];
