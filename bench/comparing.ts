/// <reference path="../src/manifests/js-yaml.d.ts" />
import { DEFAULT_SCHEMA, loadAll } from 'js-yaml';
import { parseAllDocuments } from 'yaml';
import { busy, median, withSpread } from './timing';
import { type Api, questionAbout, worldText } from './worlds';
import { explain } from '../src/cli/explain/explain';
import { withProgress } from '../src/cli/progress';
import { documentsIn, parseOnce } from '../src/manifests/documents';
import type { Differences } from '../src/meaning/compare/difference';
import { compareWorlds } from '../src/meaning/compare/worlds';
import { scopeOf } from '../src/reading/changed';
import { halfOf } from '../src/reading/half';
import type { ReadMesh } from '../src/reading/mesh';
import { textsOf } from '../src/reading/texts';
import { worldOf } from '../src/reading/world';

const SERVICES = 10_000;
const ROUNDS = 5;

const MESHES: { readonly [A in Api]: ReadMesh } = { 'istio': 'istio', 'linkerd': 'linkerd', 'network-policy': 'cilium' };

const NAMES = ['parsed', 'parsedBoth', 'explained', 'compared'] as const;
type Name = typeof NAMES[number];

/**
 * What `explain` and `diff` take beside what the fastest parser takes by itself for the same texts. That is js-yaml 4, which both use: of the parsers of npm
 * that are kept up, js-yaml 5 takes 1.2 times as long, and `yaml` ten times. Every round runs all, in alternating order.
 */
export function comparingTimes(services = SERVICES): void {
  const small = worldText('istio', services / 10);
  const [fast, slow] = [() => parse(small), () => parseAllDocuments(small).map(document => document.toJS())].map(parser => busy(parser));
  console.log(`${services / 10 * 4} objects: js-yaml takes ${fast.toFixed(0)} ms of the processor, yaml ${(slow / fast).toFixed(1)} times as long.`);
  for (const api of Object.keys(MESHES) as Api[]) withProgress(doing => compareTimes(api, services, doing));
}

function compareTimes(api: Api, services: number, doing: (what: string) => void): void {
  const [old, now] = [worldText(api, services), worldText(api, services, true)];
  const work: { readonly [N in Name]: () => unknown } = {
    parsed: () => parse(old),
    parsedBoth: () => [old, now].map(parse),
    explained: () => answerTo(api, old, services),
    compared: () => differencesOf(api, old, now),
  };
  const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => {
    const times: Record<Name, number> = { parsed: 0, parsedBoth: 0, explained: 0, compared: 0 };
    for (const name of round % 2 === 0 ? NAMES : [...NAMES].reverse()) {
      doing(`${api}, round ${round} of ${ROUNDS}: ${name}`);
      times[name] = busy(work[name]);
    }
    return times;
  }).slice(1); // The first round warms up.
  const differences = differencesOf(api, old, now).differences.length;
  console.log([
    `${services * 4} objects, ${api}`,
    `parsed by js-yaml alone in ${median(rounds.map(({ parsed }) => parsed)).toFixed(0)} ms`,
    `a request explained ${withSpread(rounds.map(({ explained, parsed }) => explained / parsed))} times as long`,
    `two compared, with ${differences} differences, ${withSpread(rounds.map(({ compared, parsedBoth }) => compared / parsedBoth))} times as long as parsed. Aim at 3 for each.`,
  ].join(', '));
}

export function parse(text: string): unknown[] {
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
  return compareWorlds(halfOf(worlds[0]), halfOf(worlds[1]), textsOf(before, after), undefined, scopeOf(...worlds, true));
}
