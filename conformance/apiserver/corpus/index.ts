import type { Case } from './case';
import { metadataCases, rootCases } from './metadata';
import { ruleCases } from './rules';
import { schemaCases } from './schema';
import { validManifests } from './valid';
import { isBuiltIn, schemaOf } from '../crds';
import type { Channel } from '../validator';

export type { Case } from './case';

/** Manifests that are wrong in one way each, and some that are only just right, for every kind in the CRDs. */
export function corpus(channel: Channel): Case[] {
  const valid = validManifests(channel);
  const cases: Case[] = [
    ...valid.map(manifest => ({ name: `${manifest.apiVersion} ${manifest.kind}: as it should be`, manifest, valid: true })),
    ...valid.flatMap(manifest => [...rootCases(manifest), ...structureCases(manifest, channel)]),
    ...['TrafficSplit', 'HTTPRoute'].flatMap(kind => metadataCases(valid.find(manifest => manifest.kind === kind))),
    ...ruleCases(channel),
  ];
  // As it is sent: without what is undefined.
  return cases.map(({ manifest, ...rest }) => ({ ...rest, manifest: JSON.parse(JSON.stringify(manifest)) }));
}

/** Of what Kubernetes itself serves, schemas say what is forbidden, but not all of it. */
function structureCases(manifest: any, channel: Channel): Case[] {
  const cases = schemaCases(schemaOf(manifest, channel), manifest);
  return isBuiltIn(manifest.apiVersion.split('/')[0]) ? cases.filter(({ valid }) => valid === false) : cases;
}
