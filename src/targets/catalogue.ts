import type { MeshOptions, TargetDialects } from './dialects';
import { consulDialects, gatewayApiDialects, ingressDialects, kumaDialects, networkPolicyDialects, SMI_DIALECTS } from './dialects';
import { GatewayApiChannel } from './gateway-api-channel';
import { ConsulNamespaces, MeshImplementation, SmiImplementation } from './implementations';

/** A target as people choose it. */
export interface CatalogueEntry {
  /** Its name in tables. */
  readonly title: string;
  /** Its name in a sentence, which it may share with another form of it. */
  readonly inWords: string;
  /** The title of the one that it is, with one option more. */
  readonly without?: string;
  /** The expression that makes it. */
  readonly code: string;
  readonly dialects: TargetDialects;
}

const MESH_DEFAULTS = { strictMutualTls: false };

const TRUST_DOMAIN = 'default.zone.mesh.local';

/** Every target there is. Errors name the ones that can, and the table of capabilities has a column for each. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  { title: 'SMI', inWords: 'SMI', code: 'MeshTarget.smi()', dialects: SMI_DIALECTS[SmiImplementation.SPEC] },
  {
    title: 'SMI, Open Service Mesh',
    inWords: 'Open Service Mesh',
    code: 'MeshTarget.smi({ implementation: SmiImplementation.OSM })',
    dialects: SMI_DIALECTS[SmiImplementation.OSM],
  },
  {
    title: 'SMI, Linkerd',
    inWords: 'SMI for Linkerd',
    code: 'MeshTarget.smi({ implementation: SmiImplementation.LINKERD })',
    dialects: SMI_DIALECTS[SmiImplementation.LINKERD],
  },
  {
    title: 'SMI, Argo Rollouts',
    inWords: 'Argo Rollouts',
    code: 'MeshTarget.smi({ implementation: SmiImplementation.ARGO_ROLLOUTS })',
    dialects: SMI_DIALECTS[SmiImplementation.ARGO_ROLLOUTS],
  },
  {
    title: 'Gateway API',
    inWords: 'Gateway API',
    code: 'MeshTarget.gatewayApi()',
    dialects: gatewayApiDialects(GatewayApiChannel.STANDARD, undefined, MESH_DEFAULTS),
  },
  {
    title: 'Gateway API, experimental channel',
    inWords: 'the experimental channel of Gateway API',
    without: 'Gateway API',
    code: 'MeshTarget.gatewayApi({ channel: GatewayApiChannel.EXPERIMENTAL })',
    dialects: gatewayApiDialects(GatewayApiChannel.EXPERIMENTAL, undefined, MESH_DEFAULTS),
  },
  mesh('Istio', 'ISTIO'),
  mesh('Istio ambient', 'ISTIO_AMBIENT'),
  mesh('Linkerd', 'LINKERD'),
  {
    title: 'Gateway API, Linkerd, experimental channel',
    inWords: 'Linkerd with the experimental channel',
    without: 'Gateway API, Linkerd',
    code: 'MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, channel: GatewayApiChannel.EXPERIMENTAL })',
    dialects: gatewayApiDialects(GatewayApiChannel.EXPERIMENTAL, MeshImplementation.LINKERD, MESH_DEFAULTS),
  },
  mesh('Consul', 'CONSUL', { consulNamespaces: ConsulNamespaces.MIRRORED }, 'consulNamespaces: ConsulNamespaces.MIRRORED'),
  mesh('Kuma', 'KUMA', { trustDomain: TRUST_DOMAIN }, "trustDomain: '…'"),
  mesh('Cilium', 'CILIUM'),
  { title: 'Ingress', inWords: 'Ingress', code: "MeshTarget.ingress({ className: '…' })", dialects: ingressDialects('nginx') },
  {
    title: 'Consul',
    inWords: 'Consul',
    code: 'MeshTarget.consul({ namespaces: ConsulNamespaces.MIRRORED })',
    dialects: consulDialects(ConsulNamespaces.MIRRORED),
  },
  { title: 'Kuma', inWords: 'Kuma', code: "MeshTarget.kuma({ trustDomain: '…' })", dialects: kumaDialects(TRUST_DOMAIN) },
  { title: 'NetworkPolicy', inWords: 'NetworkPolicy', code: 'MeshTarget.networkPolicy()', dialects: networkPolicyDialects() },
];

function mesh(title: string, member: keyof typeof MeshImplementation, options: Partial<MeshOptions> = {}, code?: string): CatalogueEntry {
  return {
    title: `Gateway API, ${title}`,
    inWords: title,
    code: `MeshTarget.gatewayApi({ mesh: MeshImplementation.${member}${code === undefined ? '' : `, ${code}`} })`,
    dialects: gatewayApiDialects(GatewayApiChannel.STANDARD, MeshImplementation[member], { ...MESH_DEFAULTS, ...options }),
  };
}
