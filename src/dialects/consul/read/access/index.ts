import { decidedBy, elsewhere } from './decided';
import { type Defaults, proxyDefaultsOf, serviceDefaultsOf, serviceOf } from './defaults';
import { type Export, exportsOf, isExported } from './exports';
import { type Intention, intentionsOf, keyOf, saysNamespaces, type Service, wildcards } from './intention';
import { type Provider, providerOf } from './jwt-provider';
import { type MeshEntry, meshOf } from './mesh';
import { type Group, groupOf } from './sameness';
import { doubtIn, refusing, type SaidOfProtocol, spokenInChain, takesPermissions, takesRequests, unsaid } from './speaking';
import { type Said, trafficTo, withResolver } from './traffic';
import type { Client, Pod, ServicePort } from '../../../../meaning/call';
import { ALWAYS, answered, type Condition, NEVER, noneOf } from '../../../../meaning/condition';
import { type Branch, type Decision, type Source, type Undecided, unknownBy } from '../../../../meaning/decision';
import { dependingOn, doubted } from '../../../../meaning/depending';
import { ALL_PAST, hasNoProxy, type Past } from '../../../../meaning/past';
import { GATEWAY_NAME, knownLabels } from '../../../../meaning/selector';
import { type Entry, type Gate, isOutside, type Outside, type Passage, type PodPort, type Traffic } from '../../../../meaning/world';
import { pushTo } from '../../../../model/lists';
import { hasRequests } from '../../../../model/protocol';
import { goBool } from '../../../../reading/go-bool';
import { unlessOnNode } from '../../../../reading/host-network';
import { isListed, portsIn } from '../../../../reading/listed-ports';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import type { Reader } from '../../../../reading/reader';
import { ASIDE_KINDS, asideOf } from '../gateways/aside';
import { entriesOf } from '../gateways/entries';
import { type IngressGateway, ingressGatewayOf } from '../gateways/ingress-gateway';
import { namesNamespace, ROUTE_KINDS, Routes } from '../routes';

/**
 * Who gets in by Consul. A pod is the service that has the name of its ServiceAccount; its intentions become a list of what is contrary to the
 * default of the ACLs, which manifests do not say. So what depends on the default is unknown.
 *
 * @see https://developer.hashicorp.com/consul/docs/connect/config-entries/service-intentions
 */
export const CONSUL_ACCESS: Reader = {
  title: 'Consul',
  of: ['consul'],
  kinds: {
    'consul.hashicorp.com': [
      'ServiceIntentions',
      'ServiceDefaults',
      'ProxyDefaults',
      'JWTProvider',
      'ExportedServices',
      'SamenessGroup',
      'Mesh',
      'IngressGateway',
      ...ROUTE_KINDS,
      ...ASIDE_KINDS,
    ],
  },
  whole: ['Mesh', 'IngressGateway'],
  read: (objects, cluster, mesh) => {
    const access = new Access(objects);
    const routes = new Routes(objects, cluster, access.areMirrored, service => access.spokenBy(service));
    const asides = objects.flatMap(object => asideOf(object) ?? []);
    let entries: readonly Entry[] | undefined;
    return {
      isInMesh: ({ annotations }) => goBool(annotations?.[INJECT]),
      entering: to => access.entering(to),
      entries: () => entries ??= access.gateways.flatMap(gateway => entriesOf(gateway, { cluster, routes, areMirrored: access.areMirrored })),
      asides: () => asides,
      ...mesh !== undefined && mesh !== 'consul' ? {} : {
        leaving: (client, to) => access.leaving(client, to),
        leavesAs: client => access.leavesAs(client),
        leavesPast,
        ways: (to, protocol) => routes.ways(to, protocol),
        traffic: to => withResolver(access.traffic(to), routes.traffic(to)),
      },
    };
  },
};

/** Ports of the proxy itself (hashicorp/consul-k8s `control-plane/connect-inject/webhook/redirect_traffic.go`). */
const INJECT = 'consul.hashicorp.com/connect-inject';
const TRANSPARENT = 'consul.hashicorp.com/transparent-proxy';
const EXCLUDED = 'consul.hashicorp.com/transparent-proxy-exclude-inbound-ports';
const EXCLUDED_OUT = 'consul.hashicorp.com/transparent-proxy-exclude-outbound-ports';
const PERHAPS_OUT = ['consul.hashicorp.com/transparent-proxy-exclude-outbound-cidrs', 'consul.hashicorp.com/transparent-proxy-exclude-uids'];

