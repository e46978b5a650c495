import type { Claim, PodsClaim, RequestsClaim, SubjectClaim } from '../dialects/contract/claim';
import { claimKey, fieldsKey } from '../dialects/contract/claim';
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
  private readonly subjects = new Map<string, LaidOnSubject<Owner>>();
  /** After the first, those that speak of other pods of the same subject. */
  private readonly parts = new Map<string, LaidOnSubject<Owner>[]>();
  /** By namespace, then by what is claimed. */
  private readonly pods = new Map<string, Map<string, Selectors<Owner>>>();
  private readonly hosts = new Map<string, { readonly claim: RequestsClaim; readonly owner: Owner }[]>();
  private readonly known = new Map<Owner, Set<Owner>>();
  private laid = 0;

  /** Whether there is a claim on the same subject; and, if this one says something, whether the other says it too. */
  public has(claim: SubjectClaim): boolean {
    const first = this.subjects.get(claimKey(claim));
    return first !== undefined && (claim.says === undefined || first.says === claim.says);
  }

  /** Lays a claim, beside the earlier ones that are in conflict with it. */
  public lay(claim: Claim, owner: Owner): Conflict<Owner>[] {
    const conflicts = this.layOn(claim, owner);
    if (conflicts.length > 0) {
      this.known.set(owner, new Set([...this.known.get(owner) ?? [], ...conflicts.map(conflict => conflict.owner)]));
    }
    return conflicts;
  }

  private layOn(claim: Claim, owner: Owner): Conflict<Owner>[] {
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

  private layOnSubject(claim: SubjectClaim, owner: Owner): Conflict<Owner>[] {
    const key = claimKey(claim);
    const first = this.subjects.get(key);
    if (first === undefined) {
      this.subjects.set(key, { says: claim.says, pods: claim.pods, owner });
      return [];
    }
    if (claim.says !== undefined && first.says === claim.says) {
      return [];
    }
    const others = this.parts.get(key) ?? [];
    const other = [first, ...others].find(({ pods }) => !areApart(pods, claim.pods));
    if (other !== undefined) {
      return [{ claim, owner: other.owner }];
    }
    this.parts.set(key, [...others, { pods: claim.pods, owner }]);
    return [];
  }

  private layOnPods(claim: PodsClaim, owner: Owner): Conflict<Owner>[] {
    const selectors = this.selectorsOf(claim);
    const first = selectors.against(claim);
    // The first of those that conflict stands for all: who comes after them is told of it, too.
    if (first === undefined) selectors.add({ claim, owner, order: this.laid++ });
    return first === undefined ? [] : [{ claim, owner: first.owner }];
  }

  private layOnRequests(claim: RequestsClaim, owner: Owner): Conflict<Owner>[] {
    const key = fieldsKey(claim.of);
    const others = this.hosts.get(key) ?? [];
    const conflicts = flatMap(others, other => {
      const why = claim.contested(other.claim);
      return why === undefined ? [] : [{ claim, owner: other.owner, why }];
    });
    others.push({ claim, owner });
    this.hosts.set(key, others);
    return conflicts;
  }

  private selectorsOf({ on, port, namespace }: PodsClaim): Selectors<Owner> {
    const what = port === undefined ? on : `${on} ${port}`;
    const there = this.pods.get(namespace) ?? new Map<string, Selectors<Owner>>();
    this.pods.set(namespace, there);
    const selectors = there.get(what) ?? new Selectors();
    there.set(what, selectors);
    return selectors;
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
    const group = this.groups.get(key) ?? new Group(keys);
    this.groups.set(key, group);
    group.add(laid);
  }
}

/** Selectors that use the same labels. */
class Group<Owner> {
  private readonly all: Laid<Owner>[] = [];
  private readonly indexes = new Map<string, { readonly keys: readonly string[]; readonly byValues: Map<string, Laid<Owner>[]> }>();

  constructor(readonly keys: readonly string[]) {}

  /** The selectors that agree with these labels in some of theirs. */
  public by(keys: readonly string[], labels: Labels): readonly Laid<Owner>[] {
    const id = keys.join();
    const index = this.indexes.get(id) ?? { keys, byValues: new Map<string, Laid<Owner>[]>() };
    if (!this.indexes.has(id)) {
      this.indexes.set(id, index);
      this.all.forEach(laid => pushTo(index.byValues, valuesOf(laid.claim.labels, keys), laid));
    }
    return index.byValues.get(valuesOf(labels, keys)) ?? [];
  }

  public add(laid: Laid<Owner>): void {
    this.all.push(laid);
    this.indexes.forEach(({ keys, byValues }) => pushTo(byValues, valuesOf(laid.claim.labels, keys), laid));
  }
}

/** No label has a comma. */
function valuesOf(labels: Labels, keys: readonly string[]): string {
  return keys.map(key => labels[key]).join();
}
