import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { AccessAllowance } from './access-allowance';
import { Identity } from './identity';
import { kubeObject, podsNear } from './kube-object';
import { MeshProtocol } from './mesh-protocol';
import type { MeshServicePort, ServicePort } from './mesh-service-port';
import { MeshWorkload } from './mesh-workload';
import {
  checkContainerPortName, checkKind, checkNotEmpty, checkObjectName, checkOneOf, checkPort, checkServiceName, checkServicePortName,
} from './names';
import { RequestMatch } from './request-match';
import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';
import { BY_FACTORY, checkFactory } from '../input/factory';
import type { FactoryKey } from '../input/factory';
import type { Shapes } from '../input/shape';
import { BOOLEAN, instanceOf, listOf, mapOf, memberOf, NUMBER, optional, record, TEXT } from '../input/shape';
import type { Every } from '../model/fields';
import { flatMap } from '../model/lists';
import { numbersOfPort } from '../model/pod-facts';
import { protocolInWords } from '../model/port-protocol';
import { serviceFactsOf } from '../model/service-facts';
import type { ServiceFacts } from '../model/service-facts';
import { isOfKind, isXBackend, kindInWords, SERVICE_IMPORT } from '../model/service-ref';
import type { GroupKind } from '../model/service-ref';

/**
 * Options of `MeshService.serviceImport`, and what all that takes requests has.
 */
export interface MeshBackendOptions {
  /**
   * The port of a Service that has one, speaking `protocol`. Excludes `ports`.
   *
   * @default - see `ports`
   */
  readonly port?: number;

  /**
   * The protocol of `port`.
   *
   * @default MeshProtocol.HTTP
   */
  readonly protocol?: MeshProtocol;

  /**
   * The ports of the Service. The first is the primary one: its route carries the bare name. Excludes `port`.
   *
   * @default - see `port`
   */
  readonly ports?: MeshServicePort[];

  /**
   * Namespace of the Service.
   *
   * @default - the namespace of the chart in which it is used
   */
  readonly namespace?: string;
}

/**
 * Options of `MeshService.ofKind`.
 */
export interface MeshObjectOptions extends MeshBackendOptions {
  /**
   * The API group of the object, such as `inference.networking.k8s.io`.
   */
  readonly group: string;

  /**
   * Its kind, such as `InferencePool`.
   */
  readonly kind: string;
}

/**
 * Options of `MeshService.of`.
 */
export interface MeshServiceOptions extends MeshBackendOptions {
  /**
   * Whether the Service has no address of its own: `clusterIP: None`. Many meshes do not route such a Service: their targets refuse a route of it.
   *
   * @default - unknown, unless the app has the Service
   */
  readonly headless?: boolean;

  /**
   * Name of the ServiceAccount that the pods run as. Some targets select the pods by it, and `allowFrom` needs it of a client.
   *
   * @default - unknown
   */
  readonly serviceAccount?: string;

  /**
   * Labels that select the pods. Most access policies, egress policies and rate limits need them.
   *
   * @default - unknown
   */
  readonly podSelector?: { [label: string]: string };
}

/**
 * Options of `MeshService.variant`.
 */
export interface MeshVariantOptions {
  /**
   * Port number of the variant. Only for Services with one port.
   *
   * @default - the ports of the Service
   */
  readonly port?: number;

  /**
   * Namespace of the variant.
   *
   * @default - the namespace of the Service
   */
  readonly namespace?: string;

  /**
   * Labels that select the pods of the variant. A policy that selects pods by labels has to select these pods, too.
   *
   * @default - unknown, unless the app has the Service
   */
  readonly podSelector?: { [label: string]: string };
}

/**
 * Options of `MeshService.subset`.
 */
export interface MeshSubsetOptions {
  /**
   * Name of the ServiceAccount that these pods run as, and the other pods of the Service do not. Some targets select the pods by it, and
   * `allowFrom` needs it of a client.
   *
   * @default - unknown
   */
  readonly serviceAccount?: string;
}

/**
 * Options of `MeshService.fromKubeService`.
 */
export interface FromKubeServiceOptions {
  /**
   * Name of the ServiceAccount that the pods run as. Some targets select the pods by it, and `allowFrom` needs it of a client.
   *
   * @default - unknown
   */
  readonly serviceAccount?: string;

  /**
   * The protocol of a TCP port, if neither its `appProtocol` nor its name tells it.
   *
   * @default - TCP if there is an `appProtocol`, else HTTP
   */
  readonly protocol?: MeshProtocol;
}