/** Where there is nothing of Consul. */
const NOBODY: Source = { kind: 'Mesh', name: 'default', place: { file: '', line: 0, path: '' } };

const HEALTH_CHECKS: Condition = { type: 'client', kinds: ['kubelet'] };

class Access {
  public readonly areMirrored: boolean;
  public readonly gateways: readonly IngressGateway[];
  private readonly intentions = new Map<string, Intention[]>();
  private readonly defaults = new Map<string, Said & { readonly defaults: Defaults[] }>();
  private readonly ofAll: readonly Defaults[];
  private readonly exported: readonly Export[];
  private readonly groups: readonly Group[];
  private readonly meshes: readonly MeshEntry[];
  private readonly providers = new Map<string, Provider[]>();
  private readonly all: readonly { readonly source: Source }[];
  private readonly first: Source;

  public constructor(objects: readonly ReadObject[]) {
    this.all = objects.map(object => ({ source: sourceOf(object) }));
    const of = (kind: string) => objects.filter(object => object.kind === kind);
    const intentions = of('ServiceIntentions');
    this.first = this.all[0]?.source ?? NOBODY;
    this.areMirrored = saysNamespaces(intentions) || objects.some(namesNamespace);
    this.groups = of('SamenessGroup').map(groupOf);
    this.meshes = of('Mesh').map(meshOf);
    for (const object of of('JWTProvider')) pushTo(this.providers, object.name, providerOf(object));
    for (const intention of intentions.flatMap(object => intentionsOf(object, this.areMirrored, this.groups))) {
      pushTo(this.intentions, keyOf(intention.destination), this.withProviders(intention));
    }
    for (const object of of('ServiceDefaults')) {
      const service = serviceOf(object, this.areMirrored);
      const said = this.defaults.get(keyOf(service)) ?? { service, defaults: [] };
      said.defaults.push(serviceDefaultsOf(object));
      this.defaults.set(keyOf(service), said);
    }
    this.ofAll = of('ProxyDefaults').map(proxyDefaultsOf);
    this.exported = of('ExportedServices').flatMap(exportsOf);
    this.gateways = of('IngressGateway').map(ingressGatewayOf);
  }

  /** Without its providers, Consul refuses a ServiceIntentions as a whole (`validateJWTProvidersExist` in hashicorp/consul `agent/consul/state/config_entry.go`). */
  private withProviders(intention: Intention): Intention {
    const missing = intention.providers.find(name => this.providers.get(name)?.length !== 1);
    if (missing === undefined || intention.doubt !== undefined) return intention;
    const why = `there is no JWTProvider '${missing}', or more than one, and then Consul refuses all of the ServiceIntentions, or one of the providers`;
    return { ...intention, doubt: { type: 'unknown', why, place: intention.source.place } };
  }

  public entering(to: PodPort): readonly Gate[] {
    const { pod: { namespace, serviceAccount, annotations = {}, isGateway }, port, protocol } = to;
    // Whoever is outside gets in there.
    if (isGateway && this.gateways.some(gateway => gateway.name === serviceAccount && gateway.namespace === namespace)) return [];
    if (Object.hasOwn(knownLabels(to.pod), GATEWAY_NAME)) return [{ title: 'Gateways of Consul', decision: { branches: [], otherwise: AT_GATEWAY } }];
    const isExcluded = isListed(annotations[EXCLUDED], port);
    if (protocol === 'UDP' || isExcluded || goBool(annotations[INJECT]) === false) return [];
    const service = serviceAccount === undefined ? undefined : { name: serviceAccount, ...(this.areMirrored && { namespace }) };
    const decision = { branches: this.branches(service, to), otherwise: UNSAID };
    const gates = [{ title: 'Intentions of Consul', decision: dependingOn(decision, this.sayingOf(service)) }];
    const name = annotations['consul.hashicorp.com/connect-service'] ?? serviceAccount;
    if (name !== serviceAccount) return doubted(gates, 'its intentions are those of the name that an annotation gives it, if it may have that');
    return isTransparent(to.pod) ? unlessOnNode(to.pod, gates) : doubted(gates, `what calls the pods by their own port comes past their proxy, by \`${TRANSPARENT}\``);
  }

