import type { Aside } from '../../../../meaning/world';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { beside } from '../access/beside';

/**
 * Kinds that say something of other clusters, of what is outside the mesh, or of routes that name them, and nothing of who may call whom here: what
 * others say by them is unknown there. What each of them says, in a few words.
 */
const ASIDES: Readonly<Record<string, string>> = {
  PeeringAcceptor: 'how another cluster comes to be a peer',
  PeeringDialer: 'how another cluster comes to be a peer',
  MeshService: 'which service of a peer routes of gateways name',
  Registration: 'what is outside the mesh',
  TerminatingGateway: 'what leaves the mesh by it',
  RateLimit: 'how much the servers of Consul take',
  GatewayPolicy: 'which tokens listeners of gateways want, by Consul Enterprise',
  RouteAuthFilter: 'which tokens routes of gateways want',
  RouteExtProc: 'what routes of gateways ask other servers',
  RouteTLSSDSFilter: 'which certificates routes of gateways have',
  RouteRetryFilter: 'what routes of gateways try again',
  RouteTimeoutFilter: 'how long routes of gateways wait',
};

export const ASIDE_KINDS: readonly string[] = Object.keys(ASIDES);

export function asideOf(object: ReadObject): Aside | undefined {
  if (!Object.hasOwn(ASIDES, object.kind)) return undefined;
  beside(object.fields);
  const said = object.fields.field('spec').take();
  return { source: sourceOf(object), title: ASIDES[object.kind], text: JSON.stringify(said) ?? '' };
}
