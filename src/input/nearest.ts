/** The known word that someone who wrote another one may have meant: misspelled, cut short, or in another case. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const written = word.toLowerCase();
  let near: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const wanted = candidate.toLowerCase();
    const isPart = Math.min(written.length, wanted.length) > 2 && (wanted.includes(written) || written.includes(wanted));
    const changes = distance(written, wanted);
    if (changes < least && (isPart || changes <= tolerated(wanted.length))) {
      least = changes;
      near = candidate;
    }
  }
  return near;
}

/** Short words are near to each other by chance. */
function tolerated(length: number): number {
  return length < 3 ? 0 : Math.max(1, Math.floor(length / 3));
}

/** How many letters are left out, put in, changed, or swapped with the next. */
function distance(a: string, b: string): number {
  // The distances of the first letters of `a`, to each beginning of `b`: for all, for one less, and for two less.
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}
