import type { Identities } from './identities';
import type { Mesh, Meshes } from './mesh';
import type { Permission, Tls } from './policies';
import { byRank } from './target';
import { allOf, type Condition, noneOf } from '../../../meaning/condition';
import { type Branch, type Decision, isUndecided, mapVerdicts, type Source, unknownBy, type Verdict } from '../../../meaning/decision';
import { dependingOn } from '../../../meaning/depending';
import type { Truth } from '../../../meaning/truth';
import type { Passage, PodPort } from '../../../meaning/world';

/** A policy that is, or may be, for a port. */
export interface Own<Policy> {
  readonly policy: Policy;
  readonly isFor: Truth;
}

/** What is said of a port. */
export interface Said {
  readonly permissions: readonly Own<Permission>[];
  readonly tls: readonly Own<Tls>[];
  /** Those for other ports, too. */
  readonly all: readonly Permission[];
}

/** Who gets in, by the certificates of who calls and of the pods. */
export function entering(to: PodPort, said: Said, identities: Identities, meshes: Meshes): Decision<Passage> {
  const held = identities.heldBy(to.pod, meshes);
  const giving = meshes.all.filter(mesh => mesh.mtls !== undefined && meshes.holds(to.pod, one => one === mesh) !== 'no');
  const asked: Asked = { ...said, certified: identities.certified(meshes), held, giving, source: sourceIn(said) };
  const decision = held === 'yes' || held === 'assumed' ? byPolicies(asked)
    : giving.length > 0 ? byMesh(asked)
      : held === 'no' ? { branches: [], otherwise: { value: 'allowed', why: 'no MeshIdentity is for the pods, so no policy is in force' } } as const
        : orOpen(byPolicies(asked), identities.sources);
  return dependingOn(decision, identities.sources);
}

interface Asked extends Said {
  readonly certified: Condition;
  /** Whether the pods have a certificate by a MeshIdentity. */
  readonly held: ReturnType<Identities['heldBy']>;
  /** Meshes of the pods that give certificates themselves, before 3.0. */
  readonly giving: readonly Mesh[];
  readonly source: Source;
}

function sourceIn({ permissions, tls, all }: Said): Source {
  return [...permissions, ...tls].map(({ policy }) => policy.source)[0] ?? all[0]?.source ?? NOBODY;
}

/** Where nothing is said of a port, by whom is not known either. */
const NOBODY: Source = { kind: 'Mesh', name: 'default', place: { file: '', line: 0, path: '' } };

function byPolicies(asked: Asked): Decision<Passage> {
  const { permissions, tls, all, certified, held, source } = asked;
  return {
    branches: [
      fromKubelet(source),
      ...byOtherCertificates(asked),
      { when: noneOf(certified), then: plainText(tls, held !== 'assumed' || all.length > 0), source },
      ...permissions.flatMap(({ policy: { unknown, source: at } }): Branch<Passage>[] =>
        unknown === undefined ? [] : [{ when: unknown, then: { value: { unknown: unknown.why }, why: unknown.why }, source: at }]),
      ...permissions.map(one => branch(one, one.policy.denied, { value: 'denied', why: 'a permission denies it' })),
      ...permissions.map(one => branch(one, one.policy.allowed, { value: 'allowed', why: 'a permission allows it' })),
    ],
    // Where no workload of the mesh has an identity by SPIFFE, permissions are not enforced.
    otherwise: all.length === 0 ? { value: { unknown: WITHOUT }, why: WITHOUT } : { value: 'denied', why: 'no permission allows it' },
  };
}

/** Health checks come to a listener of their own. */
function fromKubelet(source: Source): Branch<Passage> {
  return { when: { type: 'client', kinds: ['kubelet'] }, then: { value: 'allowed', why: 'the kubelet makes health checks' }, source };
}

/** Proxies without a MeshIdentity have a certificate of the Mesh, before 3.0, with an id of another form. */
function byOtherCertificates({ giving, certified }: Asked): Branch<Passage>[] {
  const [first] = giving;
  if (first === undefined) return [];
  return [{ when: allOf({ type: 'certificate' }, noneOf(certified)), then: undecidedBy(giving), source: first.source }];
}

/** Before 3.0, the pods have certificates of the Mesh, and policies are in force; since, everyone gets in. */
function byMesh({ tls, held, giving, source }: Asked): Decision<Passage> {
  const { value, ...said } = plainText(tls, true, held === 'no' && giving.every(({ mtls }) => mtls === 'PERMISSIVE'));
  const plain = value === 'allowed' || isUndecided(value) ? { value, ...said } : undecidedBy(giving);
  return { branches: [fromKubelet(source), { when: noneOf({ type: 'certificate' }), then: plain, source }], otherwise: undecidedBy(giving) };
}

function undecidedBy(meshes: readonly Mesh[]): Verdict<Passage> {
  return { value: unknownBy(BY_MESH, meshes), why: BY_MESH, source: meshes[0].source };
}

const BY_MESH = 'only releases of Kuma before 3.0 give the certificates of the Mesh';

/** What is denied where the pods have a certificate, is not where they have none. */
function orOpen(decision: Decision<Passage>, sources: Identities['sources']): Decision<Passage> {
  return mapVerdicts(decision, verdict =>
    verdict.value === 'denied' ? { ...verdict, value: unknownBy(NO_IDENTITY, sources), why: NO_IDENTITY } : verdict);
}

const NO_IDENTITY = 'no MeshIdentity here is known to be for the pods, and without one no policy is in force there';
const WITHOUT = 'there is no MeshTrafficPermission, and whether the mesh enforces them is not known';

/**
 * Of the policies that say whether plain text is taken, the first decides. Without any, only pods without a certificate take it, and those of a Mesh that
 * says so.
 */
function plainText(tls: readonly Own<Tls>[], isCertified: boolean, isTaken = false): Verdict<Passage> {
  const doubtful = tls.find(({ policy: { unknown }, isFor: truth }) => truth === 'unknown' || unknown !== undefined);
  const undecided = (why: string): Verdict<Passage> => ({ value: unknownBy(why, tls.map(({ policy }) => policy)), why });
  if (doubtful !== undefined) return undecided('it is not known whether plain text is taken');
  const [first] = tls.map(({ policy }) => policy).filter(({ mode }) => mode !== undefined).sort(byRank);
  if (first === undefined && isTaken) return { value: 'allowed', why: 'the Mesh takes plain text' };
  if (first === undefined) return isCertified ? { value: 'denied', why: 'no MeshTLS takes plain text' } : undecided(WITHOUT_TLS);
  const { source, mode } = first;
  return mode === 'Strict' ? { value: 'denied', why: 'only mutual TLS is taken', source } : { value: 'allowed', why: 'plain text is taken', source };
}

const WITHOUT_TLS = 'no MeshTLS says whether plain text is taken, and whether the pods have certificates is not known';

function branch({ policy: { source }, isFor: truth }: Own<Permission>, when: Condition, then: Verdict<Passage>): Branch<Passage> {
  const perhaps: Condition = { type: 'unknown', why: 'it is not known whether the permission is for this port', place: source.place };
  return { when: truth === 'yes' ? when : allOf(when, perhaps), then: { ...then, source }, source };
}
