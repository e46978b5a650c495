import type { Claim, Parts, PodsClaim, RequestsClaim, SubjectClaim } from '../dialects/contract/claim';
import { partsOf, partsOfClaim } from '../dialects/contract/claim';
import { flatMap, pushTo } from '../model/lists';
import { areApart } from '../model/service-ref';

/** An earlier claim that a later one cannot stand beside. */
export interface Conflict<Owner> {
  /** The later one. */
  readonly claim: Claim;
  readonly owner: Owner;
  /** For requests to a host: why the target cannot tell them apart. */
  readonly why?: string;
}

/** Two that choose the same pods, and cannot both. */
export interface Clash<Owner> extends Conflict<Owner> {
  readonly later: Owner;
}

/** Who has laid claim to what, in one cluster. */
export class Claims<Owner> {
  /** The first on each subject. */
  private readonly subjects = new ByParts<LaidOnSubject<Owner>>();
  /** By namespace, then by what is claimed. */
  private readonly pods = new Map<string, Map<string, Selectors<Owner>>>();
  private readonly hosts = new ByParts<{ readonly claim: RequestsClaim; readonly owner: Owner }[]>();
  private readonly known = new Map<Owner, Set<Owner>>();
  private laid = 0;

  /** Whether there is a claim on the same subject; and, if this one says something, whether the other says it too. */
  public has(claim: SubjectClaim): boolean {
    const first = this.subjects.get(partsOfClaim(claim));
    return first !== undefined && (claim.says === undefined || first.says === claim.says);
  }

  /** Lays a claim, beside the earlier ones that are in conflict with it. */
  public lay(claim: Claim, owner: Owner): readonly Conflict<Owner>[] {
    const conflicts = this.layOn(claim, owner);
    if (conflicts.length > 0) {
      this.known.set(owner, new Set([...this.known.get(owner) ?? [], ...conflicts.map(conflict => conflict.owner)]));
    }
    return conflicts;
  }

  private layOn(claim: Claim, owner: Owner): readonly Conflict<Owner>[] {
    switch (claim.by) {
      case 'subject': return this.layOnSubject(claim, owner);
      case 'labels': return this.layOnPods(claim, owner);
      case 'requests': return this.layOnRequests(claim, owner);
    }
  }

  /**
   * The claims on pods that are in conflict because some pods have the labels of both, though their selectors have no label in
   * common. Claims that are in conflict anyway are not listed again.
   */
  public clashesOn(namespace: string, labels: Labels): Clash<Owner>[] {
    return flatMap([...this.pods.get(namespace)?.values() ?? []], selectors => {
      const choosing = selectors.choosing(labels).sort((a, b) => a.order - b.order);
      const clashes = (first: Laid<Owner>, later: Laid<Owner>) =>
        !goTogether(first.claim, later.claim) && !this.known.get(later.owner)?.has(first.owner);
      return flatMap(choosing, (later, i) => choosing.slice(0, i).filter(first => clashes(first, later))
        .map(first => ({ claim: later.claim, owner: first.owner, later: later.owner })));
    });
  }

  private layOnSubject(claim: SubjectClaim, owner: Owner): readonly Conflict<Owner>[] {
    const laid: LaidOnSubject<Owner> = { says: claim.says, pods: claim.pods, owner, next: undefined };
    const first = this.subjects.at(partsOfClaim(claim), laid);
    if (first === laid || (claim.says !== undefined && first.says === claim.says)) return NONE;
    let last = first;
    for (let one: LaidOnSubject<Owner> | undefined = first; one !== undefined; one = one.next) {
      if (!areApart(one.pods, claim.pods)) return [{ claim, owner: one.owner }];
      last = one;
    }
    last.next = laid;
    return NONE;
  }

  private layOnPods(claim: PodsClaim, owner: Owner): readonly Conflict<Owner>[] {
    const selectors = this.selectorsOf(claim);
    const first = selectors.against(claim);
    // The first of those that conflict stands for all: who comes after them is told of it, too.
    if (first !== undefined) return [{ claim, owner: first.owner }];
    selectors.add({ claim, owner, order: this.laid++ });
    return NONE;
  }

  private layOnRequests(claim: RequestsClaim, owner: Owner): Conflict<Owner>[] {
    const others = this.hosts.at(partsOf(claim.of), []);
    const conflicts = flatMap(others, other => {
      const why = claim.contested(other.claim);
      return why === undefined ? [] : [{ claim, owner: other.owner, why }];
    });
    others.push({ claim, owner });
    return conflicts;
  }

  private selectorsOf({ on, port, namespace }: PodsClaim): Selectors<Owner> {
    const what = port === undefined ? on : `${on} ${port}`;
    const there = this.pods.get(namespace) ?? new Map<string, Selectors<Owner>>();
    if (there.size === 0) this.pods.set(namespace, there);
    const known = there.get(what);
    if (known !== undefined) return known;
    const selectors = new Selectors<Owner>();
    there.set(what, selectors);
    return selectors;
  }
}

