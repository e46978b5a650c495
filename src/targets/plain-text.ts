import type { IConstruct } from 'constructs';
import type { Policies } from './policies';
import type { Speaker, Told } from './statement';
import { said } from './statement';
import { plainText } from '../errors/diagnostics';
import type { AuthenticationModel } from '../model/authentication';
import { callerOf, exposedServices, namespaceOfService } from '../model/exposure';
import type { Mirror } from '../model/handling';
import { flatMap, pushTo } from '../model/lists';
import { isWithin } from '../model/pod-facts';
import type { WeightedBackend } from '../model/route';
import { qualified } from '../model/route';

interface Strictness {
  readonly model: AuthenticationModel;
  readonly owner: IConstruct;
}

/** Exposures by gateways that are no part of the mesh, as far as that is known, to pods that take mutual TLS only. */
export function sentInPlainText(speakers: readonly Speaker[], policiesOf: (targetId: string) => Policies): Told[] {
  const exposures = said(speakers, 'exposure');
  if (exposures.length === 0) return [];
  const modes = new Map<string, Strictness[]>();
  for (const { intent, statement: { target, model } } of said(speakers, 'authentication')) {
    for (const key of keysOf(target.id, model)) pushTo(modes, key, { model, owner: intent });
  }
  return flatMap(exposures, ({ intent, statement: { target, model } }) => {
    const gateway = callerOf(model);
    const { isInMesh, isStrict = false, supports } = target._dialects.authentication;
    if (gateway === undefined || isInMesh === undefined || (modes.size === 0 && !isStrict)) return [];
    const isMeshed = isInMesh(gateway);
    return isMeshed === true ? [] : flatMap(exposedServices(model), (exposed): Told[] => {
      const backend = { ...exposed, namespace: namespaceOfService(model, exposed) };
      const by = strictOn(backend, modes, target.id, policiesOf(target.id), isStrict);
      const byPort = supports.PortAuthentication.level === 'full';
      return by === undefined ? [] : [{
        intent,
        objection: {
          isError: isMeshed === false,
          diagnostic: plainText(target.id, qualified(gateway.name, gateway.namespace), backend.name, backend.port, by, isMeshed, byPort),
        },
      }];
    });
  });
}

/** Under these a mode is found: of a namespace, of a Service, and of pods with a label. */
function keysOf(targetId: string, { namespace, workload }: AuthenticationModel): string[] {
  const [label] = Object.entries(workload?.podSelector ?? {}).sort();
  return workload === undefined
    ? [`${targetId} ${namespace}`]
    : [`${targetId} ${namespace}/${workload.service}`, ...label === undefined ? [] : [`${targetId} ${namespace} ${label.join('=')}`]];
}

/** Who has the port of the pods take mutual TLS only, in words. What is said of some pods goes before what is said of more. */
function strictOn(
  backend: WeightedBackend | Mirror, modes: ReadonlyMap<string, readonly Strictness[]>, targetId: string, policies: Policies, isMeshStrict: boolean,
): string | undefined {
  const { name, namespace = '', podSelector, port, podPort = { port } } = backend;
  const at = `${targetId} ${namespace}`;
  const byPods = flatMap([`${at}/${name}`, ...Object.entries(podSelector ?? {}).map(label => `${at} ${label.join('=')}`)], key => modes.get(key) ?? [])
    .filter(({ model: { workload } }) => workload!.service === name || (podSelector !== undefined && isWithin(workload!.podSelector!, podSelector)));
  // A policy brings its own mode, and says who is let in: that is asked for itself.
  if (byPods.length === 0 && policies.of(backend).some(({ model }) => !model.audit)) return undefined;
  const holding = byPods.length > 0 ? byPods : modes.get(at) ?? [];
  const strict = holding.find(({ model }) => (model.ports.find(other => other.port === podPort.port)?.mode ?? model.mode) === 'strict');
  return strict !== undefined ? `'${strict.owner.node.path}'` : holding.length === 0 && isMeshStrict ? 'the mesh' : undefined;
}
