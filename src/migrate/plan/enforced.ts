import { type AccessPlanning, destinationsOf, planAccess, type Rigor } from './access';
import { quoted } from './notices';
import type { PlanOptions } from './options';
import type { Planned, Planning } from './planned';
import { CILIUM_ACCOUNT } from './pods';
import type { Refusals } from './refusals';
import { type AccessMeaning, accessMeaning } from '../../dialects/smi/read/allowances';
import { type AccessReading, READINGS } from '../../dialects/smi/read/readings';
import type { Account } from '../../dialects/smi/read/target-part';
import type { SmiDocument, TrafficTarget } from '../../dialects/smi/read/tree';
import type { SmiWorld } from '../../dialects/smi/read/world';
import { isNamespaceName } from '../../manifests/names';
import { call, construct, member, type Statement } from '../program';

/** What TrafficTargets said, and what SMI denied by itself. Where it was not enforced, nothing is, and policies report at most. */
export function planEnforced(documents: readonly SmiDocument[], planning: Planning, options: PlanOptions): Planned[] {
  const { smi, beside, verdicts, notices, refusals } = planning;
  const reading = READINGS[options.from];
  const meaning = accessMeaning(smi, reading);
  meaning.inert.forEach(({ target, message }) => verdicts.give(target, 'inert', message));
  const said = options.isEnforced ?? (reading.enforced === 'option' ? beside.enforcement?.isEnforced : undefined);
  if (options.deniesUnasked === true && (said === false || reading.access === undefined)) notices.give('byHand', UNASKED);
  if (reading.access === undefined) return [];
  untold(meaning, reading.access, smi).forEach(([target, message]) => verdicts.give(target, said === false ? 'inert' : 'narrower', message));
  const of = (rigor: Rigor): AccessPlanning => ({
    ...planning,
    documents,
    rigor,
    options: { ...options, knowsAccounts: refusals.alone('a', BY_ACCOUNT) === undefined },
    namespacesOf: namespacesByAccount(meaning, planning),
  });
  if (said === false) {
    for (const { targets } of meaning.allowances) targets.forEach(target => verdicts.give(target, 'inert', 'TrafficTargets were not enforced'));
    if (meaning.allowances.length > 0) notices.give('byHand', REPORTING);
    return planAccess(meaning, of('audited'), []);
  }
  if (said === undefined && reading.enforced === 'option') {
    const assumed = 'TrafficTargets are taken to have been enforced';
    for (const { targets } of meaning.allowances) targets.forEach(target => verdicts.give(target, 'assumed', assumed, 'untoldEnforcement'));
  }
  const namespaces = smi.targets.length > 0 || said === true ? namespacesOf(meaning, documents, planning, options) : [];
  const open = new Set(refusals.alone('a', DENY_ALL) === undefined ? [] : namespaces);
  const toAnyone = new Set(meaning.allowances.filter(({ sources }) => sources === 'anyone').map(({ destination }) => destination.namespace));
  return [
    ...planAccess(meaning, of('enforced'), accountsIn(open, planning)),
    ...defaultsOf(namespaces, planning),
    ...namespaces.filter(namespace => !toAnyone.has(namespace)).flatMap(namespace => mutualTlsOf(namespace, planning)),
  ];
}

/** What targets name and the manifests do not have. That may be in the cluster, where it allowed something. */
function untold(meaning: AccessMeaning, { match, ports, missing }: AccessReading, smi: SmiWorld): (readonly [TrafficTarget, string])[] {
  const inert = new Map(meaning.inert.map(({ target, message }) => [target, message]));
  return smi.targets.flatMap(target => target.rules.flatMap(({ kind, name }) => {
    const namespace = smi.namespaceOf(target);
    const isRead = missing === 'nothing' || (kind === 'HTTPRouteGroup' ? match !== 'unread' : ports);
    const isThere = (kind === 'HTTPRouteGroup' ? smi.group(namespace, name) : smi.route(kind, namespace, name)) !== undefined;
    const absent = `there is no ${kind} '${name}'`;
    const isInert = inert.has(target) && inert.get(target) !== absent;
    return isRead && !isThere && !isInert ? [[target, `${absent} in the manifests, so that what it allows is denied: give it`] as const] : [];
  }));
}

const REPORTING = 'TrafficTargets were not enforced, so that their policies report at most, or are comments: look at what they report, then enforce them';

const UNASKED = 'nothing was enforced, and a target lets in only those whom a policy names: write policies for all that is called, before pods move there';

