import type { AccessModel, AccessRule, GatewaySource, Source, SourceFields } from '../../model/access';
import { distinctSources, sourceKey } from '../../model/access';
import { byKind } from '../../model/by-kind';
import type { AccessFeature } from '../../model/features/access';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import { flatMap } from '../../model/lists';
import type { NamespaceDefaultModel } from '../../model/namespace-default';
import type { Dialect } from '../contract/dialect';
import type { Refusal } from '../contract/refusal';
import { refusing } from '../contract/rendering';

/** The source that a gateway is to a mesh; or why it is none, and what to write instead. */
export type GatewayClient = Source | { readonly unknown: string; readonly remedy: string };

export type KnowGateway = (gateway: GatewaySource) => GatewayClient;

export type AccessDialect = Dialect<AccessModel, AccessFeature>;
export type DefaultDialect = Dialect<NamespaceDefaultModel, NamespaceDefaultFeature>;

/** A dialect that tells whether a policy lets a gateway in. */
export type GatewayAccessDialect = AccessDialect & Required<Pick<AccessDialect, 'letsIn'>>;

/** What else a mesh knows of gateways. */
export interface GatewayRules {
  /** Whether a gateway is a client with an identity; `undefined` if it may be. */
  readonly hasIdentity: (gateway: GatewaySource) => boolean | undefined;
  /** Whether a gateway has an identity of its own kind, and so is none of the other clients. */
  readonly isEntity?: (gateway: GatewaySource) => boolean;
  /** Whether blocks of addresses are for clients without an identity alone. */
  readonly blocksAreOfOthers?: true;
  /** That of the mesh, where it is known: a gateway that is one of its clients may be of another. */
  readonly trustDomain?: string;
}

/** A dialect of access policies to which gateways are clients like any other. */
export function knowingGateways(access: AccessDialect, know: KnowGateway, rules: GatewayRules): GatewayAccessDialect {
  const { behind, inAllowances, merged } = access;
  const known = (model: AccessModel) => withClients(model, know);
  const unknownIn = (model: AccessModel) => namesGateways(model) ? unknownGateways<AccessFeature>([...model.denials, ...model.rules], know) : [];
  return {
    ...access,
    claims: model => access.claims(known(model)),
    ...(inAllowances && {
      inAllowances: model => {
        const unknown = unknownIn(model);
        return unknown.length > 0 ? unknown : inAllowances(known(model));
      },
    }),
    render: model => {
      const unknown = unknownIn(model);
      return unknown.length > 0 ? refusing(unknown) : access.render(known(model));
    },
    ...(behind && { behind: (model, backend) => behind(known(model), backend) }),
    ...(merged && { merged: (model, grants) => merged(known(model), grants.map(known)) }),
    letsIn: (model, gateway, port) => letsIn(model, gateway, know(gateway), port, rules),
  };
}

/** A dialect of defaults of namespaces to which gateways are clients like any other. */
export function defaultKnowingGateways(dialect: DefaultDialect, know: KnowGateway): DefaultDialect {
  const known = (model: NamespaceDefaultModel) => ({ ...model, rules: model.rules.map(rule => withKnown(rule, know)) });
  return {
    ...dialect,
    render: model => {
      const unknown = unknownGateways<NamespaceDefaultFeature>(model.rules, know);
      return unknown.length > 0 ? refusing(unknown) : dialect.render(known(model));
    },
  };
}

/** The pods that the controller of a gateway creates, by their ServiceAccount; or the pods that were given. */
export function gatewayAccount(gateway: GatewaySource, serviceAccount: string): Source;
export function gatewayAccount(gateway: GatewaySource, serviceAccount: string | undefined): Source | undefined;
export function gatewayAccount({ namespace, pods }: GatewaySource, serviceAccount: string | undefined): Source | undefined {
  const name = pods.serviceAccount ?? serviceAccount;
  return name === undefined ? undefined : { kind: 'serviceAccount', name, namespace: pods.namespace ?? namespace };
}

/** A gateway of another controller, known by what was given of its pods. */
export function gatewayOfOthers(mesh: string): KnowGateway {
  return gateway => gatewayAccount(gateway, undefined) ?? {
    unknown: `${mesh} knows a gateway by the ServiceAccount of its pods, which the controller of its class chooses`,
    remedy: "Give its ExposureGateway `pods: { serviceAccount: '…' }`, and their `namespace` if it is another one",
  };
}

/** Classes of gateways that do not run as pods, and are not part of any other mesh: the Envoy of Cilium's agents, and load balancers of a cloud. */
const NO_PODS = /^(cilium|gke-l7-.+)$/;

/** Whether a gateway is a part of the mesh: by its class, or by what was given of its pods; `undefined` if neither tells. */
export function isInMesh(gateway: GatewaySource, ownClasses?: RegExp): boolean | undefined {
  const { className = '', pods: { serviceAccount } } = gateway;
  return serviceAccount !== undefined || ownClasses?.test(className) ? true : hasPods(gateway) === false ? false : undefined;
}

/** Whether a gateway runs as pods of the cluster; `undefined` if it may not. */
export function hasPods({ className = '', pods }: GatewaySource): boolean | undefined {
  return Object.keys(pods).length > 0 ? true : NO_PODS.test(className) ? false : undefined;
}

function namesGateways({ denials, rules }: AccessModel): boolean {
  return namesGatewaysIn(denials) || namesGatewaysIn(rules);
}

