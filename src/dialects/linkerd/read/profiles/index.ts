import { type Profile, profileOf, type Target } from './profile';
import type { ProfileRoute } from './route';
import type { ServicePort } from '../../../../meaning/call';
import { ALWAYS } from '../../../../meaning/condition';
import type { Branch, Decision, Source } from '../../../../meaning/decision';
import { dependingOn, sayingIn } from '../../../../meaning/depending';
import { exactly } from '../../../../meaning/text';
import { toService } from '../../../../meaning/way';
import type { Way } from '../../../../meaning/world';
import { grouped } from '../../../../model/lists';
import { hasRequests, type Protocol } from '../../../../model/protocol';
import { keyOf } from '../../../../reading/cluster/object';
import type { ReadObject } from '../../../../reading/objects';

/**
 * What ServiceProfiles say. One with routes, or with other destinations, stands in place of the routes of Gateway API; the one in the namespace of
 * the client in place of that in the namespace of the Service (`HttpSidecar` in `linkerd/app/outbound/src/sidecar.rs` of linkerd2-proxy,
 * `subscribeToServicesWithContext` in `controller/api/destination/server.go` of linkerd2).
 *
 * @see https://linkerd.io/2/reference/service-profiles/
 */
export class Profiles {
  private readonly byService: ReadonlyMap<string, readonly Profile[]>;

  /** @param isSaid - whether somebody says that Linkerd reads routes; otherwise another mesh may read those of Gateway API */
  public constructor(objects: readonly ReadObject[], private readonly isSaid: boolean) {
    this.byService = grouped(objects.flatMap(object => profileOf(object) ?? []), ({ service: { namespace, service } }) => keyOf(namespace, service));
  }

  public above(to: ServicePort, protocol: Protocol, below: Decision<Way> | undefined): Decision<Way> | undefined {
    const all = this.byService.get(keyOf(to.namespace, to.service)) ?? [];
    const profiles = all.filter(profile => profile.namespace !== to.namespace || speaks(profile, protocol));
    if (profiles.length === 0 || protocol === 'UDP') return undefined;
    const rest = below ?? { branches: [], otherwise: { value: toService(to), why: 'no route is for it' } };
    const branches = profiles.map((profile): Branch<Way> => ({
      when: profile.namespace === to.namespace ? ALWAYS : { type: 'pod', namespace: exactly(profile.namespace) },
      then: speaks(profile, protocol) ? dependingOn(this.by(profile, to, protocol, below !== undefined), [...profiles, ...sayingIn(rest)]) : rest,
      source: profile.source,
    })).sort((a, b) => Number(a.when === ALWAYS) - Number(b.when === ALWAYS));
    return { branches: [...branches, ...rest.branches], otherwise: rest.otherwise };
  }

  private by({ source, doubt, routes, targets }: Profile, to: ServicePort, protocol: Protocol, hasOthers: boolean): Decision<Way> {
    if (doubt !== undefined) return unknown(doubt.why, source);
    if (hasOthers && protocol === 'TLS') return unknown('it is not known whether other routes are for TLS, where a ServiceProfile is passed over', source);
    if (hasOthers && !this.isSaid) return unknown('it is not known whether the mesh is Linkerd, which passes over the other routes', source);
    const why = `a route of ServiceProfile '${source.name}' is for it`;
    return {
      branches: (hasRequests(protocol) ? routes : []).map((route): Branch<Way> => ({
        when: route.when, then: { value: wayOf(to, targets, route), why, source: route.source }, source: route.source,
      })),
      otherwise: { value: wayOf(to, targets), why: `ServiceProfile '${source.name}' is for the Service`, source },
    };
  }
}

/** Whether it leaves nothing to the routes of Gateway API. */
function speaks({ doubt, routes, targets }: Profile, protocol: Protocol): boolean {
  return doubt !== undefined || targets.length > 0 || (hasRequests(protocol) && routes.length > 0);
}

function wayOf(to: ServicePort, targets: readonly Target[], { timeout, besides = [] }: Partial<ProfileRoute> = {}): Way {
  const backends = targets.length === 0 ? toService(to).backends : targets.map(({ port = to.port, ...target }) => ({ ...target, port }));
  return { backends, handling: { ...(timeout !== undefined && { timeouts: { request: timeout } }) }, besides };
}

function unknown(why: string, source: Source): Decision<Way> {
  return { branches: [], otherwise: { value: { unknown: why }, why, source } };
}
