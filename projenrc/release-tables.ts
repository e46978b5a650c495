import { NEWER, RELEASES, type NewerKind } from '../imports/schemas/releases';

/** What came with each release of an API, the newest first, as a table in Markdown; of Gateway API, with a column for each channel. */
export function releaseTable(api: string): string {
  const kinds = NEWER.filter(newer => newer.api === api);
  const channels = [...new Set(kinds.map(({ channel }) => channel))].sort().reverse();
  const rows = [...RELEASES[api]].reverse().map((release, i, { length }) => i === length - 1
    ? [`${release} or older`, ...channels.map(channel => cell(kinds.filter(kind => kind.channel === channel), release))]
    : [release, ...channels.map(channel => cell(kinds.filter(kind => kind.channel === channel), release))]);
  const head = ['release', ...channels.map(channel => channel === undefined ? 'brought' : `brought to the ${channel} channel`)];
  return [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
}

function cell(kinds: readonly NewerKind[], release: string): string {
  const entries = kinds.flatMap(({ kind, since, fields }) => {
    const [version, name] = kind.split('/')[1].split(' ');
    const came = fields.filter(field => field.since === release);
    return [
      ...since === release ? [`${name} \`${version}\``] : [],
      ...new Set(came.filter(({ was }) => was === undefined).map(({ path }) => `\`${lastOf(path)}\` of ${name}`)),
      ...new Set(came.filter(({ was }) => was !== undefined).map(({ path }) => `more in \`${lastOf(path)}\` of ${name}`)),
    ];
  });
  return entries.join(', ');
}

/** The name of a field, with that of what it stands in. */
function lastOf(path: string): string {
  const [above, field] = path.replaceAll('[]', '').split('.').slice(-2);
  return ['spec', 'rules', 'metadata', 'filters'].includes(above) ? field : `${above}.${field}`;
}
