import { type Labelled, type Labels, type Selector, selects } from '../meaning/selector';
import type { Truth } from '../meaning/truth';
import { BySelector } from '../model/by-labels';

interface Placed<T> {
  readonly thing: T;
  readonly order: number;
}

/** Things that select pods, to be found by the labels of one, however many there are. */
export class Selecting<T> {
  private readonly simple = new BySelector<Placed<T>>();
  private readonly others: (Placed<T> & { readonly selector: Selector | undefined })[] = [];

  /** @param selectorOf - undefined where it is not known what a thing selects */
  public constructor(private readonly all: readonly T[], private readonly selectorOf: (thing: T) => Selector | undefined) {
    all.forEach((thing, order) => {
      const selector = selectorOf(thing);
      const labels = selector && labelsOf(selector);
      if (labels === undefined) this.others.push({ thing, order, selector });
      else this.simple.add(labels, { thing, order });
    });
  }

  /** Those that may select pods with some labels, in order. */
  public choosing(labelled: Labelled): { readonly thing: T; readonly truth: Truth }[] {
    const { labels } = labelled;
    const truth = (selector: Selector | undefined) => selector === undefined ? 'unknown' : selects(selector, labelled);
    const found = labels === undefined ? this.all.map((thing, order) => ({ thing, order, truth: truth(this.selectorOf(thing)) })) : [
      ...this.simple.choosing(labels).map(placed => ({ ...placed, truth: 'yes' as const })),
      ...this.others.map(({ selector, ...placed }) => ({ ...placed, truth: truth(selector) })),
    ].sort((a, b) => a.order - b.order);
    return found.filter(one => one.truth !== 'no').map(({ thing, truth: holds }) => ({ thing, truth: holds }));
  }
}

/** The labels that a selector asks for; undefined where it asks for more. */
function labelsOf({ matchLabels, matchExpressions }: Selector): Labels | undefined {
  const labels = { ...matchLabels };
  for (const requirement of matchExpressions) {
    if (requirement.operator !== 'In' || requirement.values.length !== 1 || Object.hasOwn(labels, requirement.key)) return undefined;
    labels[requirement.key] = requirement.values[0];
  }
  return labels;
}
