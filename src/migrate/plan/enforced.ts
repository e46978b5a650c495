import { destinationsOf, planAccess } from './access';
import type { PlanOptions } from './options';
import { CILIUM_ACCOUNT } from './pods';
import type { Refusals } from './refusals';
import type { Planned, Planning } from './splits';
import { type AccessMeaning, accessMeaning } from '../../dialects/smi/read/allowances';
import { READINGS } from '../../dialects/smi/read/readings';
import type { Account } from '../../dialects/smi/read/target-part';
import type { SmiDocument } from '../../dialects/smi/read/tree';
import { call, construct, member } from '../program';

/** What TrafficTargets said, and what SMI denied by itself; nothing, where it was not enforced. */
export function planEnforced(documents: readonly SmiDocument[], planning: Planning, options: PlanOptions): Planned[] {
  const { smi, beside, verdicts, refusals } = planning;
  const reading = READINGS[options.from];
  const meaning = accessMeaning(smi, reading);
  const said = options.isEnforced ?? (reading.enforced === 'option' ? beside.enforcement?.isEnforced : reading.enforced === 'always');
  if (said === false || reading.access === undefined) {
    const unread = new Map(meaning.inert.map(({ target, message }) => [target, message]));
    smi.targets.forEach(target => verdicts.give(target, 'inert', unread.get(target) ?? 'TrafficTargets were not enforced'));
    return [];
  }
  if (said === undefined) {
    for (const target of meaning.allowances.flatMap(({ targets }) => targets)) verdicts.give(target, 'assumed', 'TrafficTargets are taken to have been enforced', 'untold');
  }
  const namespaces = namespacesOf(meaning, planning, options.meshNamespaces);
  const defaults = namespaces.map(namespace => defaultOf(namespace, refusals));
  const open = new Set(defaults.filter(({ isRefused }) => isRefused).map(({ planned }) => planned.namespace));
  const knowsAccounts = namespaces.length > 0 && refusals.alone(namespaces[0], BY_ACCOUNT) === undefined;
  const tls = namespaces.filter(one => !meaning.allowances.some(({ destination, sources }) => destination.namespace === one && sources === 'anyone'));
  return [
    ...planAccess(meaning, { ...planning, documents, options: { ...options, knowsAccounts } }, accountsIn(open, planning)),
    ...defaults.map(({ planned }) => planned),
    ...tls.flatMap(one => mutualTlsOf(one, refusals)),
  ];
}

/** The namespaces in which SMI denied what it did not allow: those that it speaks of, and those in the mesh. */
function namespacesOf(meaning: AccessMeaning, { smi, beside }: Planning, stated: readonly string[] = []): string[] {
  if (smi.targets.length === 0) return [];
  const members = [...beside.namespaces()].filter(([, isMeshed]) => isMeshed === true).map(([namespace]) => namespace);
  const spoken = [...destinationsOf(meaning).map(({ namespace }) => namespace), ...smi.targets.flatMap(target => smi.namespaceOf(target) ?? [])];
  return [...new Set([...spoken, ...members, ...stated])].sort();
}

/** The ServiceAccounts of the pods that nothing closes but a policy of their own. */
function accountsIn(namespaces: ReadonlySet<string>, { beside }: Planning): Account[] {
  return beside.workloads.flatMap(workload => {
    const { namespace, serviceAccount: name } = workload;
    return namespace !== undefined && namespaces.has(namespace) && beside.isMeshed(workload) !== false ? [{ namespace, name }] : [];
  });
}

/** A target that takes this chooses pods by their ServiceAccount. */
const BY_ACCOUNT = construct('ServiceAccessPolicy', 'a', {
  destination: call('MeshService', 'of', 'a', { port: 80, podSelector: { [CILIUM_ACCOUNT]: 'a' } }), allow: [],
});

/** What no policy allows is denied in a namespace. */
function defaultOf(namespace: string, refusals: Refusals): { readonly isRefused: boolean; readonly planned: Planned } {
  const statement = (id: string) => construct('NamespaceAccessDefault', id, {}, 'SMI lets in what a TrafficTarget allows, and nothing else');
  const leftOut = refusals.alone(namespace, statement('a'));
  const planned = { namespace, name: 'default', refused: () => undefined, statement: (id: string) => ({ ...statement(id), leftOut }) };
  return { isRefused: leftOut !== undefined, planned };
}

/** SMI asks clients who they are. Where a target cannot ask in a whole namespace, each policy asks. */
function mutualTlsOf(namespace: string, refusals: Refusals): Planned[] {
  const statement = (id: string) => construct('MutualTls', id, { mode: member('MutualTlsMode', 'STRICT') });
  return refusals.alone(namespace, statement('a')) !== undefined ? [] : [{ namespace, name: 'mutual-tls', refused: () => undefined, statement }];
}
