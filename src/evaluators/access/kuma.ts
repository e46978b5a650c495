import { only } from '../fields';
import type { Client, Request } from './request';
import { portOf, spiffeIdOf } from './request';
import { type FollowedMesh, inEachRelease } from '../kuma-mesh';
import { known, Unknown } from '../unknown';

/**
 * Whether Kuma's proxy lets a request in. One without an identity lets everyone in. A client without a certificate gets in where mutual TLS is not strict; of those
 * that have one, the permissions on the port deny first, then allow, and nobody else gets in: as of 2.14. Before, a broader
 * permission was asked whole before a narrower one.
 *
 * @see https://kuma.io/docs/latest/policies/meshtrafficpermission/
 * @see https://kuma.io/docs/latest/policies/meshtls/
 */
export function allowedByKuma(manifests: readonly any[], request: Request): boolean {
  return inEachRelease(manifests, mesh => allowedIn(mesh, manifests, request));
}

function allowedIn(mesh: FollowedMesh, manifests: readonly any[], request: Request): boolean {
  const { client, pod } = request;
  if (!mesh.joins(pod.labels) || (client.kind === 'pod' && client.meshed && !mesh.joins(client.labels ?? {}))) {
    return false;
  }
  if (request.client.kind === 'kubelet') {
    // The injector points probes of the kubelet to a listener of their own.
    return true;
  }
  const selecting = manifests.filter(manifest => ['MeshTLS', 'MeshTrafficPermission'].includes(manifest.kind)
    && manifest.metadata.labels?.['kuma.io/effect'] !== 'shadow' && selects(manifest, request));
  const isHere = manifests.some(({ kind }) => kind === 'Mesh');
  if (isHere && !manifests.some(({ kind }) => kind === 'MeshIdentity')) {
    throw new Unknown('no MeshIdentity is known');
  }
  const isCertified = isSelected(pod, manifests) && mesh.hasMeshServices;
  if (!isCertified && mesh.mtls === undefined) {
    if (!isHere) throw new Unknown('before 3.0, a Mesh may give certificates, too');
    return true;
  }
  const id = idOf(client, manifests);
  if (client.meshed && (!isCertified || (id === undefined && mesh.mtls !== undefined))) {
    throw new Unknown('with the certificates of the Mesh, ids are not those of ServiceAccounts');
  }
  if (id === undefined) {
    return mutualTlsMode(selecting, isCertified ? undefined : mesh.mtls) !== 'Strict';
  }
  const rules = confsOf(selecting, 'MeshTrafficPermission');
  rules.forEach(rule => only(rule, 'allow', 'deny', 'allowWithShadowDeny'));
  const named = (matches: readonly any[] | undefined) => (matches ?? []).some(match => holds(match, id));
  return !rules.some(({ deny }) => named(deny)) && rules.some(({ allow, allowWithShadowDeny }) => named(allow) || named(allowWithShadowDeny));
}

/** Where no MeshIdentity is known, everyone has an identity; otherwise those that one selects (`BestMatched` in `meshidentity/api/v1alpha1/helpers.go`). */
function isSelected({ labels }: Pick<Request['pod'], 'labels'>, manifests: readonly any[]): boolean {
  const identities = manifests.filter(({ kind }) => kind === 'MeshIdentity');
  return identities.length === 0 || identityOf(labels, identities) !== undefined;
}

