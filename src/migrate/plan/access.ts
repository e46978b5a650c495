import { type Item, itemsOf, joined, Shared, type Wanted } from './allow';
import { certain } from './certain';
import type { PlanOptions } from './options';
import { type Protected, protectedOf } from './pods';
import { probesOf } from './probes';
import { leftOut, type Planned, type Planning } from './splits';
import type { Cause } from './verdicts';
import type { AccessMeaning, Allowance } from '../../dialects/smi/read/allowances';
import type { Account } from '../../dialects/smi/read/target-part';
import { isSameAccount } from '../../dialects/smi/read/target-part';
import type { HttpMatch as SmiMatch, HttpRouteGroup, SmiDocument, TrafficTarget } from '../../dialects/smi/read/tree';
import type { AccessAllowance, ServiceAccessPolicyProps } from '../../index';
import { construct, LeftOut, type Statement, type Written } from '../program';

/** What TrafficTargets are planned with. */
export interface AccessPlanning extends Planning {
  readonly documents: readonly SmiDocument[];
  readonly options: PlanOptions & { readonly knowsAccounts: boolean };
}

/** The policies that say what TrafficTargets mean, where they were enforced, and those that let nobody in. */
export function planAccess(meaning: AccessMeaning, planning: AccessPlanning, closed: readonly Account[]): Planned[] {
  const { verdicts, smi } = planning;
  meaning.inert.forEach(({ target, message }) => verdicts.give(target, 'inert', message));
  for (const { target, message } of meaning.unknown) {
    const isPart = meaning.allowances.some(({ targets }) => targets.includes(target));
    verdicts.give(target, smi.unknown(target) !== undefined ? 'unreadable' : isPart ? 'narrower' : 'notSaid', message);
  }
  const destinations = new Map<string, Account>();
  for (const destination of [...destinationsOf(meaning), ...closed]) {
    destinations.set(`${destination.namespace}/${destination.name}`, destination);
  }
  const groups = new Map<SmiMatch, HttpRouteGroup>(planning.documents.flatMap(document =>
    document.kind === 'HTTPRouteGroup' ? document.matches.map(match => [match, document] as const) : []));
  const shared = new Map<string, Shared>();
  return [...destinations].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([, destination]) => {
    const { namespace } = destination;
    const own = shared.get(namespace) ?? new Shared(namespace, groups);
    shared.set(namespace, own);
    return new Policies(destination, meaning, own, planning).planned();
  });
}

export function destinationsOf({ allowances, unknown }: AccessMeaning): Account[] {
  return [...allowances, ...unknown].flatMap(one => one.destination ?? []);
}

/** The policies for the pods of one ServiceAccount. */
class Policies {
  private readonly allowances: readonly Allowance[];
  private readonly targets: readonly TrafficTarget[];

  public constructor(
    private readonly destination: Account,
    private readonly meaning: AccessMeaning,
    private readonly shared: Shared,
    private readonly planning: AccessPlanning,
  ) {
    this.allowances = meaning.allowances.filter(one => isSameAccount(one.destination, destination));
    const doubted = meaning.unknown.filter(one => one.destination !== undefined && isSameAccount(one.destination, destination));
    const all = [...this.allowances.flatMap(({ targets }) => targets), ...doubted.map(({ target }) => target)];
    this.targets = [...new Set(all)].sort((a, b) => a.name < b.name ? -1 : 1);
  }

  public planned(): Planned[] {
    const { beside, services, options } = this.planning;
    const { pods, unsaid } = protectedOf(this.destination, beside, services, options);
    unsaid.forEach(reason => this.give(pods.length === 0 ? 'notSaid' : 'narrower', reason, 'untold'));
    return pods.map(some => this.policy(some, pods.length > 1));
  }

  private give(verdict: 'notSaid' | 'narrower' | 'assumed' | 'same', reason?: string, cause?: Cause, targets = this.targets): void {
    targets.forEach(target => this.planning.verdicts.give(target, verdict, reason, cause));
  }