  /** A service outside is called by a gateway, by names and addresses of its own, and its intentions decide. */
  public leaving(client: Client, to: PodPort | Outside): readonly Gate[] {
    if (client.kind !== 'pod') return [];
    const outside = [...this.defaults.values()].flatMap(({ defaults }) => defaults).filter(one => one.isOutside);
    if (isOutside(to) && outside.length > 0) {
      const why = 'which calls take the way of a `destination` of ServiceDefaults is not known here';
      return [{ title: 'Consul', decision: { branches: [], otherwise: { value: unknownBy(why, [...outside, ...this.meshes]), why } } }];
    }
    const closed = this.meshes.find(({ isClosed }) => isClosed);
    if (closed === undefined || to.protocol === 'UDP' || leavesPast(client)?.ports === 'all') return [];
    return [{ title: 'Mesh of Consul', decision: this.closing(to, closed) }];
  }

  public leavesAs(client: Client): string {
    return client.kind === 'pod' ? `pod ${leavesPast(client)?.ports === 'all'}` : client.kind;
  }

  /** Proxies know what has a service in Consul, by the addresses of its Services and pods. */
  private closing(to: PodPort | Outside, { source }: MeshEntry): Decision<Passage> {
    const unknown = (why: string): Decision<Passage> => ({ branches: [], otherwise: { value: unknownBy(why, [{ source }]), why } });
    if (isOutside(to)) return { branches: [], otherwise: { value: 'denied', why: '`meshDestinationsOnly` lets out only what is in the mesh', source } };
    if (goBool(to.pod.annotations?.[INJECT]) === false) return unknown('whether the pods are in the mesh is not known here');
    return { branches: [], otherwise: { value: 'allowed', why: 'it is in the mesh', source } };
  }

  public traffic({ namespace, service }: Pick<ServicePort, 'namespace' | 'service'>): Decision<Traffic> | undefined {
    const own = this.defaults.get(keyOf({ name: service, ...(this.areMirrored && { namespace }) }))?.defaults ?? [];
    const said = trafficTo(service, own, this.ofAll, this.defaults.values());
    const standing = this.groups.filter(({ failover }) => failover !== undefined).reduce(
      (known, { source, failover = '' }) => withResolver(known, { source, said: { besides: [failover] } }), said,
    );
    return standing && dependingOn(standing, [...own, ...this.ofAll]);
  }

  /** What a service speaks where routes lead to it; undefined where nobody says it. */
  public spokenBy({ namespace, service }: Pick<ServicePort, 'namespace' | 'service'>): string | Undecided | undefined {
    return spokenInChain(this.protocolOf({ name: service, ...(this.areMirrored && { namespace }) }));
  }

  private protocolOf(service: Service): SaidOfProtocol {
    return { own: this.defaults.get(keyOf(service))?.defaults ?? [], ofAll: this.ofAll };
  }

  /** All that say something of a service; of one that is not known, all there are. */
  private sayingOf(service: Service | undefined): readonly { readonly source: Source }[] {
    return service === undefined ? this.all
      : [...this.defaults.get(keyOf(service))?.defaults ?? [], ...this.ofAll, ...this.entriesFor(service), ...this.all.filter(({ source: { kind } }) => kind === 'JWTProvider'), ...this.exported.filter(one => isExported(one, service)), ...this.meshes, ...this.groups];
  }