function identityOf(labels: Readonly<Record<string, string>>, identities: readonly any[]): any {
  const wanted = ({ spec: { selector } }: any) => Object.entries(selector?.dataplane?.matchLabels ?? {});
  return identities.filter(one => one.spec.selector?.dataplane !== undefined && wanted(one).every(([key, value]) => labels[key] === value))
    .sort((a, b) => wanted(b).length - wanted(a).length || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

/** The SPIFFE id of a client that has one. Certificates of other trust domains are taken where a MeshTrust names them. */
function idOf(client: Client, manifests: readonly any[]): string | undefined {
  const [identities, trusts] = ['MeshIdentity', 'MeshTrust'].map(kind => manifests.filter(one => one.kind === kind));
  if (client.trustDomain !== undefined) {
    if (trusts.length > 0 && !trusts.some(({ spec }) => spec.trustDomain === client.trustDomain)) throw new Unknown(`who trusts ${client.trustDomain}`);
    return spiffeIdOf(client);
  }
  if (identities.length === 0 || client.kind !== 'pod') return spiffeIdOf(client);
  const identity = identityOf(client.labels ?? {}, identities);
  if (identity === undefined) return undefined;
  const template: string = identity.spec.spiffeID?.trustDomain ?? '{{ .Mesh }}.{{ .Zone }}.mesh.local';
  const zone = known(identity.metadata.labels?.['kuma.io/zone'] ?? (template.includes('.Zone') ? undefined : ''), 'the zone');
  return spiffeIdOf({ ...client, meshDomain: template.replace(/\{\{ ?\.Mesh ?\}\}/, 'default').replace(/\{\{ ?\.Zone ?\}\}/, zone) });
}

const SYSTEM_NAMESPACE = 'kuma-system';

/** A policy in a namespace holds for the pods there, and one in that of Kuma for all. Their ports go by the name that the container gives, or else by the number. */
function selects({ metadata, spec: { targetRef = { kind: 'Mesh' } } }: any, request: Request): boolean {
  only(targetRef, 'kind', 'labels', 'sectionName');
  const { pod } = request;
  const { port, name = String(port) } = portOf(request);
  if (!['Mesh', 'Dataplane'].includes(targetRef.kind)) {
    throw new Unknown(`not known here: ${targetRef.kind}`);
  }
  return [SYSTEM_NAMESPACE, pod.namespace].includes(metadata.namespace) && (targetRef.kind === 'Mesh' || (
    Object.entries(targetRef.labels ?? {}).every(([key, value]) => (key === 'k8s.kuma.io/namespace' ? pod.namespace : pod.labels[key]) === value)
    && (targetRef.sectionName === undefined || targetRef.sectionName === name)));
}

function confsOf(manifests: readonly any[], kind: string): any[] {
  return manifests.filter(manifest => manifest.kind === kind).flatMap(({ spec }) => {
    only(spec, 'targetRef', 'rules');
    return spec.rules.map((rule: any) => {
      only(rule, 'default');
      return rule.default;
    });
  });
}

/**
 * The closer target decides: a port before pods before the mesh; then what stands in the namespace of the pods before what stands in that of
 * Kuma; and then the first by name (kumahq/kuma `pkg/plugins/policies/core/rules/sort/sort.go`). Without any policy, pods with a MeshIdentity take none, and others what the Mesh says (`getMeshTLSMode` in `meshtls/plugin/v1alpha1/plugin.go`).
 */
function mutualTlsMode(selecting: readonly any[], otherwise: FollowedMesh['mtls']): string {
  const closeness = ({ spec: { targetRef = { kind: 'Mesh' } } }: any) => targetRef.kind === 'Mesh' ? 0 : targetRef.sectionName === undefined ? 1 : 2;
  const policies = selecting.filter(policy => policy.kind === 'MeshTLS' && confsOf([policy], 'MeshTLS').some(({ mode }) => mode !== undefined));
  const isOfSystem = ({ metadata: { namespace } }: any) => Number(namespace === SYSTEM_NAMESPACE);
  const [first] = policies.sort((a, b) =>
    closeness(b) - closeness(a) || isOfSystem(a) - isOfSystem(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
  const modes = new Set(confsOf(first === undefined ? [] : [first], 'MeshTLS').map(conf => {
    only(conf, 'mode', 'tlsVersion', 'tlsCiphers');
    return conf.mode;
  }));
  if (modes.size > 1) {
    throw new Unknown('several rules of one policy say it');
  }
  return [...modes][0] ?? (otherwise === 'PERMISSIVE' ? 'Permissive' : 'Strict');
}

/** A prefix is one of the plain string; the webhook takes only what is a SPIFFE id by itself. */
function holds(match: any, id: string): boolean {
  only(match, 'spiffeID');
  const { type, value } = match.spiffeID;
  if (!/^spiffe:\/\/[a-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/.test(value)) {
    throw new Unknown(`the webhook refuses ${value}`);
  }
  switch (type) {
    case 'Exact': return id === value;
    case 'Prefix': return id.startsWith(value);
    default: throw new Unknown(`not known here: ${type}`);
  }
}
