import { DEFAULT_NAMESPACE } from './cluster/cluster';
import type { ReadObject } from './objects';
import { grouped } from '../model/lists';

/** Objects that say something of their own namespace only: they are read when it is asked for. */
export class ByNamespace<T> {
  private readonly objects: ReadonlyMap<string, readonly ReadObject[]>;
  private readonly known = new Map<string, T>();

  public constructor(objects: readonly ReadObject[], private readonly read: (own: readonly ReadObject[]) => T) {
    this.objects = grouped(objects, ({ namespace = DEFAULT_NAMESPACE }) => namespace);
  }

  public of(namespace: string): T {
    const known = this.known.get(namespace) ?? this.read(this.objects.get(namespace) ?? []);
    this.known.set(namespace, known);
    return known;
  }

  /** Reads what nobody has asked for yet, too. */
  public all(): readonly T[] {
    return [...this.objects.keys()].map(namespace => this.of(namespace));
  }
}