const PROTOCOL = optional(memberOf(MeshProtocol, 'MeshProtocol'));
const BACKEND = {
  port: optional(NUMBER),
  protocol: PROTOCOL,
  ports: optional(listOf(record<MeshServicePort>({
    port: NUMBER,
    name: optional(TEXT),
    protocol: PROTOCOL,
    appProtocol: optional(TEXT),
    targetPort: optional(NUMBER),
    targetPortName: optional(TEXT),
    containerPortName: optional(TEXT),
  }))),
  namespace: optional(TEXT),
} satisfies Shapes<MeshBackendOptions>;
const BACKEND_OPTIONS = record<MeshBackendOptions>(BACKEND);
const OBJECT_OPTIONS = record<MeshObjectOptions>({ ...BACKEND, group: TEXT, kind: TEXT });
const OPTIONS = record<MeshServiceOptions>({
  ...BACKEND,
  headless: optional(BOOLEAN),
  serviceAccount: optional(TEXT),
  podSelector: optional(mapOf(TEXT)),
});
const VARIANT_OPTIONS = record<MeshVariantOptions>({ port: optional(NUMBER), namespace: optional(TEXT), podSelector: optional(mapOf(TEXT)) });
const SUBSET_OPTIONS = record<MeshSubsetOptions>({ serviceAccount: optional(TEXT) });
const SUBSET_LABELS = mapOf(TEXT);
const FROM_KUBE_OPTIONS = record<FromKubeServiceOptions>({ serviceAccount: optional(TEXT), protocol: PROTOCOL });

/**
 * A Kubernetes Service, as the mesh sees it: what clients call, or one of the versions behind it.
 *
 * @see https://gateway-api.sigs.k8s.io/mesh/service-facets/
 */
export class MeshService extends MeshWorkload {
  /**
   * A Service by its name.
   *
   * @param name Name of the Service.
   * @param options Its ports, at least, as `port` or `ports`.
   */
  public static of(name: string, options: MeshServiceOptions): MeshService {
    checkServiceName('MeshService.of', name);
    const where = `MeshService.of('${name}')`;
    OPTIONS(where, 'options', options);
    return new MeshService(BY_FACTORY, where, name, options, portsOf(where, options));
  }

  /**
   * A Service of several clusters, as the Multi-Cluster Services API has it: the ServiceImport of that name, whose pods are in any of the clusters
   * that export the Service. Releases, routes and exposures take it wherever they take a Service. Policies do not: they hold for pods of one
   * cluster, so write each for the Service that is exported.
   *
   * @param name Name of the ServiceImport, which is that of the exported Service.
   * @param options Its ports, at least, as `port` or `ports`.
   * @see https://gateway-api.sigs.k8s.io/geps/gep-1748/
   */
  public static serviceImport(name: string, options: MeshBackendOptions): MeshService {
    checkServiceName('MeshService.serviceImport', name);
    const where = `MeshService.serviceImport('${name}')`;
    BACKEND_OPTIONS(where, 'options', options);
    return new MeshService(BY_FACTORY, where, name, { ...options, ...NO_PODS }, portsOf(where, options), undefined, undefined, SERVICE_IMPORT);
  }

  /**
   * An object of any other kind that takes requests, such as an `InferencePool`. Rules send requests to it, and so does an exposure; it has no route of
   * its own. What becomes of them there, only whoever reads the kind knows, and so no policy is for it.
   *
   * @param name Name of the object.
   * @param options Its kind, and its ports, as `port` or `ports`.
   * @see https://gateway-api.sigs.k8s.io/reference/spec/#backendobjectreference
   */
  public static ofKind(name: string, options: MeshObjectOptions): MeshService {
    checkObjectName('MeshService.ofKind', 'object name', name);
    const where = `MeshService.ofKind('${name}')`;
    OBJECT_OPTIONS(where, 'options', options);
    const { group, kind } = options;
    checkObjectName(where, 'API group', group);
    checkKind(where, kind);
    if (isOfKind(options, SERVICE_IMPORT)) {
      throw misuse('MESH1005', where, 'a ServiceImport has a factory of its own', `Write \`MeshService.serviceImport('${name}', …)\``);
    }
    const ports = portsOf(where, options);
    if (isXBackend({ groupKind: options }) && ports.length > 1) {
      throw misuse('MESH1005', where, 'an XBackend has one port', 'Give it as `port`');
    }
    return new MeshService(BY_FACTORY, where, name, { ...options, ...NO_PODS }, ports, undefined, undefined, { group, kind });
  }

