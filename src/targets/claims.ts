import type { Claim, HostClaim, PodsClaim } from '../dialects/claim';
import { claimInWords } from '../dialects/claim';

/** An earlier claim that a later one cannot stand beside. */
export interface Conflict<Owner> {
  readonly what: string;
  readonly owner: Owner;
  /** Of requests to a host: why they are not told apart. */
  readonly why?: string;
}

/** Who has laid claim to what, in one target. */
export class Claims<Owner> {
  private readonly owners = new Map<string, Owner>();
  private readonly pods = new Map<string, Selectors<Owner>>();
  private readonly hosts = new Map<string, { readonly claim: HostClaim; readonly owner: Owner }[]>();

  public has(claim: string): boolean {
    return this.owners.has(claim);
  }

  /** Lays a claim, beside the earlier ones that are in conflict with it. */
  public lay(claim: Claim, owner: Owner): Conflict<Owner>[] {
    if (typeof claim !== 'string' && 'host' in claim) {
      return this.layOnHost(claim, owner).map(conflict => ({ what: claimInWords(claim), ...conflict }));
    }
    const first = typeof claim === 'string' ? this.owners.get(claim) : this.selectorsOf(claim).overlapping(claim.labels);
    if (first !== undefined) {
      return [{ what: claimInWords(claim), owner: first }];
    }
    if (typeof claim === 'string') {
      this.owners.set(claim, owner);
    } else {
      this.selectorsOf(claim).add(claim.labels, owner);
    }
    return [];
  }

  private layOnHost(claim: HostClaim, owner: Owner): { readonly owner: Owner; readonly why: string }[] {
    const others = this.hosts.get(claim.host) ?? [];
    const conflicts = others.flatMap(other => {
      const why = claim.contested(other.claim);
      return why === undefined ? [] : [{ owner: other.owner, why }];
    });
    others.push({ claim, owner });
    this.hosts.set(claim.host, others);
    return conflicts;
  }

  private selectorsOf({ what, namespace }: PodsClaim): Selectors<Owner> {
    const key = `${what} ${namespace}`;
    const selectors = this.pods.get(key) ?? new Selectors();
    this.pods.set(key, selectors);
    return selectors;
  }
}

type Labels = Readonly<Record<string, string>>;

/**
 * Selectors of pods that are told apart: two that have a label in common, and contradict each other in none, may choose the
 * same pods. Selectors without a common label are taken to choose others, as those of different conventions do.
 *
 * There are many selectors and few sets of labels that they use, so each set has an index by the labels it has in common
 * with others.
 */
class Selectors<Owner> {
  private readonly groups = new Map<string, Group<Owner>>();

  public overlapping(labels: Labels): Owner | undefined {
    for (const group of this.groups.values()) {
      const common = group.keys.filter(key => Object.hasOwn(labels, key));
      const owner = common.length === 0 ? undefined : group.by(common).get(valuesOf(labels, common));
      if (owner !== undefined) {
        return owner;
      }
    }
    return undefined;
  }

  public add(labels: Labels, owner: Owner): void {
    const keys = Object.keys(labels).sort();
    const key = keys.join();
    const group = this.groups.get(key) ?? new Group(keys);
    this.groups.set(key, group);
    group.add(labels, owner);
  }
}

/** Selectors that use the same labels. */
class Group<Owner> {
  private readonly all: [Labels, Owner][] = [];
  private readonly indexes = new Map<string, { readonly keys: readonly string[]; readonly owners: Map<string, Owner> }>();

  constructor(readonly keys: readonly string[]) {}

  /** The selectors by the values of some of their labels. */
  public by(keys: readonly string[]): ReadonlyMap<string, Owner> {
    const id = keys.join();
    const index = this.indexes.get(id) ?? { keys, owners: new Map(this.all.map(([labels, owner]) => [valuesOf(labels, keys), owner])) };
    this.indexes.set(id, index);
    return index.owners;
  }

  public add(labels: Labels, owner: Owner): void {
    this.all.push([labels, owner]);
    this.indexes.forEach(({ keys, owners }) => owners.set(valuesOf(labels, keys), owner));
  }
}

/** No label has a comma. */
function valuesOf(labels: Labels, keys: readonly string[]): string {
  return keys.map(key => labels[key]).join();
}