  private policy(pods: Protected, isOneOfSeveral: boolean): Planned {
    const { namespace, name } = this.destination;
    const comments = this.targets.map(target => `TrafficTarget ${target.name}, ${target.place.file}:${target.place.line}`);
    const base = this.targets.length === 1 ? this.targets[0].name : name;
    const out = {
      namespace,
      name: isOneOfSeveral ? `${base}-${pods.name}` : base,
      refused: (reason: string) => this.give('notSaid', reason, 'refused'),
    };
    this.give('same');
    pods.assumptions.forEach(reason => this.give('assumed', reason, 'untold'));
    pods.losses.forEach(reason => this.give('narrower', reason, 'untold'));
    const statement = (id: string, allow: Props['allow'], more: Partial<Props> = {}): Statement =>
      construct('ServiceAccessPolicy', id, { destination: pods.service.node, allow, ...more }, ...comments);
    const items = joined(this.allowances.map(allowance => certain(this.meaning, allowance)))
      .flatMap(one => itemsOf(one, pods, (read, node) => this.shared.match(read, node)));
    const whole = this.whole(items);
    // Mostly, all of it is taken at once.
    const isTaken = whole !== undefined && this.refusal(statement('a', whole)) === undefined;
    const refused = isTaken ? undefined : this.refusal(statement('a', []));
    if (refused !== undefined) {
      this.give('notSaid', refused, 'refused');
      return { ...out, statement: id => ({ ...statement(id, []), leftOut: leftOut(this.targets, refused) }) };
    }
    const allow: (Written<AccessAllowance> | LeftOut)[] = isTaken ? whole : [];
    for (const item of isTaken ? [] : items) {
      allow.push(...this.written(item, more => this.refusal(statement('a', [...allow, more]))));
    }
    const more = pods.workload === undefined ? {}
      : probesOf(pods, pods.workload, this.planning.beside, some => this.refusal(statement('a', allow, some)));
    return { ...out, statement: id => statement(id, allow, more) };
  }

  private refusal(statement: Statement): string | undefined {
    return this.planning.refusals.alone(this.destination.namespace, statement);
  }

  /** The allowances, where all of them can be written. */
  private whole(items: readonly Item[]): Written<AccessAllowance>[] | undefined {
    const isSaid = items.every(({ requests }) => requests?.every(({ unsaid }) => unsaid === undefined) !== false);
    return isSaid ? items.map(item => this.shared.written(item, item.requests?.map(({ match }) => match!))) : undefined;
  }

  /** An allowance as far as every target takes it beside those before it; the rest as comments. */
  private written(item: Item, refusal: (allowance: Written<AccessAllowance>) => string | undefined): (Written<AccessAllowance> | LeftOut)[] {
    const { requests, targets } = item;
    if (requests === undefined) {
      const whole = this.shared.written(item, undefined);
      const refused = refusal(whole);
      if (refused === undefined) return [whole];
      this.give('narrower', refused, 'refused', targets);
      return [new LeftOut(leftOut(targets, refused), whole as never)];
    }
    const written = (some: readonly Wanted[]) => this.shared.written(item, some.map(({ match }) => match!));
    const refusalOf = (some: readonly Wanted[]) => some.length === 0 ? undefined : refusal(written(some));
    const said = requests.filter(({ unsaid }) => unsaid === undefined);
    const lost = requests.filter(({ unsaid }) => unsaid !== undefined);
    let kept = said;
    if (refusalOf(said) !== undefined) {
      // One may be refused by itself, or beside the others.
      kept = [];
      for (const one of said) {
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

  private lost(item: Item, { read, match, unsaid, isRefused }: Wanted): LeftOut {
    const { verdicts, smi } = this.planning;
    const cause = isRefused ? 'refused' : 'meaning';
    this.give('narrower', unsaid, cause, item.targets);
    for (const target of item.targets) {
      for (const { name } of target.rules.filter(({ kind }) => kind === 'HTTPRouteGroup')) {
        const group = smi.group(smi.namespaceOf(target), name);
        const isOfGroup = group !== undefined && read.match !== undefined && group.matches.includes(read.match);
        if (isOfGroup) verdicts.give(group, 'narrower', `match '${read.match.name}': ${unsaid}`, cause);
      }
    }
    const places = read.match === undefined ? item.targets : [read.match];
    const written = match === undefined ? this.shared.written({ ...item, requests: undefined }, undefined) : this.shared.written(item, [match]);
    return new LeftOut(leftOut(places, unsaid!), written as never);
  }
}

type Props = Pick<Exclude<Written<ServiceAccessPolicyProps>, { by: unknown }>, 'allow' | 'healthProbes' | 'metrics'>;