const NONE: readonly never[] = [];

/** Things by the parts of their keys, each looked up by itself: to put the parts of every key together takes longer. */
class ByParts<T> {
  private readonly parts = new Map<unknown, unknown>();

  public get(parts: Parts): T | undefined {
    return this.under(parts).get(parts[parts.length - 1]);
  }

  /** The thing that there is, or else this one from now on. */
  public at(parts: Parts, first: T): T {
    const all = this.under(parts);
    const last = parts[parts.length - 1];
    const thing = all.get(last);
    if (thing === undefined) all.set(last, first);
    return thing ?? first;
  }

  /** The things under all parts but the last. */
  private under(parts: Parts): Map<unknown, T> {
    let at = this.parts;
    for (let i = 0; i < parts.length - 1; i++) {
      let below = at.get(parts[i]) as Map<unknown, unknown> | undefined;
      if (below === undefined) at.set(parts[i], below = new Map());
      at = below;
    }
    return at as Map<unknown, T>;
  }
}

type Labels = Readonly<Record<string, string>>;

interface Laid<Owner> {
  readonly claim: PodsClaim;
  readonly owner: Owner;
  readonly order: number;
}

interface LaidOnSubject<Owner> {
  readonly says?: string;
  readonly pods?: Labels;
  readonly owner: Owner;
  /** Another one, that speaks of other pods of the same subject. */
  next?: LaidOnSubject<Owner>;
}

/** Whether two claims on the same pods can both be honoured. */
function goTogether(a: PodsClaim, b: PodsClaim): boolean {
  const [wide, narrow] = isOnAll(b) ? [b, a] : [a, b];
  if (wide.says === undefined || narrow.says === undefined) {
    return false;
  }
  const isSaid = (those: readonly string[], others: readonly string[]) => those.every(one => others.includes(one));
  return isSaid(wide.says, narrow.says) && (isOnAll(wide) !== isOnAll(narrow) || isSaid(narrow.says, wide.says));
}

function isOnAll({ labels }: PodsClaim): boolean {
  return Object.keys(labels).length === 0;
}

/**
 * Selectors of pods that are told apart: two that have a label in common, and contradict each other in none, may choose the
 * same pods; so does one without labels. Selectors without a common label are taken to choose others, as those of different
 * conventions do, until there are pods that both choose.
 *
 * There are many selectors and few sets of labels that they use, so each set has an index by the labels it has in common
 * with others.
 */
class Selectors<Owner> {
  private readonly groups = new Map<string, Group<Owner>>();

  /** The first that may choose the same pods, and does not go with the claim. */
  public against(claim: PodsClaim): Laid<Owner> | undefined {
    for (const group of this.groups.values()) {
      const common = group.keys.filter(key => Object.hasOwn(claim.labels, key));
      const either = common.length > 0 || group.keys.length === 0 || isOnAll(claim);
      const other = either ? group.by(common, claim.labels).find(one => !goTogether(one.claim, claim)) : undefined;
      if (other !== undefined) {
        return other;
      }
    }
    return undefined;
  }

  /** Those that choose a pod by its labels. */
  public choosing(labels: Labels): Laid<Owner>[] {
    return flatMap([...this.groups.values()], group =>
      group.keys.every(key => Object.hasOwn(labels, key)) ? group.by(group.keys, labels) : []);
  }

  public add(laid: Laid<Owner>): void {
    const keys = Object.keys(laid.claim.labels).sort();
    const key = keys.join();
    let group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, group = new Group(keys));
    group.add(laid);
  }
}

interface Index<Owner> {
  readonly keys: readonly string[];
  readonly byValues: Map<string, Laid<Owner>[]>;
}

/** Selectors that use the same labels. */
class Group<Owner> {
  private readonly all: Laid<Owner>[] = [];
  private readonly indexes = new Map<string, Index<Owner>>();

  constructor(readonly keys: readonly string[]) {}

  /** The selectors that agree with these labels in some of theirs. */
  public by(keys: readonly string[], labels: Labels): readonly Laid<Owner>[] {
    const { byValues } = this.indexes.get(keys.join()) ?? this.indexed(keys);
    return byValues.get(valuesOf(labels, keys)) ?? NONE;
  }

  private indexed(keys: readonly string[]): Index<Owner> {
    const index = { keys, byValues: new Map<string, Laid<Owner>[]>() };
    this.indexes.set(keys.join(), index);
    this.all.forEach(laid => pushTo(index.byValues, valuesOf(laid.claim.labels, keys), laid));
    return index;
  }

  public add(laid: Laid<Owner>): void {
    this.all.push(laid);
    this.indexes.forEach(({ keys, byValues }) => pushTo(byValues, valuesOf(laid.claim.labels, keys), laid));
  }
}

/** No label has a comma. */
function valuesOf(labels: Labels, keys: readonly string[]): string {
  return keys.length === 1 ? labels[keys[0]] : keys.map(key => labels[key]).join();
}
