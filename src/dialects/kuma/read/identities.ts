import type { Meshes } from './mesh';
import { isForPod, SYSTEM_NAMESPACE, type Target } from './target';
import type { Fields } from '../../../manifests/fields';
import type { Pod } from '../../../meaning/call';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt, TRUST_DOMAIN } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import { EVERYTHING, type Labels } from '../../../meaning/selector';
import { exactly } from '../../../meaning/text';
import { any, type Truth, truthOf } from '../../../meaning/truth';
import { labels } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';

/**
 * Which pods have certificates, and of which trust domain. A proxy without one takes plain text from everyone, and no policy is in force there.
 *
 * @see https://kuma.io/docs/latest/policies/meshidentity/
 */
export class Identities {
  public readonly all: readonly Identity[];
  private readonly trusted: readonly string[];
  private readonly saying: readonly { readonly source: Source }[];

  public constructor(objects: readonly ReadObject[]) {
    const of = (wanted: string) => objects.filter(({ kind }) => kind === wanted);
    this.all = of('MeshIdentity').map(identityOf);
    this.trusted = of('MeshTrust').flatMap(object => trustedBy(object) ?? []);
    this.saying = ['MeshIdentity', 'MeshTrust', 'Mesh'].flatMap(kind => of(kind).map(object => ({ source: sourceOf(object) })));
  }

  /** Of a pod; `assumed` where nothing here speaks of certificates. */
  public heldBy(pod: Pod, meshes: Meshes): Truth | 'assumed' {
    const areMeshesHere = meshes.all.length > 0;
    if (this.all.length === 0) return areMeshesHere ? 'unknown' : 'assumed';
    const held = any(this.all.map(identity => isForPod(identity, pod, meshes.names)));
    if (held === 'yes') return meshes.holds(pod, mesh => !mesh.hasMeshServices) === 'no' ? 'yes' : 'unknown';
    // Before 3.0, a Mesh may give certificates, too.
    return held === 'no' && !areMeshesHere ? 'unknown' : held;
  }

  /** Clients that have a certificate by a MeshIdentity, of the mesh or of another one. */
  public certified(meshes: Meshes): Condition {
    if (this.all.length === 0) return { type: 'certificate' };
    const own = this.all.map(identity => meshes.names.size > 1 ? perhaps(identity.source, 'it is not known of which mesh the client is') : ofPods(identity));
    return allOf({ type: 'certificate' }, anyOf({ type: 'certificate', trustDomain: { type: 'not', of: exactly(TRUST_DOMAIN) } }, ...own));
  }

  /** Whether a trust domain, or the beginning of one, is that of the pods of the mesh. */
  public isOwn(domain: string, isWhole: boolean): Truth {
    if (this.all.length === 0) return domain === TRUST_DOMAIN ? 'yes' : 'unknown';
    const truths = this.all.map(one => isDomain(one.domain, domain, isWhole));
    return truths.every(truth => truth === truths[0]) ? truths[0] : 'unknown';
  }

  /** Whether certificates of another trust domain are taken: where it is said of some, it is not known of others. */
  public isTrusted(domain: string, isWhole: boolean): Truth {
    return this.trusted.length === 0 || (isWhole && this.trusted.includes(domain)) ? 'yes' : 'unknown';
  }

  /** All that say something of certificates. */
  public get sources(): readonly { readonly source: Source }[] {
    return this.saying;
  }
}

/** A MeshIdentity. */
interface Identity extends Pick<Target, 'source' | 'namespace' | 'mesh' | 'pods'> {
  /** What the name of the zone would be is `*`. */
  readonly domain: string;
}

const DOMAIN = '{{ .Mesh }}.{{ .Zone }}.mesh.local';
const PATH = '/ns/{{ .Namespace }}/sa/{{ .ServiceAccount }}';
const PROVIDERS = ['Bundled', 'Spire', 'Extension'];

/** How certificates come to be says nothing of who has them. */
function identityOf(object: ReadObject): Identity {
  const { fields } = object;
  const { zone, mesh } = headOf(object);
  const spec = fields.field('spec');
  const provider = spec.field('provider');
  const type = provider.field('type').text();
  if (!PROVIDERS.some(one => one === type)) provider.doubt('Kuma has no such provider');
  const trusting = provider.field('bundled').field('meshTrustCreation');
  if (![undefined, 'Enabled'].includes(trusting.text())) trusting.doubt('whose certificates are taken then is not known');
  provider.take();
  const ids = spec.field('spiffeID');
  const path = ids.field('path');
  if (plainly(path.text() ?? PATH) !== plainly(PATH)) path.doubt('ids of other forms are not read');
  const pods = spec.field('selector').field('dataplane');
  return {
    source: sourceOf(object),
    namespace: SYSTEM_NAMESPACE,
    mesh,
    pods: pods.isSaid ? labels(pods.field('matchLabels')) : NOBODY,
    domain: domainIn(ids.field('trustDomain'), mesh, zone),
  };
}

/** No pod has a label without a name. */
const NOBODY: Labels = { '': '' };

function trustedBy(object: ReadObject): string | undefined {
  headOf(object);
  const spec = object.fields.field('spec');
  // Which certificates are genuine is not asked.
  spec.field('caBundles').take();
  return spec.field('trustDomain').text() ?? spec.doubt('it says no trust domain');
}

function headOf({ fields, namespace }: ReadObject): { readonly mesh: string; readonly zone: string } {
  const metadata = fields.field('metadata');
  metadata.field('annotations').take();
  const { 'kuma.io/mesh': mesh = 'default', 'kuma.io/zone': zone = '*' } = labels(metadata.field('labels'));
  if (namespace !== SYSTEM_NAMESPACE) metadata.doubt(`Kuma takes it only in ${SYSTEM_NAMESPACE}`);
  return { mesh, zone };
}

function domainIn(fields: Fields, mesh: string, zone: string): string {
  const domain = plainly(fields.text() ?? DOMAIN).replace(/\{\{\.Mesh\}\}/g, mesh).replace(/\{\{\.Zone\}\}/g, zone);
  if (!/^[a-z0-9._*-]+$/.test(domain)) fields.doubt('which trust domain it is depends on more than is read');
  return domain;
}

/** Spaces in templates say nothing. */
function plainly(template: string): string {
  return template.replace(/\{\{-?\s*|\s*-?\}\}/g, braces => braces.startsWith('{') ? '{{' : '}}');
}

function isDomain(own: string, domain: string, isWhole: boolean): Truth {
  if (!own.includes('*')) return truthOf(isWhole ? own === domain : own.startsWith(domain));
  const [before, after] = [own.slice(0, own.indexOf('*')), own.slice(own.lastIndexOf('*') + 1)];
  if (!isWhole) return before.startsWith(domain) ? 'yes' : domain.startsWith(before) ? 'unknown' : 'no';
  return domain.startsWith(before) && domain.endsWith(after) ? 'unknown' : 'no';
}

function ofPods({ pods = {}, source }: Identity): Condition {
  const names = Object.keys(pods);
  if (names.length === 0) return ALWAYS;
  if (names.some(name => /(?:^|\.)kuma\.io\//.test(name))) return perhaps(source, 'labels that Kuma adds are not known here');
  return { type: 'pod', labels: { ...EVERYTHING, matchLabels: pods } };
}

function perhaps({ place }: Source, why: string): Doubt {
  return { type: 'unknown', why, place };
}
