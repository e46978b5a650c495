import { groupKindOf, namespaceOfObject, type Subject } from '../inventory';

/** The manifests beside a release, by their names. An app may have one workload several times, for several clusters. */
export class World {
  private readonly byName = new Map<string, Subject[]>();
  private readonly byKind = new Map<string, Subject[]>();

  private readonly made = new Map<unknown, unknown>();

  constructor(public readonly subjects: readonly Subject[]) {
    for (const subject of subjects) {
      const { manifest } = subject;
      const groupKind = groupKindOf(manifest);
      add(this.byName, keyOf(groupKind, namespaceOfObject(manifest), manifest.metadata?.name), subject);
      add(this.byKind, groupKind, subject);
    }
  }

  public of(...groupKinds: readonly string[]): readonly Subject[] {
    return groupKinds.flatMap(groupKind => this.byKind.get(groupKind) ?? []);
  }

  /** What is looked up for each release, and made for the first. */
  public once<T>(make: (world: World) => T): T {
    if (!this.made.has(make)) this.made.set(make, make(this));
    return this.made.get(make) as T;
  }

  /** What another manifest means by a name: what its own chart has, or else what any has. */
  public named(groupKind: string, namespace: string, name: unknown, from: Subject): Subject | undefined {
    const all = (this.byName.get(keyOf(groupKind, namespace, name)) ?? []).filter(subject => areTogether(subject, from));
    return all.find(({ chart }) => chart === from.chart) ?? all[0];
  }

  /** Whether a manifest is for the cluster of some others, as far as it can be told: by these names it means no other objects. */
  public sees(from: Subject, ...others: readonly (Subject | undefined)[]): boolean {
    return others.every(other => other === undefined
      || this.named(groupKindOf(other.manifest), namespaceOfObject(other.manifest), other.manifest.metadata?.name, from) === other);
  }
}

export function add<T>(map: Map<string, T[]>, key: string, item: T): void {
  const others = map.get(key);
  if (others === undefined) {
    map.set(key, [item]);
  } else {
    others.push(item);
  }
}

/** What is rendered for two targets is for two clusters. */
function areTogether(a: Subject, b: Subject): boolean {
  return a.target === undefined || b.target === undefined || a.target === b.target;
}

function keyOf(groupKind: string, namespace: string, name: unknown): string {
  return `${groupKind} ${namespace}/${String(name)}`;
}

/** Whether a controller has made it: a dump of a cluster has such objects. */
export function isMade({ manifest }: Subject): boolean {
  const owners = manifest.metadata?.ownerReferences;
  return Array.isArray(owners) && owners.some(owner => owner?.kind === 'Canary' || owner?.kind === 'Rollout');
}
