import type { Comparer } from './comparer';
import type { Half } from './half';
import type { Aside } from '../world';

/** What objects of both worlds say otherwise, and that no call asks about: nobody knows whether it changes something for someone. */
export function compareAsides(comparer: Comparer, before: Half, after: Half): void {
  const [old, now] = [asidesOf(before), asidesOf(after)];
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const why = whyUnsure(old.get(key), now.get(key));
    if (why !== undefined) comparer.unsure.push({ why });
  }
}

function whyUnsure(was: Aside | undefined, is: Aside | undefined): string | undefined {
  const one = is ?? was;
  if (one === undefined || was?.text === is?.text) return undefined;
  const { source: { place, kind, name }, title, goesWithoutSaying } = one;
  const what = `${place.file}:${place.line}: ${title} of ${kind} '${name}'`;
  if (was !== undefined && is !== undefined) {
    return `${what} changed (${was.source.place.file}:${was.source.place.line}), which is not compared. Compare the two`;
  }
  return goesWithoutSaying ? undefined : `${what} is ${was === undefined ? 'new' : 'gone'}, and what that changes is not known here. Look at what it says`;
}

function asidesOf({ readings }: Half): ReadonlyMap<string, Aside> {
  return new Map(readings.flatMap(({ reading }) => reading.asides?.() ?? [])
    .map(aside => [JSON.stringify([aside.source.kind, aside.source.namespace, aside.source.name, aside.title]), aside]));
}