function namesGatewaysIn(rules: readonly AccessRule[]): boolean {
  for (const { sources } of rules) {
    for (const { kind } of sources) if (kind === 'gateway') return true;
  }
  return false;
}

function withClients(model: AccessModel, know: KnowGateway): AccessModel {
  const known = (rule: AccessRule) => withKnown(rule, know);
  return !namesGateways(model) ? model : { ...model, denials: model.denials.map(known), rules: model.rules.map(known) };
}

function withKnown<Rule extends Pick<AccessRule, 'sources'>>(rule: Rule, know: KnowGateway): Rule {
  const client = (source: Source): Source => {
    const known = source.kind === 'gateway' ? know(source) : source;
    return 'unknown' in known ? source : known;
  };
  return { ...rule, sources: distinctSources(rule.sources.map(client)) };
}

function unknownGateways<Feature>(rules: readonly Pick<AccessRule, 'sources'>[], know: KnowGateway): Refusal<Feature | 'GatewaySource'>[] {
  const gateways = new Map(flatMap(flatMap(rules, ({ sources }) => sources), source => source.kind === 'gateway' ? [[sourceKey(source), source]] : []));
  return flatMap([...gateways.values()], gateway => {
    const client = know(gateway);
    return 'unknown' in client ? [{
      feature: 'GatewaySource' as const,
      what: `the gateway '${gateway.namespace}/${gateway.name}' as a source`,
      reason: client.unknown,
      remedy: client.remedy,
    }] : [];
  });
}

/**
 * Whether a policy lets a gateway in on a port of the pods, for some requests at least; `undefined` if it may. An address that a
 * policy names may be its own.
 */
function letsIn(
  { denials, rules, leavesRest }: AccessModel, gateway: GatewaySource, client: GatewayClient, port: number | string, known: GatewayRules,
): boolean | undefined {
  const { hasIdentity, isEntity, blocksAreOfOthers, trustDomain } = known;
  const account = 'kind' in client && client.kind === 'serviceAccount' ? client : undefined;
  const isNothingElse = isEntity?.(gateway) ?? false;
  const namespace = account?.namespace ?? gateway.pods.namespace ?? gateway.namespace;
  const isClientOf = (domain: string, { isClient, isOfDomain }: Guess) => isClient && (isOfDomain || domain === trustDomain);
  const among = byKind<Source, boolean, [Guess]>({
    anyone: () => true,
    ipBlock: (_, { isClient }) => !isNothingElse && !(blocksAreOfOthers && isClient),
    gateway: (source, { isClient }) => source.name === gateway.name && source.namespace === gateway.namespace
      && (isNothingElse || isEntity?.(source) || (hasIdentity(source) ?? isClient)),
    anyAuthenticated: (_, { isClient }) => isClient,
    namespace: ({ name }: SourceFields<'namespace', 'name'>, { isClient }) => isClient && name === namespace,
    namespaceLabels: (_, { isClient, hasLabels }) => isClient && hasLabels,
    pods: (_, { isClient, hasLabels }) => isClient && hasLabels,
    uninitialized: () => false,
    trustDomain: ({ name }: SourceFields<'trustDomain', 'name'>, guess) => isClientOf(name, guess),
    apiServer: () => false,
    nodes: () => false,
    nodeLabels: () => false,
    serviceAccount: (source: SourceFields<'serviceAccount', 'name' | 'namespace'>, { isClient }) =>
      isClient && source.name === account?.name && source.namespace === account.namespace,
    spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>, guess) => {
      const { 1: domain, 2: path } = /^spiffe:\/\/([^/]+)\/(.+)$/.exec(id) ?? [];
      return account !== undefined && path === `ns/${account.namespace}/sa/${account.name}` && isClientOf(domain, guess);
    },
  });
  const isKnown = isNothingElse ? false : hasIdentity(gateway);
  const holds = (all: readonly AccessRule[], guess: Guess) => all.some(({ ports, sources, exceptSources }) => ports.some(p => p.port === port)
    && sources.some(source => among(source, guess)) && !exceptSources.some(source => among(source, guess)));
  // The others deny some requests only, and a denied address may be that of another.
  const whole = denials.filter(({ requests, exceptRequests, endUsers }) => [...requests, ...exceptRequests, ...endUsers].length === 0)
    .map(denial => ({ ...denial, sources: denial.sources.filter(({ kind }) => kind !== 'ipBlock') }));
  const answers = new Set(GUESSES.filter(({ isClient }) => isKnown === undefined || isClient === isKnown)
    .map(guess => !holds(whole, guess) && (leavesRest || holds(rules, guess))));
  return answers.size === 1 ? answers.has(true) : undefined;
}

/** What a gateway may be: a client with an identity, one in a namespace with the labels that a policy names, one of the trust domain that it names. */
interface Guess {
  readonly isClient: boolean;
  readonly hasLabels: boolean;
  readonly isOfDomain: boolean;
}

const GUESSES: readonly Guess[] = [
  { isClient: true, hasLabels: true, isOfDomain: true },
  { isClient: true, hasLabels: true, isOfDomain: false },
  { isClient: true, hasLabels: false, isOfDomain: true },
  { isClient: true, hasLabels: false, isOfDomain: false },
  { isClient: false, hasLabels: false, isOfDomain: false },
];
