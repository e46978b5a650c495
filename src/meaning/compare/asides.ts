import type { Comparer } from './comparer';
import type { Half } from './half';
import type { Aside } from '../world';

/** What objects of both worlds say otherwise, and that no call asks about: nobody knows whether it changes something for someone. */
export function compareAsides(comparer: Comparer, before: Half, after: Half): void {
  const old = asidesOf(before);
  for (const [key, { source: { place, kind, name }, title, text }] of [...asidesOf(after)].sort(([a], [b]) => a < b ? -1 : 1)) {
    const was = old.get(key);
    if (was === undefined || was.text === text) continue;
    const { file, line } = was.source.place;
    comparer.unsure.push({ why: `${place.file}:${place.line}: ${title} of ${kind} '${name}' changed (${file}:${line}), which is not compared. Compare the two` });
  }
}

function asidesOf({ readings }: Half): ReadonlyMap<string, Aside> {
  return new Map(readings.flatMap(({ reading }) => reading.asides?.() ?? [])
    .map(aside => [JSON.stringify([aside.source.kind, aside.source.namespace, aside.source.name, aside.title]), aside]));
}
