import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { renderedBy } from './targets/rendered';
import { type Pin, pins } from '../projenrc/modules';
import { CATALOGUE } from '../src/targets/catalogue';
import { DELIVERED } from '../src/targets/delivered';

/** What the targets render, and what is pinned in `projenrc/imports.yaml`: neither has what the other lacks. */

const CRDS = path.join(__dirname, '..', 'imports', 'crds');

type Target = (typeof DELIVERED)[number] | (typeof CATALOGUE)[number];

/** Every target, whoever moves its releases. */
const TARGETS: readonly Target[] = [...CATALOGUE, ...DELIVERED];

/** Each kind that is pinned, in each of its versions: `apiVersion kind`. */
function pinned({ into, kinds }: Pin): string[] {
  const crds = fs.readdirSync(path.join(CRDS, into)).map(file => parse(fs.readFileSync(path.join(CRDS, into, file), 'utf8')).spec);
  return Object.entries(kinds).flatMap(([kind, versions]) => {
    const { group } = crds.find(({ names }) => names.kind === kind);
    return versions.map(version => `${group}/${version} ${kind}`);
  });
}

/** Each kind that a target renders of the samples of all features that it has. */
function rendered(entry: Target): string[] {
  return [...new Set(renderedBy(entry).map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))].sort();
}

const RENDERED = TARGETS.map(entry => ({ entry, kinds: rendered(entry) }));

const PINNED = pins().map(pin => ({ pin, kinds: pinned(pin) }));

/** Whether a cluster of the target has what is pinned: of Gateway API, the CRDs of one channel. */
function isServed({ into }: Pin, { title }: Target): boolean {
  return !into.startsWith('gateway-api/') || into === `gateway-api/${title.includes('experimental') ? 'experimental' : 'standard'}`;
}

/** In the bundles of older clusters. Charts have them beside what is rendered, and they are validated there. */
const OLDER = ['gateway.networking.k8s.io/v1beta1 ReferenceGrant', 'gateway.networking.k8s.io/v1alpha2 TCPRoute'];

/** Of the controllers of releases: what people write by hand, or a controller makes. It is validated. */
const BY_HAND = /^(?:flagger\.app\/v1beta1 AlertProvider$|argoproj\.io\/v1alpha1 (?:AnalysisRun|ClusterAnalysisTemplate|Experiment)$)/;

test.each(RENDERED.map(({ entry, kinds }) => [entry.title, entry, kinds] as const))('what %s renders is pinned', (_, entry, kinds) => {
  const known = PINNED.filter(({ pin }) => isServed(pin, entry)).flatMap(one => one.kinds);

  expect(kinds).not.toEqual([]);
  expect(kinds.filter(kind => !known.includes(kind))).toEqual([]);
});

test.each(PINNED.map(({ pin, kinds }) => [pin.name, pin, kinds] as const))('what is pinned as %s is rendered', (_, pin, kinds) => {
  const all = RENDERED.filter(({ entry }) => isServed(pin, entry)).flatMap(one => one.kinds);

  expect(kinds.filter(kind => !all.includes(kind) && !OLDER.includes(kind) && !BY_HAND.test(kind))).toEqual([]);
});
