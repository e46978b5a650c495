import { Attached, type InForce } from './attached';
import { type Policy, policyOf } from './authorization-policy';
import { isPastSidecar } from './captured';
import { askedOf, decisionOf, type Reads } from './gates';
import { gatewayOf } from '../gateways/gateway';
import { isSaidToBeIn, membershipOf } from '../membership';
import { type MeshConfig, meshConfigOf } from '../mesh-config';
import { type MutualTls, mutualTlsGate, mutualTlsOf } from './mutual-tls';
import { peerAuthenticationOf } from './peer-authentication';
import { type Proxy, ruleCondition } from './proxy';
import { requestAuthenticationOf, type Tokens, tokensOf } from './tokens';
import { trustGate, ztunnelTrustGate } from './trust';
import { asSeenOf, passes, PASSES_TO_PODS, type Waypoint, Waypoints } from './waypoint';
import { ztunnelCondition } from './ztunnel';
import type { Pod, ServicePort } from '../../../../meaning/call';
import { ALWAYS, anyOf, type Condition, type Doubt, NEVER } from '../../../../meaning/condition';
import { type Branch, type Decision, type Source, unknownBy, type Verdict } from '../../../../meaning/decision';
import { doubted, sayingIn } from '../../../../meaning/depending';
import { GATEWAY_NAME, hasLabels, knownLabels, type Labels } from '../../../../meaning/selector';
import type { Gate, Passage, PodPort } from '../../../../meaning/world';
import { grouped } from '../../../../model/lists';
import { hasRequests } from '../../../../model/protocol';
import type { Cluster } from '../../../../reading/cluster/cluster';
import { goBool } from '../../../../reading/go-bool';
import type { ReadMesh } from '../../../../reading/mesh';
import type { ReadObject } from '../../../../reading/objects';
import type { Reader } from '../../../../reading/reader';

/**
 * Who gets in by Istio: what a sidecar, ztunnel, a waypoint or a gateway makes of the policies that are for it.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/
 */
export const ISTIO_ACCESS: Reader = {
  title: 'Istio',
  kinds: {
    'security.istio.io': ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'],
    'networking.istio.io': ['Gateway'],
    'gateway.networking.k8s.io': ['Gateway', 'GatewayClass'],
    'install.istio.io': ['IstioOperator'],
  },
  // What stands in the root namespace is for all, and a waypoint may be that of other namespaces.
  reach: (objects, { configMaps }) => {
    const { rootNamespace } = meshConfigOf(objects.filter(({ kind }) => kind === 'IstioOperator'), configMaps);
    return ({ group, namespace, manifest }) => {
      const { targetRef, targetRefs = [targetRef] } = manifest?.spec ?? {};
      const isOfPods = group === 'security.istio.io' && Array.isArray(targetRefs) && targetRefs.every(ref => ref === undefined || ref?.kind === 'Service');
      return { pods: isOfPods && namespace !== rootNamespace ? 'namespace' : 'anywhere', ways: 'nowhere' };
    };
  },
  read: (objects, cluster, mesh) => {
    const access = new Access(objects, cluster, mesh);
    return {
      isInMesh: pod => isSaidToBeIn(pod, mesh),
      entering: to => access.entering(to),
      readAll: () => access.readAll(),
    };
  },
};

class Access {
  private readonly config: MeshConfig;
  private readonly policies: Attached<Policy>;
  private readonly authentications: Attached<ReturnType<typeof peerAuthenticationOf>>;
  private readonly tokens: Attached<ReturnType<typeof requestAuthenticationOf>>;
  private readonly gateways: readonly Labels[];
  private readonly waypoints: Waypoints;

  public constructor(objects: readonly ReadObject[], private readonly cluster: Cluster, private readonly mesh: ReadMesh | undefined) {
    const of = (kind: string) => objects.filter(object => object.kind === kind);
    this.config = meshConfigOf(of('IstioOperator'), cluster.configMaps);
    const { rootNamespace } = this.config;
    const gateways = grouped(of('Gateway'), ({ group }) => group);
    this.gateways = (gateways.get('networking.istio.io') ?? []).map(object => gatewayOf(object).selector);
    this.waypoints = new Waypoints(gateways.get('gateway.networking.k8s.io') ?? [], of('GatewayClass'), cluster);
    this.policies = new Attached(of('AuthorizationPolicy'), policyOf, rootNamespace);
    this.authentications = new Attached(of('PeerAuthentication'), peerAuthenticationOf, rootNamespace);
    this.tokens = new Attached(of('RequestAuthentication'), requestAuthenticationOf, rootNamespace);
  }

  public readAll(): void {
    [this.policies, this.authentications, this.tokens].forEach(attached => attached.readAll());
  }

