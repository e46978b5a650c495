import type { ReadObject } from '../../../reading/objects';

/** What says nothing of who gets in and where requests go, or only of MeshExternalServices, which are not read. */
const BESIDE = ['skipCreatingInitialPolicies', 'logging', 'metrics', 'tracing'];

/** Asks for all of a Mesh that leaves calls as they are without it; anything else stays a doubt. */
export function readMesh({ fields }: ReadObject): void {
  const spec = fields.field('spec');
  ['labels', 'annotations'].forEach(name => fields.field('metadata').field(name).take());
  BESIDE.forEach(name => spec.field(name).take());
  spec.field('routing').field('defaultForbidMeshExternalServiceAccess').take();
  const passthrough = spec.field('networking').field('outbound').field('passthrough');
  if (![true, undefined].some(one => one === passthrough.take())) passthrough.doubt('what leaves by no MeshPassthrough then depends on the release of Kuma');
  const mtls = spec.field('mtls');
  if (mtls.field('enabledBackend').text() === undefined) mtls.take();
  else mtls.doubt('its certificates have other ids than those of a MeshIdentity');
  const mode = spec.field('meshServices').field('mode');
  if (mode.text() !== 'Exclusive') (mode.isSaid ? mode : spec).doubt('only in the mode Exclusive of `meshServices`, Kuma has a MeshService for each Service in all releases');
}
