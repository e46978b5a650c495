import type { CatalogueEntry } from './catalogue';
import type { Refusal } from '../dialects/contract/refusal';
import type { Support } from '../dialects/contract/support';
import type { TargetDialects } from '../dialects/contract/target-dialects';
import { asksOthers, TARGETS } from '../errors/coded';
import { listed } from '../errors/words';
import type { Kind, Kinds } from '../model/kinds';
import { flatMap } from '../model/lists';

type Entry = Pick<CatalogueEntry, 'inWords' | 'without' | 'code' | 'dialects'> & { readonly title: string };

/** A target of the catalogue, and what it refuses of a model. */
interface Asked<Feature> {
  readonly entry: Entry;
  readonly refused: readonly Refusal<Feature>[];
}

/** Asks every target there is what it refuses, once, and not before it is of interest. */
export function asking<Feature>(kind: Kind, refusals: (dialects: TargetDialects) => readonly Refusal<Feature>[]): () => readonly Asked<Feature>[] {
  let asked: readonly Asked<Feature>[] | undefined;
  return () => asked ??= targetsFor(kind).map(entry => ({ entry, refused: refusals(entry.dialects) }));
}

/** The targets that can express the whole model, in words; or else those that can express these features of it. */
export function elsewhere<K extends Kind>(
  kind: K, features: readonly Kinds[K]['feature'][], asked: () => readonly Asked<Kinds[K]['feature']>[],
): string {
  if (!asksOthers()) return '';
  const all = asked().filter(({ refused }) => refused.length === 0).map(({ entry }) => entry);
  if (all.length > 0) {
    const { names, code } = inWords(all);
    return code === undefined
      ? `, or use ${names}: each can express this (${TARGETS})`
      : `, or use ${names}, which can express this: \`${code}\` (${TARGETS})`;
  }
  const taking = (...levels: readonly Support['level'][]) => asked().filter(({ entry, refused }) => features.length > 0 && features.every(feature =>
    levels.includes(supportOf(kind, feature, entry).level) && !refused.some(refusal => refusal.feature === feature))).map(({ entry }) => entry);
  const [whole, some] = [taking('full'), taking('full', 'partial')];
  if (some.length === 0) {
    return `: no target can express it (${TARGETS})`;
  }
  const words = whole.length > 0 ? `alone, ${inWords(whole).names} can` : `alone, and in part, ${inWords(some).names} can`;
  return `: no target can express it together with the rest of this construct; ${words} (${TARGETS})`;
}

function supportOf<K extends Kind>(kind: K, feature: Kinds[K]['feature'], { dialects }: Entry): Support {
  const supports: { readonly [name: string]: Support } = dialects[kind].supports;
  return supports[feature];
}

const MOST_TARGETS = 3;

/** The names of some; and the expression of the only one. */
function inWords(entries: readonly Entry[]): { readonly names: string; readonly code?: string } {
  // An option more is of no interest, where none is needed.
  const plain = entries.filter(({ without }) => !entries.some(({ title }) => title === without));
  // SMI is archived.
  const [first, ...others] = flatMap([false, true], isSmi => plain.filter(({ title }) => title.startsWith('SMI') === isSmi));
  const words = [...new Set([first, ...others].map(entry => entry.inWords))];
  return { names: listed(words.slice(0, MOST_TARGETS), 'or'), ...(words.length === 1 && { code: first.code }) };
}

/** Loaded for the first refusal: it has every dialect there is. */
function targetsFor(kind: Kind): readonly Entry[] {
  return kind === 'release' ? (require('./delivered') as typeof import('./delivered')).DELIVERED
    : (require('./catalogue') as typeof import('./catalogue')).CATALOGUE;
}
