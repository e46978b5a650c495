import type { Defaults } from './defaults';
import type { Doubt } from '../../../../meaning/condition';
import type { Source, Undecided } from '../../../../meaning/decision';
import { type Truth, truthOf } from '../../../../meaning/truth';

/** What says which protocol a service speaks to Consul: its own ServiceDefaults, and the ProxyDefaults of the mesh. */
export interface SaidOfProtocol {
  readonly own: readonly Defaults[];
  readonly ofAll: readonly Defaults[];
}

/** Without a word, services speak this, unless the mesh has ProxyDefaults that are not here. */
const TCP = 'tcp';
const OF_REQUESTS = ['http', 'http2', 'grpc'];

/** Why it is not known what a service speaks: what the mesh speaks by default decides. */
export function unsaidOf(service = 'the service'): string {
  return `nobody says what ${service} speaks to Consul: give its ServiceDefaults with a \`protocol\`, or the ProxyDefaults of the mesh`;
}

/** Why nobody knows what of these is in force. */
export function doubtIn({ own, ofAll }: SaidOfProtocol): string | undefined {
  const doubt = [...own, ...ofAll].find(one => one.doubt !== undefined)?.doubt;
  return doubt?.why ?? (own.length > 1 || ofAll.length > 1 ? 'one of several objects for the same service overwrites the others' : undefined);
}

/**
 * As routes take it; undefined where nobody says it. ServiceDefaults go before ProxyDefaults there even where they say none (`recordServiceProtocol` in hashicorp/consul
 * `agent/consul/discoverychain/compile.go`).
 */
export function spokenInChain(said: SaidOfProtocol): string | Undecided | undefined {
  const doubt = doubtIn(said);
  if (doubt !== undefined) return { unknown: doubt };
  const [first] = [...said.own, ...said.ofAll];
  return first === undefined ? undefined : first.protocol ?? TCP;
}

/**
 * Whether the proxy of a service takes requests, and nothing else. ServiceDefaults that say nothing leave it to ProxyDefaults there
 * (`ComputeResolvedServiceConfig` in hashicorp/consul `agent/configentry/resolve.go`).
 */
export function takesRequests({ own, ofAll }: SaidOfProtocol): Truth {
  const protocol = [...own, ...ofAll].find(one => one.protocol !== undefined)?.protocol ?? (ofAll.length === 0 ? undefined : TCP);
  return protocol === undefined ? 'unknown' : truthOf(OF_REQUESTS.includes(protocol));
}

/**
 * Whether permissions are in force, with all that stands beside them in their ServiceIntentions. For a service that speaks no HTTP, Consul refuses the
 * whole of it, or the ServiceDefaults that say so, whichever comes later (`validateProposedConfigEntryInServiceGraph` in hashicorp/consul
 * `agent/consul/state/config_entry.go`).
 */
export function takesPermissions(said: SaidOfProtocol): boolean {
  const protocol = spokenInChain(said);
  return typeof protocol === 'string' && OF_REQUESTS.includes(protocol);
}

/** Why nobody knows whether a service takes requests. All services of which nobody says it speak what the mesh does. */
export function unsaid({ place }: Source): Doubt {
  return { type: 'unknown', why: unsaidOf(), place, about: 'the protocol of ProxyDefaults' };
}

/** Why nobody knows whether permissions are in force. */
export function refusing(said: SaidOfProtocol, source: Source): Doubt {
  const protocol = spokenInChain(said);
  return typeof protocol === 'string' ? { type: 'unknown', why: `the service speaks ${protocol}, for which Consul refuses permissions`, place: source.place } : unsaid(source);
}