  public entering(to: PodPort): readonly Gate[] {
    if (to.protocol === 'UDP') return [];
    const gateway = knownLabels(to.pod)[GATEWAY_NAME] as string | undefined;
    if (gateway !== undefined || to.pod.isGateway || this.isOfGateway(to.pod)) return this.atGateway(to, gateway);
    switch (membershipOf(to.pod, this.mesh)) {
      case 'none': return [];
      case 'sidecar': return this.atSidecar(to);
      case 'ambient': {
        const gates = [...trustGate(this.config, ALWAYS), ...this.atWaypoints(to), ...this.atZtunnel(to)];
        return isBypassed(to.pod) ? doubted(gates, `ztunnel does not see who calls its pods without it, by \`${BYPASS}\``) : gates;
      }
    }
  }

  private atSidecar(to: PodPort): Gate[] {
    if (isPastSidecar(to)) return [];
    const { pod, port } = to;
    const mutualTls = mutualTlsOf(this.authentications.ofPod(pod), this.config, port, false);
    const tokens = tokensOf(this.tokens.ofPod(pod));
    const looks = to.protocol === 'TCP' && to.entrances.length === 0;
    const proxy = { ...this.proxyAt(to, tokens), certificates: seenIn(mutualTls), looks };
    return [...trustGate(this.config, proxy.certificates), ...mutualTlsGate(mutualTls), ...gatesOf(this.policies.ofPod(pod), proxy)];
  }

  /** Its listeners speak TLS of their own. Without targets, what selects its pods is for it too. */
  private atGateway(to: PodPort, name: string | undefined): Gate[] {
    const { pod } = to;
    const of = <T extends Policy | ReturnType<typeof requestAuthenticationOf>>(attached: Attached<T>) => [
      ...pod.namespace === '' ? attached.ofPodAnywhere(pod) : attached.ofPod(pod),
      ...name === undefined ? [] : attached.ofTarget('Gateway', pod.namespace, name),
    ];
    return gatesOf(of(this.policies), this.proxyAt(to, tokensOf(of(this.tokens))));
  }

  /** Whether a Gateway of Istio's own API selects a pod. One of which not all labels are known is taken not to be a gateway by the others. */
  private isOfGateway(pod: PodPort['pod']): boolean {
    return this.gateways.some(selector => Object.keys(selector).length > 0 && hasLabels(knownLabels(pod), selector));
  }

  private atZtunnel(to: PodPort): Gate[] {
    const { pod, port } = to;
    const mutualTls = mutualTlsOf(this.authentications.ofPod(pod), this.config, port, true);
    const own = this.policies.ofPod(pod).map(seenByZtunnel);
    const reads: Reads = (rule, policy) => ztunnelCondition(rule, policy, port, this.config);
    const direct = decisionOf(own, reads);
    const before = this.waypointsBefore(to);
    const passed = anyOf(...before.filter(({ waypoint }) => waypoint.doubt === undefined).map(({ when }) => when));
    const handshake = [...ztunnelTrustGate(this.config, passed), ...mutualTlsGate(mutualTls)];
    if (direct === undefined) return handshake;
    const branches = before.map(({ waypoint, when }): Branch<Passage> => {
      const doubt = (source: Source): Doubt => ({ type: 'unknown', why: 'it is not known what of this the waypoint is', place: source.place });
      const seen = decisionOf(own, (rule, policy) => asSeenOf(waypoint, reads(rule, policy), pod, doubt(policy.source)));
      const then = seen ?? direct;
      return { when, then: waypoint.doubt === undefined ? then : perhapsPast(waypoint.doubt, then), source: direct.branches[0].source };
    });
    return [...handshake, {
      title: 'AuthorizationPolicy of Istio, at ztunnel',
      decision: branches.length === 0 ? direct
        : { branches: [...branches, { when: ALWAYS, then: direct, source: direct.branches[0].source }], otherwise: direct.otherwise },
    }];
  }

  /** The waypoints on the way to a port of pods, and whose calls pass them. */
  private waypointsBefore({ pod, entrances }: PodPort): Before[] {
    const ofPod = this.waypoints.ofPod(pod);
    return [
      ...entrances.flatMap((entrance): Before[] => {
        const waypoint = this.waypoints.ofService(entrance);
        return waypoint === undefined || waypoint === 'none' ? [] : [{ waypoint, when: passes(entrance, this.cluster), entrance }];
      }),
      ...ofPod === undefined ? [] : [
        { waypoint: ofPod, when: PASSES_TO_PODS },
        ...entrances.filter(entrance => this.waypoints.isHeadless(entrance))
          .map(entrance => ({ waypoint: ofPod, when: passes(entrance, this.cluster) })),
      ],
    ];
  }

