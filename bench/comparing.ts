/// <reference path="../src/manifests/js-yaml.d.ts" />
import { DEFAULT_SCHEMA, loadAll } from 'js-yaml';
import { median, run } from './timing';
import { type Api, questionAbout, worldText } from './worlds';
import { explain } from '../src/cli/explain/explain';
import { documentsIn, parseOnce } from '../src/manifests/documents';
import type { Differences } from '../src/meaning/compare/difference';
import { compareWorlds } from '../src/meaning/compare/worlds';
import { scopeOf } from '../src/reading/changed';
import { halfOf, textsOf } from '../src/reading/half';
import type { ReadMesh } from '../src/reading/mesh';
import { worldOf } from '../src/reading/world';

const SERVICES = 10_000;
const ROUNDS = 3;

const MESHES: { readonly [A in Api]: ReadMesh } = { 'istio': 'istio', 'linkerd': 'linkerd', 'network-policy': 'cilium' };

/** What `explain` and `diff` take beside what the parser takes by itself for the same texts. Every round runs all, one after the other. */
export function comparingTimes(services = SERVICES): void {
  for (const api of Object.keys(MESHES) as Api[]) {
    const [old, now] = [worldText(api, services), worldText(api, services, true)];
    const rounds = Array.from({ length: ROUNDS }, () => {
      const parsed = run(() => parse(old));
      const explained = run(() => answerTo(api, old, services));
      const parsedBoth = run(() => [old, now].map(parse));
      const compared = run(() => differencesOf(api, old, now));
      return { parsed, explained: explained / parsed, compared: compared / parsedBoth };
    });
    const differences = differencesOf(api, old, now).differences.length;
    console.log([
      `${services * 4} objects, ${api}`,
      `parsed by js-yaml alone ${median(rounds.map(({ parsed }) => parsed)).toFixed(0)} ms`,
      `a request explained ${median(rounds.map(({ explained }) => explained)).toFixed(2)} times as long`,
      `two compared, with ${differences} differences, ${median(rounds.map(({ compared }) => compared)).toFixed(2)} times as long as parsed. Aim at 3 for each.`,
    ].join(', '));
  }
}

function parse(text: string): unknown[] {
  return loadAll(text, null, { schema: DEFAULT_SCHEMA, maxDepth: 100, maxTotalMergeKeys: 0 });
}

/** What is said of a request. */
export function answerTo(api: Api, text: string, services: number): string {
  const { from, to, request } = questionAbout(services);
  const world = worldOf([...documentsIn('a.yaml', text)], 'default', MESHES[api]);
  return explain(world, { from, to, operands: [request], headers: [], isUnmeshed: false, namespace: 'default' }).answer.outcome;
}

/** What changes from one text to another, as the command finds it. */
export function differencesOf(api: Api, old: string, now: string): Differences {
  const once = parseOnce();
  const [before, after] = [[...documentsIn('old.yaml', old, once)], [...documentsIn('new.yaml', now, once)]];
  const worlds = [worldOf(before, 'default', MESHES[api]), worldOf(after, 'default', MESHES[api])] as const;
  return compareWorlds(halfOf(worlds[0]), halfOf(worlds[1]), textsOf([...before, ...after]), undefined, scopeOf(...worlds, true));
}