/** The namespaces in which SMI denied what it did not allow: those that are stated; otherwise those with SMI in them, and those of the mesh. */
function namespacesOf(
  meaning: AccessMeaning, documents: readonly SmiDocument[], { smi, beside, notices }: Planning, { meshNamespaces }: PlanOptions,
): string[] {
  if (meshNamespaces !== undefined) return [...new Set(meshNamespaces)].sort();
  const members = [...beside.namespaces()].filter(([, isMeshed]) => isMeshed === true).map(([namespace]) => namespace);
  const spoken = [...destinationsOf(meaning).map(({ namespace }) => namespace), ...documents.flatMap(document => smi.namespaceOf(document) ?? [])];
  const all = [...new Set([...spoken, ...members])].filter(isNamespaceName).sort();
  const assumed = all.filter(namespace => !members.includes(namespace));
  const [first, ...others] = all;
  if (assumed.length > 0) {
    notices.give('assumed', others.length === 0 ? `namespace '${first}' is taken to be all that was in the mesh`
      : `the namespaces ${quoted(all)} are taken to be all that was in the mesh`);
  }
  return all;
}

/** Of the names of ServiceAccounts, the namespaces that anything says have one. */
function namespacesByAccount({ allowances }: AccessMeaning, { beside }: Planning): AccessPlanning['namespacesOf'] {
  const known = new Map<string, Set<string>>();
  const note = (name: string, namespace: string | undefined) => {
    if (namespace !== undefined) known.set(name, (known.get(name) ?? new Set()).add(namespace));
  };
  for (const { destination, sources } of allowances) {
    for (const { name, namespace } of [destination, ...sources === 'anyone' ? [] : sources]) note(name, namespace);
  }
  for (const { serviceAccount, namespace } of beside.workloads) note(serviceAccount, namespace);
  for (const { name, namespace } of beside.serviceAccounts) note(name, namespace);
  return name => known.get(name) ?? new Set();
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

const DENY_ALL = construct('NamespaceAccessDefault', 'default', {}, 'SMI lets in what a TrafficTarget allows, and nothing else');
const STRICT = construct('MutualTls', 'mutual-tls', { mode: member('MutualTlsMode', 'STRICT') });

/**
 * What no policy allows is denied in namespaces. Where a target cannot say so, it has to be done by hand; the others say it in charts of
 * their own.
 */
function defaultsOf(namespaces: readonly string[], { refusals, notices }: Planning): Planned[] {
  const asked = refusals.each().map(one => ({ ...one, never: one.refusals.alone('a', DENY_ALL) }));
  const first = asked.find(({ never }) => never !== undefined)?.never;
  return namespaces.flatMap(namespace => {
    const open = (about: 'open' | 'lost', target?: Planned['target']) => (reason: string) =>
      notices.give(about, `in namespace '${namespace}', pods without a policy let everyone in: ${reason}`, undefined, target);
    const closing = (own: Refusals, refused: (reason: string) => void, target?: Planned['target']): Planned => ({
      ...standing(namespace, DENY_ALL),
      target,
      reduced: (id, answer) => {
        const isAlone = own.alone(namespace, { ...DENY_ALL, id }) !== undefined;
        if (isAlone) refused(answer);
        return isAlone ? { ...DENY_ALL, id, leftOut: answer } : undefined;
      },
      refused,
    });
    if (first === undefined) return [closing(refusals, open(asked.length === 1 ? 'open' : 'lost'))];
    for (const { target, never } of asked) if (never !== undefined) open('open', target)(never);
    return [
      { ...closing(refusals, open('open')), statement: id => ({ ...DENY_ALL, id, leftOut: first }) },
      ...asked.filter(({ never }) => never === undefined).map(({ target, refusals: own }) => closing(own, open('open', target), target)),
    ];
  });
}

/** SMI asks clients who they are. Where a target cannot ask in a whole namespace, each policy asks. */
function mutualTlsOf(namespace: string, { refusals, notices }: Planning): Planned[] {
  const open = (reason: string) => notices.give('byHand', `in namespace '${namespace}', clients may come without saying who they are: ${reason}`);
  return refusals.alone('a', STRICT) !== undefined ? [] : [{
    ...standing(namespace, STRICT),
    reduced: () => undefined,
    refused: open,
  }];
}

function standing(namespace: string, statement: Statement): Pick<Planned, 'namespace' | 'name' | 'services' | 'statement'> {
  return { namespace, name: statement.id, services: [], statement: id => ({ ...statement, id }) };
}
