import type { Support } from '../src/dialects/contract/support';
import { KINDS } from '../src/model/kinds';
import type { Kind } from '../src/model/kinds';
import type { CatalogueEntry } from '../src/targets/catalogue';
import { CATALOGUE } from '../src/targets/catalogue';

/** Kinds with no more features than this have the refused ones listed beside what is rendered. */
const FEW = 24;

/**
 * What each target renders for a kind of model, or why it refuses it: a line for all targets that say the same. The same for one feature,
 * by the targets that do not refuse the kind as a whole. It comes from what the dialects declare in `renders` and `supports`.
 */
export function renderings(kind: string, feature?: string): string {
  if (!(kind in KINDS)) {
    throw new Error(`there is no kind '${kind}'`);
  }
  const able = CATALOGUE.filter(entry => feature === undefined || Object.values(supportsOf(kind as Kind, entry)).some(({ level }) => level !== 'none'));
  const texts = new Map(able.map(entry => [entry, feature === undefined ? ofKind(kind as Kind, entry) : ofFeature(kind as Kind, feature, entry)]));
  const lines = new Map<string, string[]>();
  for (const [entry, text] of texts) {
    const name = nameOf(entry, texts);
    if (name !== undefined) {
      lines.set(text, [...new Set([...lines.get(text) ?? [], name])]);
    }
  }
  return [...lines].map(([text, names]) => `- ${names.join(', ')}: ${text}.`).join('\n');
}

/** A row for each target: what it renders of routes, exposures and access policies, or why it refuses them. */
export function targetsTable(): string {
  const kinds = ['routes', 'exposure', 'access'] as const;
  const cell = (kind: Kind, entry: CatalogueEntry) => {
    const text = ofKind(kind, entry);
    const first = CATALOGUE.find(other => ofKind(kind, other) === text);
    return first === undefined || first === entry ? text : `as \`${first.code}\``;
  };
  return [
    `| target | ${kinds.map(kind => KINDS[kind].title.toLowerCase()).join(' | ')} |`,
    `| --- |${' --- |'.repeat(kinds.length)}`,
    ...CATALOGUE.map(entry => `| \`${entry.code}\` | ${kinds.map(kind => cell(kind, entry)).join(' | ')} |`),
  ].join('\n');
}

/** Short, where all targets with the short name say the same; no name for a form of a target that says what the target says. */
function nameOf(entry: CatalogueEntry, texts: ReadonlyMap<CatalogueEntry, string>): string | undefined {
  const isSame = (other: CatalogueEntry) => texts.get(other) === texts.get(entry);
  if (CATALOGUE.some(other => other.title === entry.without && isSame(other))) {
    return undefined;
  }
  const namesakes = [...texts.keys()].filter(({ inWords }) => inWords === entry.inWords);
  return namesakes.every(isSame) ? entry.inWords : `${entry.inWords} ${entry.title === entry.inWords ? 'by itself' : 'behind Gateway API'}`;
}

function supportsOf(kind: Kind, { dialects }: CatalogueEntry): Readonly<Record<string, Support>> {
  return dialects[kind].supports;
}

function ofKind(kind: Kind, entry: CatalogueEntry): string {
  const supports = Object.entries(supportsOf(kind, entry));
  const refused = supports.flatMap(([feature, support]) => support.level === 'none' ? [[feature, support] as const] : []);
  if (refused.length === supports.length) {
    return `refused: ${refused[0][1].reason}`;
  }
  const features: Readonly<Record<string, string>> = KINDS[kind].features;
  const few = supports.length <= FEW && refused.length > 0;
  return `${entry.dialects[kind].renders}${few ? `. Refused: ${refused.map(([feature]) => features[feature]).join(', ')}` : ''}`;
}

function ofFeature(kind: Kind, feature: string, entry: CatalogueEntry): string {
  const support = supportsOf(kind, entry)[feature];
  if (support === undefined) {
    throw new Error(`there is no feature '${feature}' of '${kind}'`);
  }
  if (support.level === 'none') {
    return `refused: ${support.reason}`;
  }
  const note = support.level === 'full' ? support.inherent : support.reason;
  if (support.writtenAs === undefined && (support.level === 'partial' || note === undefined)) {
    throw new Error(`'${entry.title}' does not say in its \`supports\` how it writes '${feature}' of '${kind}'`);
  }
  return [support.writtenAs ?? 'nothing is rendered', ...(note === undefined ? [] : [note])].join('; ');
}
