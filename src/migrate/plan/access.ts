import { type Item, itemsOf, joined, type Lost, type Said, Shared } from './allow';
import { type Certain, certain } from './certain';
import { quoted } from './notices';
import type { PlanOptions } from './options';
import { leftOut, type Planned, type Planning } from './planned';
import { type Protected, protectedOf } from './pods';
import { probesOf } from './probes';
import type { Cause } from './verdicts';
import type { AccessMeaning, Allowance, Doubt } from '../../dialects/smi/read/allowances';
import type { Account } from '../../dialects/smi/read/target-part';
import type { HttpMatch as SmiMatch, HttpRouteGroup, SmiDocument, TrafficTarget } from '../../dialects/smi/read/tree';
import type { AccessAllowance, ServiceAccessPolicyProps } from '../../index';
import { pushTo } from '../../model/lists';
import { call, construct, type LeftOut, member, type Statement, withheld, type Written } from '../program';

/** How much of what TrafficTargets say is to hold. */
export type Rigor = 'enforced' | 'audited';

/** What TrafficTargets are planned with. */
export interface AccessPlanning extends Planning {
  readonly documents: readonly SmiDocument[];
  readonly options: PlanOptions & { readonly knowsAccounts: boolean };
  /** Where nothing was enforced, policies only report. */
  readonly rigor: Rigor;
  /** Of ServiceAccounts, the namespaces that are known to have one of that name. */
  readonly namespacesOf: (name: string) => ReadonlySet<string>;
}

/** The policies that say what TrafficTargets mean, and those that let nobody in. */
export function planAccess(meaning: AccessMeaning, planning: AccessPlanning, closed: readonly Account[]): Planned[] {
  const { verdicts, smi } = planning;
  const said = new Set(meaning.allowances.flatMap(({ targets }) => targets));
  for (const { target, message } of meaning.unknown) {
    const verdict = planning.rigor === 'audited' ? 'inert' : said.has(target) ? 'narrower' : 'notSaid';
    verdicts.give(target, smi.unknown(target) === undefined ? verdict : 'unreadable', message);
  }
  const groups = new Map<SmiMatch, HttpRouteGroup>(planning.documents.flatMap(document =>
    document.kind === 'HTTPRouteGroup' ? document.matches.map(match => [match, document] as const) : []));
  const shared = new Map<string, Shared>();
  return meanings(meaning, closed).flatMap(([destination, own]) => {
    const { namespace } = destination;
    const names = shared.get(namespace) ?? new Shared(namespace, groups);
    shared.set(namespace, names);
    return new Policies(destination, own, names, planning).planned();
  });
}

export function destinationsOf({ allowances, unknown }: AccessMeaning): Account[] {
  return [...allowances, ...unknown].flatMap(one => one.destination ?? []);
}

/** What is meant for each destination, in the order of their names, and for others that are closed. */
function meanings(meaning: AccessMeaning, closed: readonly Account[]): (readonly [Account, AccessMeaning])[] {
  const keyOf = ({ namespace, name }: Account) => `${namespace}/${name}`;
  const [allowances, unknown] = [new Map<string, Allowance[]>(), new Map<string | undefined, Doubt[]>()];
  meaning.allowances.forEach(one => pushTo(allowances, keyOf(one.destination), one));
  meaning.unknown.forEach(one => pushTo(unknown, one.destination === undefined ? undefined : keyOf(one.destination), one));
  const destinations = new Map([...destinationsOf(meaning), ...closed].map(one => [keyOf(one), one]));
  // What may be for anybody is for each of them.
  const anybody = unknown.get(undefined) ?? [];
  return [...destinations].sort(([a], [b]) => a < b ? -1 : 1).map(([key, destination]) =>
    [destination, { ...meaning, allowances: allowances.get(key) ?? [], unknown: [...anybody, ...unknown.get(key) ?? []] }]);
}

