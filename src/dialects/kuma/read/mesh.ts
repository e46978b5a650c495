import { joiningOf, type Joining } from './joining';
import { isForPod, SYSTEM_NAMESPACE } from './target';
import type { Fields } from '../../../manifests/fields';
import type { Pod } from '../../../meaning/call';
import type { Source } from '../../../meaning/decision';
import { any, type Truth } from '../../../meaning/truth';
import { labels } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';

/** What a Mesh says to its proxies. Releases before 3.0 follow it, and 3.0 none of it: what only some follow is not known. */
export interface Mesh {
  readonly source: Source;
  readonly name: string;
  /** Whether it gives certificates of its own, and whether those who hold them take plain text. */
  readonly mtls?: typeof MTLS[number];
  /** Whether what leaves by no MeshPassthrough leaves. */
  readonly isOpen: boolean;
  /** Whether each Service has a MeshService: policies for MeshServices and MeshIdentities have an effect only then. */
  readonly hasMeshServices: boolean;
  /** Whether it says which zone a call goes to that may go to several. */
  readonly tellsZones: boolean;
  /** Which proxies may be in it; absent for all. */
  readonly joining?: Joining;
}

const MTLS = ['STRICT', 'PERMISSIVE'] as const;
const MODES = ['Disabled', 'Everywhere', 'ReachableBackends', 'Exclusive'];

/** What says nothing of who gets in and where requests go, or only of MeshExternalServices, which are not read. */
const BESIDE = ['skipCreatingInitialPolicies', 'logging', 'metrics', 'tracing'];

/** All of them, and the meshes that policies name. */
export class Meshes {
  public readonly names: ReadonlySet<string>;

  public constructor(public readonly all: readonly Mesh[], named: Iterable<string>) {
    this.names = new Set([...all.map(({ name }) => name), ...named]);
  }

  /** Whether a pod is in a mesh of some kind. */
  public holds(pod: Pod, isSo: (mesh: Mesh) => boolean): Truth {
    return any(this.all.filter(isSo).map(({ name }) => isForPod({ namespace: SYSTEM_NAMESPACE, mesh: name }, pod, this.names)));
  }
}

export function meshOf(object: ReadObject): Mesh {
  const { fields, name } = object;
  const spec = fields.field('spec');
  labels(fields.field('metadata').field('labels'));
  fields.field('metadata').field('annotations').take();
  BESIDE.forEach(one => spec.field(one).take());
  const mtls = mtlsOf(spec.field('mtls'));
  const mode = spec.field('meshServices').field('mode');
  const said = mode.text() ?? MODES[0];
  if (!MODES.includes(said)) mode.doubt('Kuma has no such mode');
  const hasMeshServices = said === 'Exclusive';
  const routing = spec.field('routing');
  const ofZones = ['zoneEgress', 'localityAwareLoadBalancing'].map(one => routing.field(one)).filter(one => isOn(one, false));
  // Where Services have MeshServices, only what has pods in several zones is called in others.
  if (!hasMeshServices) ofZones.forEach(one => one.doubt('whether a call to a Service leaves the zone depends on the release of Kuma then'));
  routing.field('defaultForbidMeshExternalServiceAccess').take();
  const joining = joiningOf(spec.field('constraints').field('dataplaneProxy'));
  return {
    source: sourceOf(object),
    name,
    ...(mtls !== undefined && { mtls }),
    isOpen: isOn(spec.field('networking').field('outbound').field('passthrough'), true),
    hasMeshServices,
    tellsZones: ofZones.length > 0,
    ...(joining !== undefined && { joining }),
  };
}

/** How its certificates come to be says nothing of who has them. */
function mtlsOf(fields: Fields): Mesh['mtls'] {
  const enabled = fields.field('enabledBackend').text() ?? '';
  fields.field('skipValidation').take();
  const backends = fields.field('backends').items().map(backend => {
    ['type', 'dpCert', 'conf', 'rootChain'].forEach(name => backend.field(name).take());
    const said = backend.field('mode').text() ?? MTLS[0];
    const mode = MTLS.find(one => one === said) ?? backend.field('mode').doubt('Kuma has no such mode');
    return { name: backend.field('name').text(), mode };
  });
  if (enabled === '') return undefined;
  const own = backends.find(({ name }) => name === enabled) ?? fields.field('enabledBackend').doubt('Kuma takes no name that is not among the backends');
  return own?.mode;
}

function isOn(fields: Fields, byDefault: boolean): boolean {
  const value = fields.take() ?? byDefault;
  if (typeof value !== 'boolean') fields.doubt('it is neither true nor false');
  return value === true;
}
