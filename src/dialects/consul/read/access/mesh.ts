import { beside } from './beside';
import type { Source } from '../../../../meaning/decision';
import { type ReadObject, sourceOf } from '../../../../reading/objects';

/** What the Mesh of Consul says to all proxies. */
export interface MeshEntry {
  readonly source: Source;
  /** Whether others may take plain text; where they may not, Consul refuses what says so. */
  readonly mayBePermissive: boolean;
  /** Whether proxies let out only what is in the mesh. */
  readonly isClosed: boolean;
}

/** How certificates are checked, and how clusters come to be peers, says nothing of who gets in. */
const BESIDE = ['tls', 'peering'];

export function meshOf(object: ReadObject): MeshEntry {
  const { fields, name } = object;
  if (name !== 'mesh') fields.field('metadata').doubt('Consul takes it by the name `mesh` only');
  const spec = fields.field('spec');
  BESIDE.forEach(field => spec.field(field).take());
  spec.field('http').field('sanitizeXForwardedClientCert').take();
  if (spec.field('validateClusters').take() === true) spec.field('validateClusters').doubt('whether proxies take routes to what is not there is not read');
  beside(fields);
  return {
    source: sourceOf(object),
    mayBePermissive: spec.field('allowEnablingPermissiveMutualTLS').take() === true,
    isClosed: spec.field('transparentProxy').field('meshDestinationsOnly').take() === true,
  };
}
