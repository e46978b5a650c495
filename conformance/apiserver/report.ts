import { isDeepStrictEqual } from 'util';
import type { Verdict } from './cluster';
import type { Case } from './corpus';
import { withDefaults } from '../../src/validation/defaults';

export interface Result extends Case {
  readonly source: string;
  readonly ours: string[];
  readonly server: Verdict;
}

/** How often the two agree, and how often they do not, by where the manifests come from. */
export function confusionTable(results: readonly Result[]): string {
  const header = ['', 'both accept', 'both refuse', 'only we accept', 'only the server accepts'];
  const row = (name: string, of: readonly Result[]) => {
    const count = (ours: boolean, server: boolean) => of.filter(result => accepts(result) === ours && result.server.accepted === server).length;
    return [name, count(true, true), count(false, false), count(true, false), count(false, true)];
  };
  const sources = [...new Set(results.map(({ source }) => source))];
  const rows = [...sources.map(source => row(source, results.filter(result => result.source === source))), row('all', results)];
  return [header, ...rows].map(cells => cells.map((cell, i) => i === 0 ? String(cell).padEnd(24) : String(cell).padStart(25)).join('')).join('\n');
}

export function disagrees(result: Result): boolean {
  return accepts(result) !== result.server.accepted;
}

/** The corpus itself may be wrong about what it is made to show. */
export function surprises({ valid, server }: Result): boolean {
  return valid !== undefined && valid !== server.accepted;
}

/** Whether a cluster holds something else than what was written. Where tools compare the two, such an object is out of sync for good. */
export function drifts({ source, manifest, server: { stored } }: Result): boolean {
  if (stored === undefined || !(source in WRITTEN)) return false;
  const { metadata, ...content } = WRITTEN[source](manifest);
  // The kubectl of a user knows a namespace for objects that name none.
  const { namespace } = stored.metadata;
  return !isDeepStrictEqual(stored, { ...content, metadata: { ...namespace && { namespace }, ...metadata } });
}

/** Examples are written by apps. Tests also hold for valid what dialects render, which is not complete yet. What is written by hand may leave out defaults. */
const WRITTEN: { readonly [source: string]: (manifest: any) => any } = { examples: manifest => manifest, tests: withDefaults };

export function describe(result: Result): string {
  const { name, manifest, ours, server } = result;
  return [
    name,
    `  ours      ${ours.join('; ') || 'accepts'}`,
    `  server    ${server.refusals.join('; ') || 'accepts'}`,
    `  manifest  ${JSON.stringify(manifest)}`,
    ...drifts(result) ? [`  stored    ${JSON.stringify(result.server.stored)}`] : [],
  ].map(line => line.length > 1000 ? `${line.slice(0, 1000)}…` : line).join('\n');
}

function accepts({ ours }: Result): boolean {
  return ours.length === 0;
}
