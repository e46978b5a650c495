import type { Channel } from './kinds';
import { prepared } from './schema';
import { structuralViolations } from './structure';
import { written, type Path } from './violation';
import { NEWER, RELEASES, type NewerKind } from '../../imports/schemas/releases';

/** What a cluster has: the release of each API, by its title. */
export type Releases = Readonly<Record<string, string>>;

/** Something that a release does not have: an API server drops such a field, and refuses such a kind or value. */
export interface TooNew {
  readonly api: string;
  /** Where; empty for the kind itself. */
  readonly path: string;
  /** The release that brought it. */
  readonly since: string;
  /** The release in the cluster. */
  readonly release: string;
}

/** The releases of an API that are known, oldest first. */
export function releasesOf(api: string): readonly string[] {
  return RELEASES[api];
}

/** What of a manifest is newer than the releases in a cluster. */
export function tooNew(manifest: any, releases: Releases, channel: Channel): TooNew[] {
  return newerOf(`${manifest.apiVersion} ${manifest.kind}`, channel)
    .flatMap(newer => newer.api in releases ? lackedOf(newer, manifest, releases[newer.api]) : []);
}

function lackedOf({ api, since: start, fields }: NewerKind, manifest: any, release: string): TooNew[] {
  const found = (path: Readonly<Path>, since: string): TooNew => ({ api, path: written(path), since, release });
  if (start !== undefined && isBefore(release, start)) return [found([], start)];
  return fields.filter(({ since }) => isBefore(release, since)).flatMap(({ path, since, was }) =>
    valuesAt(manifest, path.split(/\.|(?=\[\])/), []).flatMap(at =>
      was === undefined || structuralViolations(prepared(was), at.value, []).length > 0 ? [found(at.path, since)] : []));
}

/** Only Gateway API has channels; what the standard one lacks may be in the other. */
function newerOf(kind: string, channel: Channel): NewerKind[] {
  const known = NEWER.filter(newer => newer.kind === kind);
  const inChannel = known.some(newer => newer.channel === channel) ? channel : 'experimental';
  return known.filter(newer => newer.channel === undefined || newer.channel === inChannel);
}

function isBefore(release: string, since: string): boolean {
  const [[major, minor], [sinceMajor, sinceMinor]] = [release, since].map(text => text.split('.').map(Number));
  return major < sinceMajor || (major === sinceMajor && minor < sinceMinor);
}

interface Place {
  readonly path: Path;
  readonly value: unknown;
}

/** The values that stand at a path, in which `[]` is any item of a list. */
function valuesAt(value: any, [step, ...rest]: readonly string[], path: Path): Place[] {
  if (step === undefined) return [{ path, value }];
  if (step === '[]') return Array.isArray(value) ? value.flatMap((item, i) => valuesAt(item, rest, [...path, i])) : [];
  return value !== null && typeof value === 'object' && Object.hasOwn(value, step) ? valuesAt(value[step], rest, [...path, step]) : [];
}
