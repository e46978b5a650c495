import type { Support } from '../src/dialects/contract/support';
import type { Kind } from '../src/model/kinds';
import { KINDS } from '../src/model/kinds';
import type { CatalogueEntry, Title } from '../src/targets/catalogue';
import { CATALOGUE } from '../src/targets/catalogue';
import { DELIVERED } from '../src/targets/delivered';
import { CONTROLLERS } from '../src/targets/delivery';

/** The page of a target in docs/targets, which has the name of its page in docs/traps. A new target does not compile before it has one. */
export const PAGE_OF: Readonly<Record<Title, string>> = {
  'SMI': 'smi',
  'SMI, Open Service Mesh': 'smi',
  'SMI, Linkerd': 'smi',
  'Gateway API': 'gateway-api',
  'Gateway API, experimental channel': 'gateway-api',
  'Gateway API, Istio': 'istio',
  'Gateway API, Istio ambient': 'istio-ambient',
  'Gateway API, Linkerd': 'linkerd',
  'Gateway API, Linkerd, experimental channel': 'linkerd',
  'Gateway API, Consul': 'consul',
  'Gateway API, Kuma': 'kuma',
  'Gateway API, Cilium': 'cilium',
  'Ingress': 'ingress',
  'Consul': 'consul',
  'Kuma': 'kuma',
  'NetworkPolicy': 'network-policy',
};

/** A target, as far as it is asked about one kind of model. */
interface Answer {
  readonly code: string;
  readonly renders: string;
  readonly supports: Readonly<Record<string, Support>>;
}

/** What the targets of a page render of each kind of model, and what they refuse, from what their dialects declare. */
export function abilities(page: string): string {
  const on = CATALOGUE.filter(({ title }) => PAGE_OF[title] === page);
  const kinds = (Object.keys(KINDS) as Kind[]).filter(kind => kind !== 'release');
  const delivered = Object.values(CONTROLLERS).map(({ title: controller }) => ({
    title: `Releases that ${controller} moves`,
    kind: 'release' as const,
    entries: DELIVERED.filter(entry => entry.controller === controller && on.some(({ title }) => entry.title === `${title}, ${controller}`)),
  }));
  return [...kinds.map(kind => ({ title: KINDS[kind].title, kind, entries: on })), ...delivered]
    .map(({ title, kind, entries }) => [`### ${title}`, ...ofEach(kind, entries)].join('\n\n')).join('\n\n');
}

/** The first target in full, and of the others what they do differently. */
function ofEach(kind: Kind, entries: readonly Pick<CatalogueEntry, 'code' | 'dialects'>[]): string[] {
  const [first, ...others] = entries.map(({ code, dialects: { [kind]: { renders, supports } } }): Answer => ({ code, renders, supports }));
  if (others.every(other => other.renders === first.renders && differences(other, first).length === 0)) {
    return inFull(kind, first);
  }
  return [`**\`${first.code}\`**`, ...inFull(kind, first), ...others.flatMap(other => [`**\`${other.code}\`**`, ...besides(kind, other, first)])];
}

function besides(kind: Kind, answer: Answer, first: Answer): string[] {
  const different = differences(answer, first);
  if (answer.renders !== first.renders || different.length > Object.keys(answer.supports).length / 2) {
    return inFull(kind, answer);
  }
  return different.length === 0 ? [`As \`${first.code}\`.`] : [`As \`${first.code}\`, but for these.`, ...listed(kind, Object.fromEntries(different))];
}

function differences(one: Answer, other: Answer): [feature: string, Support][] {
  return Object.entries(one.supports).filter(([feature, support]) => JSON.stringify(support) !== JSON.stringify(other.supports[feature]));
}

function inFull(kind: Kind, { renders, supports }: Answer): string[] {
  const refused = Object.values(supports).flatMap(support => support.level === 'none' ? [support.reason] : []);
  return refused.length === Object.keys(supports).length
    ? [`Refused: ${[...new Set(refused)].join('; ')}.`]
    : [`Rendered: ${renders}.`, ...listed(kind, supports)];
}

/** What is rendered as it is written, what is said of the rest, and what is refused by its reason. */
function listed(kind: Kind, supports: Answer['supports']): string[] {
  const words: Readonly<Record<string, string>> = KINDS[kind].features;
  const plain: string[] = [];
  const rows: string[] = [];
  const refused = new Map<string, string[]>();
  for (const [feature, support] of Object.entries(supports)) {
    if (support.level === 'none') {
      refused.set(support.reason, [...refused.get(support.reason) ?? [], words[feature]]);
    } else if (support.level === 'full' && notesOf(support).length === 0) {
      plain.push(words[feature]);
    } else {
      rows.push(`| ${words[feature]} | ${support.level === 'full' ? 'in full' : 'in part'} | ${notesOf(support).join('; ')} |`);
    }
  }
  return [
    ...(plain.length === 0 ? [] : [`In full: ${plain.join(', ')}.`]),
    ...(rows.length === 0 ? [] : [['| what you write | | how |', '| --- | --- | --- |', ...rows].join('\n')]),
    ...(refused.size === 0 ? [] : ['Refused:', [...refused].map(([reason, features]) => `- ${features.join(', ')}: ${reason}.`).join('\n')]),
  ];
}

function notesOf(support: Exclude<Support, { readonly level: 'none' }>): string[] {
  const note = support.level === 'full' ? support.inherent : support.reason;
  return [support.writtenAs, note].flatMap(text => text === undefined ? [] : [text]);
}
