import { DEFAULT_NAMESPACE } from './cluster/object';
import type { ReadObject } from './objects';
import type { Pod } from '../meaning/call';
import type { Truth } from '../meaning/truth';
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

  /** What may be said of a pod: anything, where it is not known in which namespace it is. */
  public about({ namespace }: Pod): { readonly own: T; readonly holds: Truth }[] {
    return namespace === '' ? this.all().map(own => ({ own, holds: 'unknown' })) : [{ own: this.of(namespace), holds: 'yes' }];
  }

  /** Where there are objects. */
  public namespaces(): string[] {
    return [...this.objects.keys()];
  }

  /** Reads what nobody has asked for yet, too. */
  public all(): readonly T[] {
    return this.namespaces().map(namespace => this.of(namespace));
  }
}
