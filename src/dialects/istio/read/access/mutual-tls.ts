import type { InForce } from './attached';
import { HEALTH_CHECKS } from './gates';
import type { MeshConfig } from '../mesh-config';
import { type Mode, MODES, type PeerAuthentication } from './peer-authentication';
import type { Condition } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import type { Gate } from '../../../../meaning/world';

/** What a port of a pod speaks with its clients; every mode that is possible, and the policies that say it. */
export interface MutualTls {
  readonly modes: readonly Mode[];
  readonly sources: readonly Source[];
}

/** The mode of one policy for the pods, one for the namespace and one for the mesh; each may be absent. */
interface Chosen {
  readonly workload?: PeerAuthentication;
  readonly namespace?: PeerAuthentication;
  readonly mesh?: PeerAuthentication;
}

/** Of several policies of one level the oldest counts, and manifests do not tell which that is. */
export function mutualTlsOf(own: readonly InForce<PeerAuthentication>[], { rootNamespace }: MeshConfig, port: number, isAmbient: boolean): MutualTls {
  const levels: Record<keyof Chosen, InForce<PeerAuthentication>[]> = { workload: [], namespace: [], mesh: [] };
  for (const one of own) {
    const { selector, namespace } = one.policy;
    // With a selector, one of the root namespace is for nobody (istio/istio `pilot/pkg/security/authn/policy_applier.go`).
    if (selector === undefined) levels[namespace === rootNamespace ? 'mesh' : 'namespace'].push(one);
    else if (namespace !== rootNamespace) levels.workload.push(one);
  }
  const [workloads, namespaces, meshes] = [levels.workload, levels.namespace, levels.mesh].map(level => optionsOf(level, port));
  const modes = workloads.flatMap(workload => namespaces.flatMap(namespace => meshes.flatMap(mesh =>
    (isAmbient ? ambientModes : sidecarModes)({ workload, namespace, mesh }, port))));
  return { modes: [...new Set(modes)], sources: [...levels.workload, ...levels.namespace, ...levels.mesh].map(({ policy }) => policy.source) };
}

/** The policies of a level that may count, as far as they differ for a port. */
function optionsOf(level: readonly InForce<PeerAuthentication>[], port: number): (PeerAuthentication | undefined)[] {
  const all = [...level.some(({ truth }) => truth === 'yes') ? [] : [undefined], ...level.flatMap(({ policy }) => policy.isDoubted ? anyOf(policy, port) : [policy])];
  return [...new Map(all.map(one => [one && `${one.mode} ${one.ofPorts.get(port)} ${[...one.ofPorts].join()}`, one])).values()];
}

/** With each mode that it may say. */
function anyOf(policy: PeerAuthentication, port: number): PeerAuthentication[] {
  return MODES.map(mode => ({ ...policy, mode, ofPorts: new Map([[port, mode]]) }));
}

function sidecarModes({ workload, namespace, mesh }: Chosen, port: number): Mode[] {
  return [workload?.ofPorts.get(port) ?? workload?.mode ?? namespace?.mode ?? mesh?.mode ?? 'PERMISSIVE'];
}

/**
 * ztunnel takes mutual TLS wherever a client offers it. Where the mode of a port is another one than that of its pods, istiod tells it
 * less than sidecars in some cases, which depend on its release (istio/istio `pilot/pkg/serviceregistry/ambient/authorization.go`).
 */
function ambientModes(chosen: Chosen, port: number): Mode[] {
  const [mode] = sidecarModes(chosen, port).map(one => one === 'DISABLE' ? 'PERMISSIVE' as const : one);
  const { workload, namespace, mesh } = chosen;
  const [above] = sidecarModes({ namespace, mesh }, port);
  const ofPorts = [...workload?.ofPorts.values() ?? []];
  const differs = ofPorts.some(one => one !== undefined && one !== (workload?.mode ?? above));
  const isSaidOrAbsent = namespace === undefined || namespace.mode !== undefined;
  const isCertain = !differs || workload?.mode === 'STRICT'
    || (workload?.mode === undefined ? above !== 'STRICT' || (isSaidOrAbsent && !ofPorts.includes('DISABLE'))
      : mesh?.mode !== 'STRICT' || namespace?.mode !== undefined);
  return isCertain ? [mode] : ['STRICT', 'PERMISSIVE'];
}

const CERTIFICATE: Condition = { type: 'certificate' };

/** Turns away clients without a certificate, where they have to have one. */
export function mutualTlsGate({ modes, sources }: MutualTls): Gate[] {
  const [source] = sources;
  if (!modes.includes('STRICT')) return [];
  const denied = { value: 'denied' as const, why: 'clients need a certificate of the mesh', source };
  return [{
    title: 'PeerAuthentication of Istio',
    decision: {
      branches: [
        { when: HEALTH_CHECKS, then: { value: 'allowed', why: 'the proxy lets health checks pass' }, source },
        { when: CERTIFICATE, then: { value: 'allowed', why: 'the client has a certificate of the mesh', source }, source },
        ...modes.length === 1 ? [] : [{
          when: { type: 'unknown' as const, why: 'it is not known which of several modes is in force', place: source.place }, then: denied, source,
        }],
      ],
      otherwise: modes.length === 1 ? denied : { value: 'allowed', why: 'clients may speak plain text', source },
    },
  }];
}