/** The policies for the pods of one ServiceAccount. */
class Policies {
  private readonly targets: readonly TrafficTarget[];
  private readonly mode: Pick<Props, 'mode'>;

  public constructor(
    private readonly destination: Account,
    /** Of what is meant, all that is for this one. */
    private readonly meaning: AccessMeaning,
    private readonly shared: Shared,
    private readonly planning: AccessPlanning,
  ) {
    const doubted = meaning.unknown.filter(one => one.destination !== undefined);
    const all = [...meaning.allowances.flatMap(({ targets }) => targets), ...doubted.map(({ target }) => target)];
    this.targets = [...new Set(all)].sort((a, b) => a.name < b.name ? -1 : 1);
    this.mode = planning.rigor === 'audited' ? { mode: member('AccessMode', 'AUDIT') } : {};
  }

  public planned(): Planned[] {
    const { beside, services, options } = this.planning;
    const { pods, unsaid } = protectedOf(this.destination, beside, services, options);
    unsaid.forEach(({ unsaid: reason, cause }) => this.give(pods.length === 0 ? 'notSaid' : 'narrower', reason, cause));
    if (options.meshNamespaces?.includes(this.destination.namespace) === false) {
      this.give('narrower', `namespace '${this.destination.namespace}' was not in the mesh, so that nothing was enforced there`);
    }
    return pods.map(some => this.policy(some, pods.length > 1));
  }

  private give(verdict: 'notSaid' | 'narrower' | 'assumed' | 'same', reason?: string, cause?: Cause, targets = this.targets): void {
    const isAudited = this.planning.rigor === 'audited';
    targets.forEach(target => isAudited ? this.planning.verdicts.give(target, 'inert', reason, cause) : this.planning.verdicts.give(target, verdict, reason, cause));
  }

  private policy(pods: Protected, isOneOfSeveral: boolean): Planned {
    const { namespace, name } = this.destination;
    const comments = this.targets.map(target => `TrafficTarget ${target.name}, ${target.place.file}:${target.place.line}`);
    const base = this.targets.length === 1 ? this.targets[0].name : name;
    this.give('same');
    pods.assumptions.forEach(reason => this.give('assumed', reason, 'untoldProtocol'));
    pods.losses.forEach(reason => this.give('narrower', reason, 'untold'));
    const made = (id: string, allow: Props['allow'], more: Partial<Props> = {}): Statement =>
      construct('ServiceAccessPolicy', id, { destination: pods.service.node, allow, ...more, ...this.mode }, ...comments);
    const items = joined(this.meaning.allowances.map(allowance => certain(this.meaning, allowance)))
      .flatMap(one => itemsOf(this.nameable(one), pods, (read, node) => this.shared.match(read, node)));
    const alongside = (taken: (more: Partial<Props>) => string | undefined) =>
      probesOf(pods, { ...this.planning, identity: account => this.shared.identity(account) }, taken);
    // Mostly, all of it is taken at once.
    const allow = items.flatMap(item => this.written(item, () => undefined));
    const more = alongside(() => undefined);
    return {
      namespace,
      name: isOneOfSeveral ? `${base}-${pods.name}` : base,
      services: pods.fronts,
      statement: id => made(id, allow, more),
      reduced: (id, answer) => {
        if (this.planning.refusals.alone('a', anyPolicy(this.mode)) !== undefined) return this.comment(made(id, allow), answer);
        if (this.refusal(made(id, allow, more)) === undefined) return undefined;
        const refused = this.refusal(made(id, []));
        if (refused !== undefined) return this.comment(made(id, allow), refused);
        const taken: (Written<AccessAllowance> | LeftOut)[] = [];
        for (const item of items) taken.push(...this.written(item, one => this.refusal(made(id, [...taken, one]))));
        return made(id, taken, alongside(some => this.refusal(made(id, taken, some))));
      },
      refused: reason => this.give('notSaid', reason, 'refused'),
      warned: warning => this.give('narrower', warning, 'refused'),
    };
  }

