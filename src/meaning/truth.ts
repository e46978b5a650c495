/** Whether something holds, as far as is known. */
export type Truth = 'yes' | 'no' | 'unknown';

export function not(truth: Truth): Truth {
  return truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : 'unknown';
}

export function truthOf(holds: boolean): Truth {
  return holds ? 'yes' : 'no';
}

/** Whether all hold; with none, yes. */
export function all(truths: Iterable<Truth>): Truth {
  let together: Truth = 'yes';
  for (const truth of truths) {
    if (truth === 'no') return 'no';
    if (truth === 'unknown') together = 'unknown';
  }
  return together;
}

/** Whether any holds; with none, no. */
export function any(truths: Iterable<Truth>): Truth {
  let together: Truth = 'no';
  for (const truth of truths) {
    if (truth === 'yes') return 'yes';
    if (truth === 'unknown') together = 'unknown';
  }
  return together;
}

/** What is made of items, one at a time, as it is asked for. */
export function* lazily<A, B>(items: Iterable<A>, make: (item: A) => B): Generator<B> {
  for (const item of items) yield make(item);
}
