import { parseAllDocuments } from 'yaml';
import type { Cluster } from './cluster';
import { crds, isBuiltIn } from './crds';
import type { Channel } from './validator';
import { pins, textsOf, type Source } from '../../projenrc/modules';

const GROUP = 'gateway.networking.k8s.io';

/** Installs the CRDs of `imports/crds` under Gateway API's own admission policy, and makes sure that it is enforced. */
export async function install(cluster: Cluster, channel: Channel): Promise<void> {
  const pin = pins().find(({ name }) => name === `gateway-api-${channel}`)!;
  for (const manifest of await policy(pin, channel)) {
    await cluster.install(manifest);
  }
  const [route] = crds(channel).filter(({ spec }) => spec.group === GROUP);
  await cluster.server.until(() => isProhibited(cluster, route));

  for (const crd of crds(channel).filter(({ spec }) => !isBuiltIn(spec.group))) {
    await cluster.install(crd.spec.group === GROUP ? bundled(crd, pin.version!, channel) : crd);
    for (const { name } of crd.spec.versions) {
      await cluster.server.until(() => cluster.serves(`${crd.spec.group}/${name}`, crd.spec.names.kind));
    }
  }

  const older = bundled(route, 'v1.0.0', channel);
  if (!await isProhibited(cluster, older)) throw new Error('the policy lets an older bundle in');
  if (channel === 'standard' && !await isProhibited(cluster, bundled(route, pin.version!, 'experimental'))) {
    throw new Error('the policy lets the experimental channel in on top of the standard one');
  }
}

async function policy(pin: Source, channel: Channel): Promise<any[]> {
  const [text] = await textsOf(pin, [`config/crd/${channel}/${GROUP}_vap_safeupgrades.yaml`]);
  return parseAllDocuments(text).map(document => document.toJS());
}

async function isProhibited(cluster: Cluster, crd: any): Promise<boolean> {
  return (await cluster.dryRun(crd))?.includes('ValidatingAdmissionPolicy') ?? false;
}

/** The annotations that the import strips, and the policy reads. */
function bundled(crd: any, version: string, channel: Channel): any {
  const annotations = { ...crd.metadata.annotations, [`${GROUP}/bundle-version`]: version, [`${GROUP}/channel`]: channel };
  return { ...crd, metadata: { ...crd.metadata, annotations } };
}