  private branches(service: Service | undefined, { protocol }: PodPort): Branch<Passage>[] {
    const healthChecks: Branch<Passage> = {
      when: HEALTH_CHECKS, then: { value: 'allowed', why: 'health checks have a listener of their own' }, source: this.first,
    };
    if (service === undefined) return [healthChecks, this.unknown('it is not known which service of Consul the pods are', this.first)];
    const said = this.protocolOf(service);
    const all = [...said.own, ...said.ofAll];
    const [{ source } = { source: this.first }] = said.own;
    const doubt = doubtIn(said);
    if (doubt !== undefined) return [healthChecks, this.unknown(doubt, source)];
    const isPermissive = all.find(one => one.isPermissive !== undefined)?.isPermissive ?? false;
    const entries = this.entriesFor(service);
    const forbidding = isPermissive ? this.meshes.find(({ mayBePermissive }) => !mayBePermissive) : undefined;
    if (forbidding !== undefined) return [healthChecks, this.unknown('Consul takes no permissive mode that its Mesh does not allow', forbidding.source)];
    return [
      healthChecks,
      isPermissive
        ? { when: noneOf({ type: 'certificate' }), then: { value: 'allowed', why: 'in permissive mode, intentions do not hold for plain text', source }, source }
        : { when: noneOf({ type: 'certificate' }), then: { value: 'denied', why: 'clients need a certificate of the mesh', source }, source },
      ...this.taking(said, entries, hasRequests(protocol), service, source),
    ];
  }

  /** What a service takes that speaks HTTP, if it does, and what it takes without the intentions that Consul refuses otherwise. */
  private taking(said: SaidOfProtocol, entries: readonly Intention[], areRequests: boolean, service: Service, source: Source): Branch<Passage>[] {
    const noHttp = (when: Condition): Branch<Passage>[] => areRequests || when === NEVER ? []
      : [{ when, then: { value: 'denied', why: 'the port speaks no HTTP, as the service should', source }, source }];
    const decided = (some: readonly Intention[]): Branch<Passage>[] => [
      elsewhere(some.find(({ abroad }) => abroad !== undefined), this.exported.find(one => isExported(one, service)), source),
      ...decidedBy(some.filter(({ peer }) => peer === undefined), this.providers),
    ];
    const [refused] = entries.filter(({ hasPermissions }) => hasPermissions);
    const isHttp = noHttp(answered(takesRequests(said), unsaid(source)));
    if (refused === undefined || takesPermissions(said)) return [...isHttp, ...decided(entries)];
    const inForce = { branches: [...noHttp(ALWAYS), ...decided(entries)], otherwise: UNSAID };
    return [
      { when: refusing(said, refused.source), then: inForce, source: refused.source },
      ...isHttp, ...decided(entries.filter(({ hasPermissions }) => !hasPermissions)),
    ];
  }

  private unknown(why: string, source: Source): Branch<Passage> {
    return { when: ALWAYS, then: { value: { unknown: why }, why, source }, source };
  }

  /** The exact destination first, then the exact source. */
  private entriesFor({ name, namespace }: Service): Intention[] {
    const keys = namespace === undefined ? [{ name }, { name: '*' }]
      : [{ name, namespace }, { name: '*', namespace }, { name, namespace: '*' }, { name: '*', namespace: '*' }];
    const own = keys.flatMap(key => this.intentions.get(keyOf(key)) ?? []);
    return own.sort((a, b) => wildcards(a.destination) - wildcards(b.destination) || wildcards(a.from) - wildcards(b.from));
  }
}

const OF_GATEWAYS = 'a gateway of Consul lets in anyone, or by a GatewayPolicy those with a token, and whether it is one of Consul is not known here';
const AT_GATEWAY = { value: { unknown: OF_GATEWAYS }, why: OF_GATEWAYS };

const UNSAID = {
  value: { unknown: 'no intention says it, and so the default of the ACLs decides' }, why: 'no intention says it, and so the default of the ACLs decides',
};

/** Which calls of a client its proxy does not see (hashicorp/consul-k8s `control-plane/connect-inject/webhook/redirect_traffic.go`). */
function leavesPast(client: Client): Past | undefined {
  if (hasNoProxy(client)) return ALL_PAST;
  if (client.kind !== 'pod') return undefined;
  if (!isTransparent(client)) return ALL_PAST;
  const { annotations = {} } = client;
  const ports = portsIn(annotations[EXCLUDED_OUT]);
  return PERHAPS_OUT.some(name => Object.hasOwn(annotations, name)) ? { ports, others: 'perhaps' } : ports.length > 0 ? { ports } : undefined;
}

/** An annotation of the pods goes before a label of their namespace (hashicorp/consul-k8s `control-plane/connect-inject/common/common.go`). */
function isTransparent({ annotations, namespaceLabels }: Pod): boolean {
  return goBool(annotations?.[TRANSPARENT] ?? namespaceLabels?.[TRANSPARENT]) !== false;
}
