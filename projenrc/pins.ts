import { type Pin, pins } from './modules';
import { apis } from './releases';

/** Says which pins of `imports.yaml` and `releases.yaml` are behind what the Go module proxy serves. */

interface Pinned {
  readonly module: string;
  readonly version: string;
}

async function main(): Promise<void> {
  const pinned = new Map<string, Pinned>();
  for (const { module, version } of [...pins(), ...newestReleases()] as readonly Partial<Pin>[]) {
    if (module !== undefined && version !== undefined) pinned.set(`${module}@${version}`, { module, version });
  }
  for (const { module, version } of pinned.values()) {
    const newest = await newestOf(module).catch(error => {
      throw new Error(`the Go module proxy does not answer: ${error.cause ?? error}`);
    });
    const says = newest === undefined ? 'the proxy lists no release' : isBefore(version, newest) ? `behind: ${newest}` : 'newest';
    console.log(`${module.padEnd(48)} ${version.padEnd(40)} ${says}`);
  }
}

/** The newest pinned release of each API. */
function newestReleases(): Partial<Pin>[] {
  return apis().map(({ module, releases }) => ({ module, version: Object.values(releases).pop()?.version }));
}

/** The newest release that the proxy lists, leaving out what comes before a release. */
async function newestOf(module: string): Promise<string | undefined> {
  const response = await fetch(`https://proxy.golang.org/${module.replace(/[A-Z]/g, letter => `!${letter.toLowerCase()}`)}/@v/list`);
  if (!response.ok) return undefined;
  const versions = (await response.text()).split('\n').filter(version => /^v\d+\.\d+\.\d+$/.test(version));
  return versions.reduce<string | undefined>((newest, version) => newest === undefined || isBefore(newest, version) ? version : newest, undefined);
}

/** A version between releases, such as `v0.0.0-20240226161840-f3842c41cb2b`, comes before the one that it names. */
function isBefore(version: string, other: string): boolean {
  const [[own, pre], [others]] = [version, other].map(text => text.slice(1).split(/-(.*)/));
  const differing = own.split('.').map((part, i) => Number(part) - Number(others.split('.')[i])).find(difference => difference !== 0);
  return differing === undefined ? pre !== undefined : differing < 0;
}

main().catch(error => {
  console.error(error.message);
  process.exit(1);
});