  /**
   * A Service of the app, e.g. a `Service` of cdk8s-plus. Its name, namespace, ports and selector are read when this is
   * called, so add them before.
   *
   * A port speaks what its `appProtocol` says, or else the first part of its name (`grpc`, `http-web`, `tcp-redis`). With an unknown
   * `appProtocol` it speaks TCP. Ports that are neither TCP nor UDP, such as SCTP, are refused.
   *
   * @param service A construct whose default child is an ApiObject of kind Service, or that ApiObject.
   * @param options What the object does not say.
   * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
   */
  public static fromKubeService(service: IConstruct, options: FromKubeServiceOptions = {}): MeshService {
    const object = kubeObject('MeshService.fromKubeService', service, 'Service');
    const where = service.node.path;
    FROM_KUBE_OPTIONS(where, 'options', options);
    const manifest = object.toJson() as KubeServiceManifest;
    const { metadata, spec } = manifest;
    if (!spec?.ports?.length) {
      throw misuse('MESH1101', where, 'the Service has no ports yet', 'Add its ports before you call MeshService.fromKubeService');
    }
    const ports = checkedPorts(where, spec.ports.map(port => ({
      port: port.port,
      name: port.name,
      protocol: protocolOf(where, port, options.protocol),
      appProtocol: port.appProtocol,
      ...targetPortOf(object, metadata?.namespace, spec.selector, port),
    })));
    return new MeshService(BY_FACTORY, where, object.name, {
      namespace: metadata?.namespace,
      serviceAccount: options.serviceAccount,
      podSelector: Object.keys(spec.selector ?? {}).length > 0 ? spec.selector : undefined,
    }, ports, serviceFactsOf(manifest));
  }

  /** Name of the Service. */
  public readonly name: string;

  /** Ports of the Service; the first is the primary one. */
  public readonly ports: MeshServicePort[];

  /**
   * Those ports, with what each of them speaks.
   *
   * @internal
   */
  public readonly _ports: readonly ServicePort[];

  /**
   * Of a subset: the labels of `podSelector` that not all pods of the Service have.
   *
   * @internal
   */
  public readonly _subset?: { readonly [label: string]: string };

  /**
   * What the Service says of itself, as far as it is known.
   *
   * @internal
   */
  public readonly _facts?: ServiceFacts;

  /**
   * What it is, where it is no Service.
   *
   * @internal
   */
  public readonly _groupKind?: GroupKind;

  private constructor(
    key: FactoryKey, where: string, name: string, options: Omit<MeshServiceOptions, 'port' | 'protocol' | 'ports'>, ports: readonly MeshServicePort[],
    facts?: ServiceFacts, subset?: { readonly [label: string]: string }, groupKind?: GroupKind,
  ) {
    checkFactory(key, MeshService);
    super(where, options.namespace, options.serviceAccount, options.podSelector);
    this.name = name;
    const known = ports.map(withDefaults);
    this.ports = known;
    this._ports = known;
    this._subset = subset;
    this._groupKind = groupKind;
    this._facts = facts ?? saidOf(options.headless ?? false, ports);
  }

  /** @internal */
  public get _service(): string {
    return this.name;
  }

  /** @internal */
  public get _called(): string {
    return `'${this.name}'`;
  }

  /**
   * An allowance for the pods of another Service to call this one, for the `allow` of a `ServiceAccessPolicy`.
   *
   * @param client The Service whose pods call; it needs its `serviceAccount`.
   * @param requests What they may request, any of which may match; every request, if there are none.
   */
  public allowFrom(client: MeshService, ...requests: RequestMatch[]): AccessAllowance {
    CLIENT('MeshService.allowFrom', 'client', client);
    checkHasPods('MeshService.allowFrom', 'client', client);
    REQUESTS('MeshService.allowFrom', 'requests', requests);
    return { sources: [identityOf(client)], ...(requests.length > 0 && { requests }) };
  }

