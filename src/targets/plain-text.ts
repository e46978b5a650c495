import type { IConstruct } from 'constructs';
import type { Policies, Unclosed } from './policies';
import type { Speaker, Told } from './statement';
import { said } from './statement';
import { plainText } from '../errors/diagnostics';
import type { AuthenticationModel } from '../model/authentication';
import { BySelector } from '../model/by-labels';
import { callersOf, exposedServices, namespaceOfService } from '../model/exposure';
import type { Mirror } from '../model/handling';
import { flatMap, pushTo } from '../model/lists';
import type { WeightedBackend } from '../model/route';
import { qualified } from '../model/route';
import type { Backend } from '../model/service-ref';

interface Strictness {
  readonly model: AuthenticationModel;
  readonly owner: IConstruct;
}

/** The modes of one namespace. */
class Modes {
  /** Of the namespace as a whole. */
  public readonly ofAll: Strictness[] = [];
  private readonly byService = new Map<string, Strictness[]>();
  private readonly byPods = new BySelector<Strictness>();

  public add(mode: Strictness): void {
    const { workload } = mode.model;
    if (workload === undefined) {
      this.ofAll.push(mode);
    } else {
      pushTo(this.byService, workload.service, mode);
      if (workload.podSelector !== undefined) this.byPods.add(workload.podSelector, mode);
    }
  }

  /** Those for the pods of a Service: by its name, or by the labels of its pods. */
  public of({ name, podSelector }: Pick<Backend, 'name' | 'podSelector'>): Strictness[] {
    return [...this.byService.get(name) ?? [], ...podSelector === undefined ? [] : this.byPods.choosing(podSelector)];
  }
}

/** Exposures by gateways that are no part of the mesh, as far as that is known, to pods that take mutual TLS only. */
export function sentInPlainText(speakers: readonly Speaker[], policiesOf: (targetId: string) => Policies): Told[] {
  const exposures = said(speakers, 'exposure');
  if (exposures.length === 0) return [];
  const modes = new Map<string, Modes>();
  for (const { intent, statement: { target, model } } of said(speakers, 'authentication')) {
    const key = inTarget(target.id, model.namespace);
    const there = modes.get(key) ?? new Modes();
    modes.set(key, there);
    there.add({ model, owner: intent });
  }
  return flatMap(exposures, ({ intent, statement: { target, model } }) => {
    const { isInMesh, isStrict = false, supports } = target._dialects.authentication;
    if (isInMesh === undefined || (modes.size === 0 && !isStrict)) return [];
    return flatMap(callersOf(model), caller => {
      const isMeshed = isInMesh(caller);
      return isMeshed === true ? [] : flatMap(exposedServices(model), (exposed): Told[] => {
        const backend = { ...exposed, namespace: namespaceOfService(model, exposed) };
        const by = strictOn(backend, modes.get(inTarget(target.id, backend.namespace ?? '')), policiesOf(target.id), isStrict);
        const byPort = supports.PortAuthentication.level === 'full';
        return by === undefined ? [] : [{
          intent,
          objection: {
            isError: isMeshed === false,
            diagnostic: plainText(target.id, qualified(caller.name, caller.namespace), backend.name, backend.port, by, isMeshed, byPort),
          },
        }];
      });
    });
  });
}

function inTarget(targetId: string, namespace: string): string {
  return `${targetId} ${namespace}`;
}

/** Who has the port of the pods take mutual TLS only, in words. What is said of some pods goes before what is said of more. */
function strictOn(
  backend: WeightedBackend | Mirror, modes: Modes | undefined, policies: Policies, isMeshStrict: boolean,
): string | undefined {
  const { port, podPort = { port } } = backend;
  const byPods = modes?.of(backend) ?? [];
  // A policy brings its own mode, and says who is let in: that is asked for itself.
  if (byPods.length === 0 && policies.of(backend).some(({ model }) => !model.audit) && !ARE_LEFT[policies.unclosed(backend)]) return undefined;
  const holding = byPods.length > 0 ? byPods : modes?.ofAll ?? [];
  const strict = holding.find(({ model }) => (model.ports.find(other => other.port === podPort.port)?.mode ?? model.mode) === 'strict');
  return strict !== undefined ? `'${strict.owner.node.path}'` : holding.length === 0 && isMeshStrict ? 'the mesh' : undefined;
}

/** Whether pods are left that have the mode of the namespace or of the mesh, as no policy brings theirs. */
const ARE_LEFT = { 'none': false, 'all': true, 'beside a subset': true, 'beside several': false } as const satisfies Record<Unclosed, boolean>;