  private comment(statement: Statement, refused: string): Statement {
    this.give('notSaid', refused, 'refused');
    return { ...statement, leftOut: leftOut(this.targets, refused) };
  }

  /** Without clients that a target, which knows them by their names alone, would take for others. */
  private nameable(one: Certain): Certain {
    if (this.planning.options.knowsNamesOnly !== true || one.sources === 'anyone') return one;
    const isSole = ({ namespace, name }: Account) => [...this.planning.namespacesOf(name)].every(other => other === namespace);
    const sources = one.sources.filter(isSole);
    for (const { name } of one.sources.filter(account => !isSole(account))) {
      const all = quoted([...this.planning.namespacesOf(name)].sort());
      this.give('narrower', `ServiceAccount '${name}' is in the namespaces ${all}, and a target knows it by its name alone`, 'refused', one.targets);
    }
    return { ...one, sources };
  }

  private refusal(statement: Statement): string | undefined {
    return this.planning.refusals.alone(this.destination.namespace, statement);
  }

  /** An allowance as far as every target takes it beside those before it; the rest as comments. */
  private written(item: Item, refusal: (allowance: Written<AccessAllowance>) => string | undefined): (Written<AccessAllowance> | LeftOut)[] {
    const { requests, targets } = item;
    if (requests === undefined) {
      const whole = this.shared.written(item, undefined);
      const refused = refusal(whole);
      if (refused === undefined) return [whole];
      this.give('narrower', refused, 'refused', targets);
      return [withheld(leftOut(targets, refused), whole)];
    }
    const written = (some: readonly Said[]) => this.shared.written(item, some.map(({ match }) => match));
    const refusalOf = (some: readonly Said[]) => some.length === 0 ? undefined : refusal(written(some));
    const lost = [...requests.lost];
    let kept = [...requests.said];
    if (refusalOf(kept) !== undefined) {
      // One may be refused by itself, or beside the others.
      kept = [];
      for (const one of requests.said) {
        const unsaid = refusalOf([...kept, one]);
        if (unsaid === undefined) kept.push(one);
        else lost.push({ ...one, unsaid, isRefused: true });
      }
    }
    return [
      ...kept.length === 0 ? [] : [written(kept)],
      ...lost.map(one => this.lost(item, one)),
    ];
  }

  private lost(item: Item, { read, match, unsaid, isRefused }: Lost): LeftOut {
    const { verdicts, smi } = this.planning;
    const cause = isRefused ? 'refused' : 'meaning';
    this.give('narrower', unsaid, cause, item.targets);
    for (const target of this.planning.rigor === 'audited' ? [] : item.targets) {
      for (const { name } of target.rules.filter(({ kind }) => kind === 'HTTPRouteGroup')) {
        const group = smi.group(smi.namespaceOf(target), name);
        const isOfGroup = group !== undefined && read.match !== undefined && group.matches.includes(read.match);
        if (isOfGroup) verdicts.give(group, 'narrower', `match '${read.match.name}': ${unsaid}`, cause);
      }
    }
    const places = read.match === undefined ? item.targets : [read.match];
    const written = match === undefined ? this.shared.written({ ...item, requests: undefined }, undefined) : this.shared.written(item, [match]);
    return withheld(leftOut(places, unsaid), written);
  }
}

type Props = Pick<Exclude<Written<ServiceAccessPolicyProps>, { by: unknown }>, 'allow' | 'healthProbes' | 'metrics' | 'mode'>;

/** A target that refuses this one refuses all of its mode. */
function anyPolicy(mode: Pick<Props, 'mode'>): Statement {
  return construct('ServiceAccessPolicy', 'a', {
    destination: call('MeshService', 'of', 'a', { port: 80, podSelector: { app: 'a' }, serviceAccount: 'a' }), allow: [], ...mode,
  });
}
