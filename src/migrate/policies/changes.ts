import type { Untold } from './met';
import type { Compared } from './proof';
import type { Difference } from '../../meaning/compare/difference';
import type { Notices } from '../plan/notices';
import { TARGETS } from '../targets';

const UDP = 'no pods take UDP at ports that nothing in the files names, which the new mesh does not see: keep a policy of the network where they do';
const UNNAMED = 'nobody calls ports of pods that no Service and no workload in the files names: these are closed now';
const DOTTED = 'nobody asks for paths with elements such as `..;`, which some servers take for `..`: these are denied now';
const PODS = 'nobody calls pods by their own addresses, as metrics are often collected, where a Service leads to them: only what comes through a waypoint gets in';

const NAMED = 'pods whose ServiceAccounts are let in may have a proxy or none: they are known by their labels now';

const UNTOLD: { readonly [About in Exclude<Untold, 'named'>]: string } = {
  known: 'all pods had a proxy: those without one were nobody, and are known by the network now',
  nobody: 'all pods are in the mesh: those without a certificate are nobody, and no denial is for them',
  foreign: 'the new mesh trusts no other trust domain',
};

/** What has to be true for the written manifests to let in nobody else, and no fewer: each once, with the place of what said otherwise. */
export function noteChanges(compared: Compared, notices: Notices, wordsOf: (difference: Difference) => string): void {
  const { target, shutsOutDots, opensUdp, closesUnnamed, closesPods, trustsInstallation, opensProbesOf, untold } = compared;
  const { title } = TARGETS[target];
  const assume = (message: string, place?: Parameters<Notices['give']>[2]) => notices.give('assumed', message, place);
  if (shutsOutDots) assume(DOTTED);
  if (opensUdp) assume(UDP);
  if (closesUnnamed) assume(UNNAMED);
  if (closesPods) assume(PODS);
  if (trustsInstallation) assume(`${title} denies what no policy speaks of, which is up to its installation`);
  for (const { kind, name, place } of opensProbesOf) {
    assume(`anyone may make the health checks of ${kind} '${name}', as ${title} does not know who makes them`, place);
  }
  const told = new Set<string>();
  for (const { about, difference } of untold) {
    if (about === 'named') {
      assume(NAMED);
      continue;
    }
    const { place } = difference.contrast.before.by.flatMap(({ source }) => source ?? []).at(-1) ?? {};
    const key = JSON.stringify([about, place?.file, place?.line]);
    if (told.has(key)) continue;
    told.add(key);
    assume(`${UNTOLD[about]}. Otherwise it changes who gets in, by ${title}: ${wordsOf(difference)}`, place);
  }
}
