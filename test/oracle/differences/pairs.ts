import * as fc from 'fast-check';
import { isApp, withApps } from './apps';
import { documentsIn } from '../../../src/manifests/documents';
import type { Differences } from '../../../src/meaning/compare/difference';
import { compareWorlds } from '../../../src/meaning/compare/worlds';
import { scopeOf } from '../../../src/reading/changed';
import { halfOf } from '../../../src/reading/half';
import type { ReadMesh } from '../../../src/reading/mesh';
import { textsOf } from '../../../src/reading/texts';
import { worldsOf } from '../../../src/reading/world';

/** An API whose objects say what passes: as somebody wrote them, and who says what they do; undefined where that does not know. */
export interface Api<Asked> {
  readonly policies: fc.Arbitrary<readonly any[]>;
  readonly judge: (manifests: readonly any[], asked: Asked) => boolean | undefined;
  /** Who reads them. */
  readonly mesh?: ReadMesh;
}

/** The manifests of one side. */
export interface Written {
  readonly manifests: readonly any[];
  /** Who reads them. */
  readonly mesh?: ReadMesh;
}

/** The same, and who says what they do. */
export interface Side<Asked> extends Written {
  readonly judge: Api<Asked>['judge'];
}

export type Pair<Asked> = readonly [old: Side<Asked>, now: Side<Asked>];

function sideOf<Asked>({ policies, ...api }: Api<Asked>): fc.Arbitrary<Side<Asked>> {
  return policies.map(all => ({ ...api, manifests: withApps(all) }));
}

/** An object less, or others more, or both. */
export function changed<Asked>({ policies: all, ...api }: Api<Asked>): fc.Arbitrary<Pair<Asked>> {
  const side = (manifests: readonly any[]): Side<Asked> => ({ ...api, manifests: withApps(manifests) });
  return fc.tuple(all, all, HOW).map(([old, others, how]) => [side(old), side(changedBy(old, others, how))]);
}

/** Which object is gone, and what is done. */
export const HOW = fc.tuple(fc.nat(99), fc.constantFrom('less', 'more', 'both'));

export function changedBy(old: readonly any[], others: readonly any[], [some, how]: readonly [number, string]): readonly any[] {
  const own = old.filter(isOfMesh);
  const gone = how === 'more' ? undefined : own[some % own.length];
  const more = how === 'less' ? [] : others.filter(isOfMesh).slice(0, 1 + some % 2);
  return [...old.filter(one => one !== gone), ...more.map(one => ({ ...one, metadata: { ...one.metadata, name: `${one.metadata?.name}-new` } }))];
}

/** What is no app, nor the configuration of a mesh. */
export function isOfMesh({ apiVersion }: any): boolean {
  return !['v1', 'apps/v1', 'install.istio.io/v1alpha1'].includes(apiVersion);
}

/** From one API to another one, or back. */
export function across<Asked>(api: Api<Asked>, all: readonly Api<Asked>[]): fc.Arbitrary<Pair<Asked>> {
  const others = all.filter(other => other !== api).map(sideOf);
  return fc.tuple(sideOf(api), fc.oneof(...others), fc.boolean()).map(([one, other, isOld]) => isOld ? [one, other] : [other, one]);
}

export function compared(...[old, now]: readonly [old: Written, now: Written]): Differences {
  const [before, after] = [old, now].map(({ manifests }, i) =>
    [...documentsIn(`${i === 0 ? 'old' : 'new'}.json`, manifests.map(one => JSON.stringify(one)).join('\n---\n'))]);
  const worlds = worldsOf([before, after], 'default', [old.mesh, now.mesh]);
  return compareWorlds(halfOf(worlds[0]), halfOf(worlds[1]), textsOf(before, after), undefined, scopeOf(...worlds, old.mesh === now.mesh));
}

/** What the sides say of something. */
export function judged<Asked>(asked: Asked, ...pair: Pair<Asked>): (boolean | undefined)[] {
  return pair.map(({ manifests, judge }) => judge(manifests, asked));
}

export function shown<Asked>(...pair: Pair<Asked>): string {
  return pair.map(({ manifests }) => manifests.filter(one => !isApp(one)).map(one => JSON.stringify(one)).join('\n')).join('\n----\n');
}
