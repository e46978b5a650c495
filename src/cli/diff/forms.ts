import { type Change, type Group, KINDS, type Report, type Told } from './report';

/** How a report is written. */
export const FORMS: Readonly<Record<'text' | 'markdown' | 'json', (report: Report) => string>> = { text, markdown, json };

const TITLES: Readonly<Record<Group['kind'], string>> = {
  wider: 'newly let in',
  narrower: 'no longer let in',
  shares: 'sent elsewhere, or in other shares',
  handling: 'handled in another way',
  unknown: 'not known',
};

function text({ groups, unknown, unread, compared }: Report): string {
  const lines = ([...KINDS, 'unknown'] as const).flatMap(kind => {
    const own = [...groups, ...unknown].filter(one => one.kind === kind);
    return own.length === 0 ? [] : [`${TITLES[kind].toUpperCase()}`, ...own.flatMap(groupLines), ''];
  });
  return [...lines, ...unread.map(line => `not known: ${line}`), summary(groups, unknown, unread), comparedWords(compared)].map(line => `${line}\n`).join('');
}

function groupLines({ who, to, changes }: Group): string[] {
  return [`  ${who} → ${to}`, ...changes.flatMap(changeLines).map(line => `    ${line}`)];
}

function changeLines({ witness, before, after, why }: Change): string[] {
  if (why !== undefined) return [why];
  return [`${witness ?? ''}`, ...[['before', before] as const, ['after', after] as const].flatMap(([when, told]) => told === undefined ? [] : [`  ${when}: ${told.value}${by(told)}`])];
}

function by({ sources }: Told): string {
  return sources.length === 0 ? '' : ` (${sources.join('; ')})`;
}

function summary(groups: readonly Group[], unknown: readonly Group[], unread: readonly string[]): string {
  const parts = KINDS.flatMap(kind => {
    const count = groups.filter(one => one.kind === kind).length;
    return count === 0 ? [] : [`${count} ${TITLES[kind]}`];
  });
  const open = unknown.length + unread.length;
  if (parts.length + open === 0) return 'Nothing changes.';
  return `${[...parts, ...open === 0 ? [] : [`${open} not known`]].join(', ')}.`;
}

function comparedWords({ podPorts, servicePorts, entries }: Report['compared']): string {
  return `Compared: ${podPorts} ports of pods, ${servicePorts} ports of Services, ${entries} entrances of gateways.`;
}

const MARKS: Readonly<Record<Group['kind'], string>> = { wider: '🔓', narrower: '🔒', shares: '🔀', handling: '⚙️', unknown: '❔' };

/** For a comment on a pull request: a summary, then a table for each kind, of which the first is open. */
function markdown({ groups, unknown, unread, compared }: Report): string {
  const tables = ([...KINDS, 'unknown'] as const).flatMap(kind => {
    const own = [...groups, ...unknown].filter(one => one.kind === kind);
    return own.length === 0 ? [] : [
      '',
      `<details${kind === 'wider' || kind === 'unknown' ? ' open' : ''}><summary>${MARKS[kind]} <b>${TITLES[kind]}</b> (${own.length})</summary>`,
      '',
      ...kind === 'unknown' ? ['| who | what | why |', '| --- | --- | --- |'] : ['| who | what | for example | before | after |', '| --- | --- | --- | --- | --- |'],
      ...own.slice(0, MOST_ROWS).flatMap(rows),
      ...own.length > MOST_ROWS ? ['', `and ${own.length - MOST_ROWS} more`] : [],
      '',
      '</details>',
    ];
  });
  return [
    '### What changes in the mesh',
    '',
    summary(groups, unknown, unread),
    ...tables,
    ...unread.length === 0 ? [] : ['', ...unread.map(line => `- ${escaped(`not known: ${line}`)}`)],
    '',
    `<sub>${comparedWords(compared)}</sub>`,
  ].map(line => `${line}\n`).join('');
}

/** A comment has 65,536 characters on GitHub. */
const MOST_ROWS = 50;

function rows({ who, to, changes }: Group): string[] {
  return changes.map(({ witness, before, after, why }) => why !== undefined ? `| ${escaped(who)} | ${escaped(to)} | ${escaped(why)} |`
    : `| ${escaped(who)} | ${escaped(to)} | ${code(witness ?? '')} | ${cell(before)} | ${cell(after)} |`);
}

function cell(told: Told | undefined): string {
  return told === undefined ? '' : [escaped(told.value), ...told.sources.map(source => `<sub>${escaped(source)}</sub>`)].join('<br>');
}

function code(words: string): string {
  return `<code>${escaped(words)}</code>`;
}

/** Text that says nothing to Markdown, nor to the HTML in it. */
function escaped(words: string): string {
  return words.replace(/[\\|*_[\]<>&#~`@]/g, character => `&#${character.charCodeAt(0)};`).replace(/\s+/g, ' ');
}

function json({ groups, unknown, unread, compared }: Report): string {
  return `${JSON.stringify({ differences: groups, unknown, unread, compared }, undefined, 2)}\n`;
}
