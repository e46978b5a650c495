import { consulByItself, gatewayApi, ingress, kumaByItself, MESHES, networkPolicyByItself, SMI_READERS } from './dialects';
import { MeshImplementation, SmiImplementation } from './implementations';
import type { MeshTarget } from './mesh-target';
import type { TargetDialects } from '../dialects/contract/target-dialects';
import { GatewayApiChannel } from '../dialects/gateway-api/extension/channel';
import { ConsulNamespaces } from '../dialects/gateway-api/extension/consul-namespaces';
import type { Mesh } from '../dialects/gateway-api/extension/mesh';
import { flatMap } from '../model/lists';

type Meshes = typeof MESHES;
type Titled<Of> = Of extends { readonly title: infer T extends string } ? T : never;
type MeshTitle = Titled<Meshes[MeshImplementation]>;
type ExperimentalMeshTitle = Titled<Extract<Meshes[MeshImplementation], { readonly experimental: true }>>;

/** The name of a target in tables. */
export type Title = Titled<(typeof SMI_READERS)[keyof typeof SMI_READERS]>
  | 'Gateway API' | 'Gateway API, experimental channel'
  | `Gateway API, ${MeshTitle}` | `Gateway API, ${ExperimentalMeshTitle}, experimental channel`
  | 'Ingress' | 'Consul' | 'Kuma' | 'NetworkPolicy';

/** A target as people choose it. */
export interface CatalogueEntry {
  readonly title: Title;
  /** Its name in a sentence, which it may share with another form of it. */
  readonly inWords: string;
  /** The title of the one that it is, with one option more. */
  readonly without?: string;
  /** The expression that makes it. */
  readonly code: string;
  readonly dialects: TargetDialects;
}

const { STANDARD, EXPERIMENTAL } = GatewayApiChannel;

/** Each way to make a target, and the targets that it makes. */
const BY_FACTORY: Readonly<Record<Exclude<keyof typeof MeshTarget, 'prototype'>, readonly CatalogueEntry[]>> = {
  smi: flatMap(membersOf(SmiImplementation), ([member, implementation]) => {
    if (implementation === SmiImplementation.ARGO_ROLLOUTS) return [];
    const { title, inWords, dialects } = SMI_READERS[implementation];
    const options = implementation === SmiImplementation.SPEC ? '' : `{ implementation: SmiImplementation.${member} }`;
    return [{ title, inWords, dialects, code: `MeshTarget.smi(${options})` }];
  }),
  gatewayApi: [
    { title: 'Gateway API', inWords: 'Gateway API', code: 'MeshTarget.gatewayApi()', dialects: gatewayApi(STANDARD, undefined, {}) },
    {
      title: 'Gateway API, experimental channel',
      inWords: 'the experimental channel of Gateway API',
      without: 'Gateway API',
      code: 'MeshTarget.gatewayApi({ channel: GatewayApiChannel.EXPERIMENTAL })',
      dialects: gatewayApi(EXPERIMENTAL, undefined, {}),
    },
    ...flatMap(membersOf(MeshImplementation), ([member, mesh]) => behindGatewayApi(member, MESHES[mesh])),
  ],
  ingress: [{ title: 'Ingress', inWords: 'Ingress', code: "MeshTarget.ingress({ className: '…' })", dialects: ingress('nginx') }],
  consul: [{
    title: 'Consul',
    inWords: 'Consul',
    code: 'MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED, deniesByDefault: true })',
    dialects: consulByItself(ConsulNamespaces.MIRRORED, true),
  }],
  kuma: [{
    title: 'Kuma', inWords: 'Kuma', code: "MeshTarget.kuma({ trustDomain: '…' })", dialects: kumaByItself('default.zone-1.mesh.local'),
  }],
  networkPolicy: [{
    title: 'NetworkPolicy', inWords: 'NetworkPolicy', code: 'MeshTarget.networkPolicy()', dialects: networkPolicyByItself(),
  }],
};

/** Every target there is. Errors name the ones that can, and the table of capabilities has a column for each. */
export const CATALOGUE: readonly CatalogueEntry[] = Object.values(BY_FACTORY).flat();

function behindGatewayApi(member: string, mesh: Meshes[MeshImplementation]): CatalogueEntry[] {
  const { title, needed }: Pick<Mesh<MeshTitle>, 'title' | 'needed'> = mesh;
  const options = [`mesh: MeshImplementation.${member}`, ...(needed === undefined ? [] : [needed.code])];
  const code = (...more: string[]) => `MeshTarget.gatewayApi({ ${[...options, ...more].join(', ')} })`;
  return [
    { title: `Gateway API, ${title}`, inWords: title, code: code(), dialects: gatewayApi(STANDARD, mesh, needed?.options ?? {}) },
    ...(mesh.experimental ? [{
      title: `Gateway API, ${mesh.title}, experimental channel` as const,
      inWords: `${title} with the experimental channel`,
      without: `Gateway API, ${title}`,
      code: code('channel: GatewayApiChannel.EXPERIMENTAL'),
      dialects: gatewayApi(EXPERIMENTAL, mesh, needed?.options ?? {}),
    }] : []),
  ];
}

/** The members of an enum, by their names. */
function membersOf<Value extends string>(members: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(members);
}
