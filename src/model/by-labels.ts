import { flatMap, pushTo } from './lists';

type Labels = Readonly<Record<string, string>>;

/**
 * Things that have labels, to be found by some of these. There are many things, and few sets of labels that are asked for together,
 * so each set gets an index.
 */
export class ByLabels<T> {
  private readonly all: { readonly labels: Labels; readonly thing: T }[] = [];
  private readonly indexes = new Map<string, Index<T>>();

  public add(labels: Labels, thing: T): void {
    this.all.push({ labels, thing });
    this.indexes.clear();
  }

  /** Those that have all of these labels, in the order in which they were added. */
  public having(labels: Labels): readonly T[] {
    const keys = Object.keys(labels).sort();
    return this.indexBy(keys).of(labels);
  }

  private indexBy(keys: readonly string[]): Index<T> {
    const known = this.indexes.get(keys.join());
    if (known !== undefined) return known;
    const index = new Index<T>(keys);
    this.all.forEach(({ labels, thing }) => index.add(labels, thing));
    this.indexes.set(keys.join(), index);
    return index;
  }
}

/** Things that choose by labels, to be found by what they choose. There are few sets of labels by which they do. */
export class BySelector<T> {
  private readonly indexes = new Map<string, Index<{ readonly thing: T; readonly order: number }>>();
  private added = 0;

  public add(selector: Labels, thing: T): void {
    const keys = Object.keys(selector).sort();
    const index = this.indexes.get(keys.join()) ?? new Index(keys);
    this.indexes.set(keys.join(), index);
    index.add(selector, { thing, order: this.added++ });
  }

  /** Those that choose what has these labels, in the order in which they were added. */
  public choosing(labels: Labels): T[] {
    const found = flatMap([...this.indexes.values()], index => index.of(labels));
    return found.sort((a, b) => a.order - b.order).map(({ thing }) => thing);
  }
}

/** Things by the values of some labels, as far as they have all of these. */
class Index<T> {
  private readonly byValues = new Map<unknown, T[]>();

  constructor(private readonly keys: readonly string[]) {}

  public add(labels: Labels, thing: T): void {
    const values = this.valuesIn(labels);
    if (values !== undefined) pushTo(this.byValues, values, thing);
  }

  public of(labels: Labels): readonly T[] {
    const values = this.valuesIn(labels);
    return values === undefined ? [] : this.byValues.get(values) ?? [];
  }

  /** Manifests of others may have numbers for labels, which are no texts. Most selectors have one label. */
  private valuesIn(labels: Labels): unknown {
    return !this.keys.every(key => Object.hasOwn(labels, key)) ? undefined
      : this.keys.length === 1 ? labels[this.keys[0]] : JSON.stringify(this.keys.map(key => labels[key]));
  }
}