  private atWaypoints(to: PodPort): Gate[] {
    return [
      ...this.waypointsBefore(to).flatMap(before => this.atWaypoint(to, before)),
      ...to.entrances.filter(entrance => this.waypoints.ofService(entrance) === undefined).flatMap(entrance => this.perhapsAtWaypoint(entrance)),
    ];
  }

  private atWaypoint(to: PodPort, { waypoint: { namespace, name, doubt }, when, entrance }: Before): Gate[] {
    const of = <T extends Policy | ReturnType<typeof requestAuthenticationOf>>(attached: Attached<T>) => distinct([
      ...entrance === undefined ? [] : attached.ofTarget('Service', entrance.namespace, entrance.service),
      ...attached.ofTarget('Gateway', namespace, name),
      ...attached.ofTarget('GatewayClass', this.config.rootNamespace, 'istio-waypoint'),
    ]);
    const proxy = { ...this.proxyAt({ ...to, port: entrance?.port ?? to.port }, tokensOf(of(this.tokens))), seesAddresses: false };
    return gatesOf(of(this.policies), proxy).map(({ title, decision }) => ({
      title: `${title}, at the waypoint '${name}'`,
      decision: {
        branches: [{ when, then: doubt === undefined ? decision : perhapsPast(doubt, decision), source: decision.branches[0].source }],
        otherwise: { value: 'allowed', why: 'the call does not pass the waypoint' },
      },
    }));
  }

  /** A policy names the Service, and nothing says which waypoint it has. */
  private perhapsAtWaypoint(entrance: ServicePort): Gate[] {
    const all = this.policies.ofTarget('Service', entrance.namespace, entrance.service).map(({ policy }) => policy);
    const [named] = all;
    if (named === undefined) return [];
    const { source } = named;
    const why = 'it is not known which waypoint the Service has: no label `istio.io/use-waypoint` says it';
    return [{
      title: 'AuthorizationPolicy of Istio, at a waypoint',
      decision: {
        branches: [{ when: passes(entrance, this.cluster), then: { value: unknownBy(why, all), why }, source }],
        otherwise: { value: 'allowed', why: 'the call does not pass the waypoint' },
      },
    }];
  }

  private proxyAt({ port, protocol }: PodPort, tokens: Tokens): Proxy {
    return { port, isHttp: hasRequests(protocol), looks: false, certificates: ALWAYS, seesAddresses: true, tokens, config: this.config };
  }
}

/** A waypoint, and whose calls pass it. */
interface Before {
  readonly waypoint: Waypoint;
  readonly when: Condition;
  /** Absent for calls that name no Service. */
  readonly entrance?: ServicePort;
}

function perhapsPast({ why }: Doubt, decision: Decision<Passage>): Verdict<Passage> {
  return { value: unknownBy(why, sayingIn(decision)), why };
}

function gatesOf(own: readonly InForce<Policy>[], proxy: Proxy): Gate[] {
  const reads: Reads = (rule, policy) => ruleCondition(rule, policy, proxy);
  // Providers are asked before tokens are proven (istio/istio `pilot/pkg/networking/core/listener_builder.go`, `authzCustomBuilder`).
  const asks: Reads = (rule, policy) => ruleCondition(rule, policy, { ...proxy, tokens: { ...proxy.tokens, ...proxy.tokens.unproven } });
  const gate = (title: string, decision: Decision<Passage> | undefined): Gate[] => decision === undefined ? [] : [{ title, decision }];
  return [
    ...gate('External authorization of Istio', askedOf(own, asks)),
    ...proxy.isHttp ? proxy.tokens.gates : [],
    ...gate('AuthorizationPolicy of Istio', decisionOf(own, reads)),
  ];
}

/** In plain text, nobody has a certificate. */
function seenIn({ modes, sources: [source] }: MutualTls): Condition {
  return !modes.includes('DISABLE') ? ALWAYS : modes.length === 1 ? NEVER
    : { type: 'unknown', why: 'it is not known which of several modes is in force', place: source.place };
}

/** It is told of no other actions, and of policies that only report by some releases. */
function seenByZtunnel({ policy, truth }: InForce<Policy>): InForce<Policy> {
  if (policy.isDryRun) return { policy: { ...policy, isDryRun: false }, truth: 'unknown' };
  return { policy, truth };
}

const BYPASS = 'ambient.istio.io/bypass-inbound-capture';

function isBypassed({ annotations }: Pod): boolean {
  return goBool(annotations?.[BYPASS]) === true;
}

function distinct<T>(own: readonly InForce<T>[]): InForce<T>[] {
  return [...new Map(own.map(one => [one.policy, one])).values()];
}
