import { only } from '../fields';
import type { Request } from './request';
import { portOf, spiffeIdOf } from './request';
import { Unknown } from '../unknown';

/**
 * Whether Kuma's proxy lets a request in. A client without a certificate gets in where mutual TLS is not strict; of those
 * that have one, the permissions on the port deny first, then allow, and nobody else gets in: as of 2.14. Before, a broader
 * permission was asked whole before a narrower one.
 *
 * @see https://kuma.io/docs/latest/policies/meshtrafficpermission/
 * @see https://kuma.io/docs/latest/policies/meshtls/
 */
export function allowedByKuma(manifests: readonly any[], request: Request): boolean {
  if (request.client.kind === 'kubelet') {
    // The injector points probes of the kubelet to a listener of their own.
    return true;
  }
  const selecting = manifests.filter(manifest => ['MeshTLS', 'MeshTrafficPermission'].includes(manifest.kind)
    && manifest.metadata.labels?.['kuma.io/effect'] !== 'shadow' && selects(manifest, request));
  const id = spiffeIdOf(request.client);
  if (id === undefined) {
    return mutualTlsMode(selecting) !== 'Strict';
  }
  const rules = confsOf(selecting, 'MeshTrafficPermission');
  rules.forEach(rule => only(rule, 'allow', 'deny', 'allowWithShadowDeny'));
  const named = (matches: readonly any[] | undefined) => (matches ?? []).some(match => holds(match, id));
  return !rules.some(({ deny }) => named(deny)) && rules.some(({ allow, allowWithShadowDeny }) => named(allow) || named(allowWithShadowDeny));
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
 * Kuma; and then the first by name (kumahq/kuma `pkg/plugins/policies/core/rules/sort/sort.go`). Without any policy, plain text may be taken.
 */
function mutualTlsMode(selecting: readonly any[]): string {
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
  return [...modes][0] ?? 'Permissive';
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