  /**
   * A version of this Service: another Service, with its own name and pods, that can take its requests. It has the
   * same ports and protocols, unless `options` changes them. That of a ServiceImport is another ServiceImport.
   *
   * @param name Name of the Service.
   * @param options What differs.
   */
  public variant(name: string, options: MeshVariantOptions = {}): MeshService {
    checkServiceName('MeshService.variant', name);
    const where = `MeshService.variant('${name}')`;
    VARIANT_OPTIONS(where, 'options', options);
    if (options.port !== undefined && this.ports.length > 1) {
      throw misuse('MESH1105', where, `\`port\` cannot be given, since '${this.name}' has ${this.ports.length} ports`,
        'Leave it out, or build the variant with MeshService.of and its own `ports`');
    }
    const { port, podSelector, namespace = this.namespace } = options;
    const ports = port === undefined ? this.ports
      : checkedPorts(where, this.ports.map(({ name: portName, protocol, appProtocol }) => ({ port, name: portName, protocol, appProtocol })));
    if (podSelector !== undefined) {
      checkHasPods(where, 'the variant', this);
    }
    return new MeshService(BY_FACTORY, where, name, { namespace, podSelector }, ports, undefined, undefined, this._groupKind);
  }

  /**
   * Some of the pods of this Service, for a policy of their own, or as a backend: those that have more labels. The other pods stay as they are. It
   * has the name and the ports of the Service. Clients call the Service: no route or exposure is for a subset. Targets that send requests to
   * Services only refuse a subset among backends, mirrors and versions of a release.
   *
   * @param labels What these pods have beside the `podSelector` of the Service, such as `{ version: 'v2' }`.
   * @param options What these pods have of their own.
   * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/subsets.md#what-each-target-renders
   */
  public subset(labels: { [label: string]: string }, options: MeshSubsetOptions = {}): MeshService {
    const { name, namespace, podSelector, ports } = this;
    const where = `MeshService.of('${name}').subset`;
    SUBSET_LABELS(where, 'labels', labels);
    SUBSET_OPTIONS(where, 'options', options);
    checkHasPods(where, 'the subset', this);
    if (podSelector === undefined) {
      throw misuse('MESH1122', where, `the pods of '${name}' are unknown, so that none are told apart`, 'Give that MeshService its `podSelector`');
    }
    const more = Object.entries(labels).filter(([label, value]) => podSelector[label] !== value);
    const other = more.find(([label]) => Object.hasOwn(podSelector, label));
    if (other !== undefined) {
      throw misuse('MESH1122', where, `no pod of '${name}' has ${other.join('=')}: all of them have ${other[0]}=${podSelector[other[0]]}`,
        'Give a label that only some of its pods have');
    }
    if (more.length === 0) {
      throw misuse('MESH1122', where, `all pods of '${name}' have these labels`, 'Give a label that only some of its pods have');
    }
    if (options.serviceAccount !== undefined && options.serviceAccount === this.serviceAccount) {
      throw misuse('MESH1122', where, `all pods of '${name}' run as ServiceAccount '${options.serviceAccount}'`,
        'Leave out `serviceAccount`, unless only these pods run as it');
    }
    const subset = { ...this._subset, ...Object.fromEntries(more) };
    return new MeshService(BY_FACTORY, where, name, {
      namespace, podSelector: { ...podSelector, ...subset }, serviceAccount: options.serviceAccount,
    }, ports, this._facts, subset);
  }
}

const CLIENT = instanceOf(MeshService, "a MeshService, such as `MeshService.of('web', { port: 8080, serviceAccount: 'web' })`");

/** Of what is no Service, no pods are known in this cluster. */
const NO_PODS = { serviceAccount: undefined, podSelector: undefined, headless: undefined } as const;

/** Policies hold for pods, and only a Service has pods that are known in this cluster. */
export function checkHasPods(where: string, what: string, workload: MeshWorkload): void {
  if (workload instanceof MeshService && workload._groupKind !== undefined) {
    throw misuse('MESH1124', where, `\`${what}\` is ${kindInWords({ groupKind: workload._groupKind })} '${workload.name}', and no pods of this cluster are known to be its own`,
      'Name the Service that has the pods, with `MeshService.of`');
  }
}

const REQUESTS = listOf(instanceOf(RequestMatch, "a match, such as `HttpMatch.of({ pathPrefix: '/cart' })`"));

/** What was declared of a Service; the rest is unknown. */
function saidOf(headless: boolean, ports: readonly MeshServicePort[]): ServiceFacts | undefined {
  const said = ports.filter(({ appProtocol }) => appProtocol !== undefined);
  return !headless && said.length === 0 ? undefined : {
    forms: headless ? ['headless'] : [],
    ports: said.map(({ port, name, appProtocol, protocol }) => ({ port, name, appProtocol, transport: protocol === MeshProtocol.UDP ? 'UDP' : 'TCP' })),
  };
}

/** The port of the pods is that of the Service: if it has a name, its number is not known until it is given. */
function withDefaults(given: MeshServicePort): Every<ServicePort> {
  const { port, name, appProtocol, protocol = spokenBy(appProtocol), targetPort, targetPortName, containerPortName = targetPortName } = given;
  return targetPortName === undefined
    ? { port, name, protocol, appProtocol, targetPort: targetPort ?? port, targetPortName, containerPortName }
    : { port, name, protocol, appProtocol, targetPort, targetPortName, containerPortName };
}

/** Words that nobody here knows are no HTTP: it is then bytes. */
function spokenBy(appProtocol: string | undefined): MeshProtocol {
  return appProtocol ? MeshProtocol[protocolInWords({ appProtocol }) ?? 'TCP'] : MeshProtocol.HTTP;
}

/** The identity of the pods of a Service. */
function identityOf({ name, namespace, serviceAccount, _subset: subset }: MeshService): Identity {
  if (serviceAccount === undefined) {
    const [which, to] = subset === undefined ? ['', 'that MeshService its'] : ['these pods of ', 'the subset a'];
    throw misuse('MESH1108', 'MeshService.allowFrom', `the ServiceAccount of ${which}'${name}' is unknown`, `Give ${to} \`serviceAccount\``);
  }
  return Identity.serviceAccount(serviceAccount, namespace);
}

function portsOf(where: string, { port, protocol, ports }: MeshServiceOptions): MeshServicePort[] {
  checkNotEmpty(where, 'ports', ports, 'Give the ports of the Service');
  const one = checkOneOf(where, { port, ports }, 'MESH1101', 'the port is missing', 'Write `port: 8080` for one port, or `ports: [{ port: 8080 }, …]` for several');
  if (ports !== undefined && protocol !== undefined) {
    throw misuse('MESH1005', where, '`protocol` goes with `port`, not with `ports`', 'Give each of the `ports` its own `protocol`');
  }
  return checkedPorts(where, one.ports ?? [{ port: one.port, protocol }]);
}

function checkedPorts(where: string, ports: MeshServicePort[]): MeshServicePort[] {
  for (const { port, name, targetPort, targetPortName, containerPortName } of ports) {
    checkPort(where, port);
    if (name !== undefined) {
      checkServicePortName(where, name);
    }
    for (const given of [targetPortName, containerPortName].filter(n => n !== undefined)) {
      checkContainerPortName(where, given);
    }
    if (targetPort !== undefined) {
      checkPort(where, targetPort);
    }
  }
  checkDistinct(where, ports.map(({ port, protocol }) => protocol === MeshProtocol.UDP ? `${port} over UDP` : String(port)));
  checkDistinct(where, flatMap(ports, ({ name }) => name === undefined ? [] : `'${name}'`));
  return ports;
}

function checkDistinct(where: string, ports: readonly string[]): void {
  const twice = ports.filter((port, i) => ports.indexOf(port) !== i);
  if (twice.length > 0) {
    throw misuse('MESH1103', where, `${twice.length > 1 ? 'ports' : 'port'} ${listed(twice)} declared twice`, 'Declare each port once');
  }
}

interface KubeServiceManifest {
  readonly metadata?: { readonly namespace?: string };
  readonly spec?: { readonly ports?: KubeServicePort[]; readonly selector?: { [label: string]: string } };
}

interface KubeServicePort {
  readonly port: number;
  readonly name?: string;
  readonly protocol?: string;
  readonly appProtocol?: string;
  readonly targetPort?: number | string;
}

function protocolOf(where: string, port: KubeServicePort, otherwise: MeshProtocol | undefined): MeshProtocol | undefined {
  const { protocol = 'TCP' } = port;
  if (protocol === 'UDP') {
    return MeshProtocol.UDP;
  }
  if (protocol !== 'TCP') {
    throw misuse('MESH1121', where, `port ${port.port} speaks ${protocol}, which no mesh knows`,
      'Build the MeshService with MeshService.of and its other ports');
  }
  const spoken = protocolInWords(port);
  return spoken === undefined ? otherwise : MeshProtocol[spoken];
}

function targetPortOf(
  service: ApiObject, namespace: string | undefined, selector: { [label: string]: string } = {}, { targetPort }: KubeServicePort,
): Pick<MeshServicePort, 'targetPort' | 'targetPortName'> {
  if (typeof targetPort !== 'string') {
    return { targetPort };
  }
  const pods = Object.keys(selector).length === 0 ? [] : podsNear(service, namespace, selector);
  const numbers = numbersOfPort(targetPort, pods);
  return { targetPortName: targetPort, targetPort: numbers.length === 1 ? numbers[0] : undefined };
}
