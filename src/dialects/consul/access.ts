import { providersOf } from './jwt-provider';
import { defaultsClaims, serviceDefaults } from './service-defaults';
import type { IntentionRule, Policy } from './service-intentions';
import { exceptsWhatItAllows, mixesEndUsers, serviceIntentions } from './service-intentions';
import { consulService } from './services';
import type { AccessModel, AccessRule, WorkloadPort } from '../../model/access';
import { sourceKey, tellsRequestsApart } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import { withGrants } from '../../model/grants';
import { flatMap } from '../../model/lists';
import { matchKey } from '../../model/match';
import { commonProtocol } from '../../model/protocol';
import { qualified } from '../../model/route';
import type { Backend } from '../../model/service-ref';
import type { Claim } from '../contract/claim';
import { claim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import type { Rendering } from '../contract/rendering';
import { rendered, renderUnless } from '../contract/rendering';
import { sourceInWords } from '../contract/source-words';
import { FULL, full, inherent, none } from '../contract/support';
import { issuerNeeds } from '../contract/token-issuers';
import { refused } from '../contract/unwritten';
import { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';

const WHOLE_SERVICE = inherent('an intention holds for the whole service, on all of its ports');

const PROBE_LEFT = none('Consul points only probes over plain HTTP past the intentions, and its proxy demands a certificate of all others. Use the `exec` '
  + 'of a program in the container, or HTTP');

/**
 * One ServiceIntentions, and the ServiceDefaults that say what the service speaks and demand mutual TLS; and the same for each
 * service behind it. Consul knows its clients as services, each of which has the name of its ServiceAccount.
 *
 * @see https://developer.hashicorp.com/consul/docs/reference/config-entry/service-intentions
 */
export function consulAccess(namespaces: ConsulNamespaces, deniesByDefault = false): Dialect<AccessModel, AccessFeature> {
  return {
    renders: 'a ServiceIntentions, and the ServiceDefaults of the service; the same for each backend of a route',
    supports: {
      HTTPPort: WHOLE_SERVICE,
      GRPCPort: WHOLE_SERVICE,
      TLSPort: WHOLE_SERVICE,
      TCPPort: WHOLE_SERVICE,
      UDPPort: none('the proxies of Consul do not carry UDP'),
      UndeclaredPort: none('Consul knows the ports that a Service declares, and its proxies carry no others'),
      NamedPort: inherent('an intention holds for all ports of a service'),
      PodsPolicy: none('an intention is for a service of Consul, and pods without a Service are none', 'Make a Service for the pods, and use `MeshService.of`'),
      SubsetPolicy: none('an intention holds for the whole service, whichever of its pods answer'),
      DenyAll: FULL,
      Denial: full('permissions with the action `deny`, before those that allow; an entry with that action for whole clients'),
      LoneDenial: none('the default of the ACLs decides on what no intention names', 'Write the denials as the `deny` of a ServiceAccessPolicy'),
      Grant: full('the ServiceIntentions of the policy, which lists the clients of all grants'),
      GrantElsewhere: none('a service has one ServiceIntentions', 'Write the ServiceAccessPolicy in the same app'),
      ServiceAccountSource: full('the service of that name'),
      NamespaceSource: namespaces === ConsulNamespaces.MIRRORED ? full('the service `*` in the namespace') : none('the namespaces of Kubernetes share one namespace of Consul here'),
      NamespaceLabelsSource: none('an intention knows services by their names, and names do not contain labels'),
      PodsSource: none('an intention does not know clients by their labels'),
      OtherClusterSource: none('an intention does not know clients by their labels'),
      UninitializedSource: none('an intention does not know clients by their labels'),
      TrustDomainSource: none('an intention knows services, and not SPIFFE ids'),
      ApiServerSource: none('an intention does not know the API server'),
      NodesSource: none('an intention does not know the nodes'),
      NodeLabelsSource: none('an intention does not know the nodes'),
      SpiffeIdSource: none('an intention knows services by their names, from which Consul makes the SPIFFE ids'),
      GatewaySource: full('the service with the name of the Gateway'),
      IpBlockSource: none('an intention knows services, not addresses'),
      AnyAuthenticatedSource: full('the service `*`, of the same admin partition'),
      AnyoneSource: none('an intention names services, and a client without an identity is not a service'),
      ExceptSources: FULL,
      ExceptRequests: full('a permission with the action `deny`, before the one that allows'),
      MethodMatching: FULL,
      PathMatching: FULL,
      PathBelowMatching: full('a prefix that ends with a slash'),
      PathStartMatching: full('a prefix'),
      PathEndMatching: full('a regular expression'),
      PathTemplateMatching: full('a regular expression'),
      PathRegexMatching: FULL,
      HeaderMatching: FULL,
      HeaderPresenceMatching: FULL,
      HeaderPartMatching: FULL,
      HeaderRegexMatching: FULL,
      QueryParamMatching: none('an intention has no conditions on the query'),
      GRPCMethodMatching: FULL,
      GRPCAnyServiceMatching: full('a regular expression'),
      EndUsers: deniesByDefault ? full('`jwt` of a permission, with the JWTProvider of the issuer') : none(
        'a permission asks for a token only where Consul denies by default, and lets in everyone where it allows', 'Give the target its `consulDeniesByDefault`, if Consul does',
      ),
      EndUserSubject: full('`verifyClaims`'),
      EndUserClaims: none('`verifyClaims` holds for a claim that is one text, and not for one that is a list, whatever its CRD says', 'Name the `subject`'),
      EndUserClaimParts: none('`verifyClaims` compares whole texts'),
      HealthProbe: inherent('Consul points the probes of the pod to a listener of their own, past the intentions'),
      HTTPSHealthProbe: PROBE_LEFT,
      GRPCHealthProbe: PROBE_LEFT,
      TCPHealthProbe: inherent('the proxy accepts the connection, whatever the program does'),
      Audit: none('Consul enforces every intention that it has'),
    },
    needs: model => issuerNeeds(model, 'Consul accepts no intention without its JWTProvider'),
    claims: model => claims(model, namespaces),
    render: model => render(model, namespaces),
    merged: withGrants,
    behind: (model, backend) => {
      const there = behind(model, backend);
      return {
        key: qualified(backend.name, there.namespace),
        claims: claims(there, namespaces),
        ...render(there, namespaces, model),
      };
    },
  };
}

/** The service that takes a request asks its own intentions, whichever one the client called. */
function behind(model: Policy, { name, namespace = model.namespace, serviceAccount }: Backend): Policy {
  return { ...model, name: `${model.name}-${name}`, namespace, destination: { ...model.destination, service: name, serviceAccount } };
}

/** Services of one name in one namespace of Consul share their intentions, whatever their namespaces in Kubernetes. */
function claims(model: Policy, namespaces: ConsulNamespaces): Claim[] {
  const { namespace, destination: { service } } = model;
  return service === undefined ? [] : [
    claim('policy', consulService(service, namespace, namespaces)),
    ...defaultsClaims([defaultsOf(model)], namespaces),
  ];
}

function defaultsOf({ namespace, destination: { service = refused(), ports } }: Policy): Manifest {
  return serviceDefaults({ service, namespace }, ports, 'strict');
}

/**
 * Tokens are those of the Service for which the policy was written, whichever service takes the requests. There is one ServiceIntentions for
 * a service: what a grant allows stands in that of the policy.
 */
function render(model: Policy, namespaces: ConsulNamespaces, written = model): Rendering<AccessFeature> {
  return model.grant !== undefined ? rendered()
    : renderUnless(refusals(model, namespaces), () => [serviceIntentions(model, namespaces, providersOf(written)), defaultsOf(model)]);
}

function refusals(model: Policy, namespaces: ConsulNamespaces): Refusal<AccessFeature>[] {
  const { destination: { service, serviceAccount, ports }, denials, rules } = model;
  const found: Refusal<AccessFeature>[] = [];
  if (serviceAccount !== undefined && serviceAccount !== service) {
    found.push({
      what: `a policy for '${service}', whose pods run as '${serviceAccount}'`,
      reason: 'pods register in Consul as the service that has the name of their ServiceAccount',
      remedy: 'Give the ServiceAccount the name of the Service',
    });
  }
  if (new Set(ports.map(port => JSON.stringify([denials, rules].map(all => rulesKey(all, port))))).size > 1) {
    found.push({
      what: `ports of '${service}' that let in different requests`,
      reason: 'an intention holds for the whole service, on all of its ports',
      remedy: 'Allow the same on all its ports, or make each port a Service of its own, with its own pods',
    });
  } else if ([...denials, ...rules].some(tellsRequestsApart) && commonProtocol(ports) === undefined) {
    found.push({
      what: `requests on ports of '${service}' that speak HTTP and gRPC`,
      reason: 'a service of Consul speaks one protocol',
      remedy: 'Make each port a Service of its own, with its own pods',
    });
  }
  return [...found, ...denialRefusals(model), ...exceptionRefusals(model), ...identityRefusals(model, namespaces)];
}

/** The same key for ports that let in the same. */
function rulesKey(rules: readonly AccessRule[], { port }: WorkloadPort): string {
  const keys = rules.filter(rule => rule.ports.some(p => p.port === port)).map(keyOf);
  return JSON.stringify([...new Set(keys)].sort());
}

function keyOf({ sources, exceptSources, requests, exceptRequests, endUsers }: IntentionRule): string {
  return JSON.stringify([
    endUsers,
    ...[sources, exceptSources].map(all => all.map(sourceKey)),
    ...[requests, exceptRequests].map(all => all.map(matchKey).sort()),
  ]);
}

function denialRefusals({ denials, rules }: Policy): Refusal<AccessFeature>[] {
  const nested = denials.some(({ exceptRequests }) => exceptRequests.length > 0);
  const denied = [...flatMap(denials, ({ requests }) => requests), ...flatMap(rules, ({ exceptRequests }) => exceptRequests)];
  return [
    ...nested ? [{
      what: 'denials with exceptions of requests',
      reason: 'the first permission that matches decides, and one for an exception would allow it, or deny it',
      remedy: 'Write what is allowed instead',
    }] : [],
    ...denied.some(({ path }) => path !== undefined) ? [{
      what: 'denials and exceptions by path, or by gRPC method',
      reason: 'Consul leaves `//` and `%2F` in a path, so `//admin` gets past a denial of `/admin`, which servers may take it for',
      remedy: 'Allow the paths that are meant, instead of denying the others',
    }] : [],
  ];
}

function exceptionRefusals(model: Policy): Refusal<AccessFeature>[] {
  const reason = 'the first permission that matches decides, whichever rule it is of';
  return [
    ...exceptsWhatItAllows(model) ? [{
      what: 'exceptions of requests that another rule may allow',
      reason,
      remedy: 'Use the same exceptions in all rules, or requests that have nothing in common with the exceptions',
    }] : [],
    ...mixesEndUsers(model) ? [{
      what: 'rules for different end users whose requests overlap',
      reason,
      remedy: 'Let the requests of one rule include those of the other, or let them have nothing in common',
    }] : [],
  ];
}

function identityRefusals(
  { namespace, destination: { service = refused() }, denials, rules: allowances }: Policy, namespaces: ConsulNamespaces,
): Refusal<AccessFeature>[] {
  const rules = [...denials, ...allowances];
  const identities = flatMap(rules, rule => [...rule.sources, ...rule.exceptSources]);
  const accounts = flatMap(identities, source => source.kind === 'serviceAccount' ? [source] : []);
  const nameless = flatMap(rules, rule => rule.exceptSources).filter(({ kind }) =>
    kind === 'spiffeId' || (kind === 'namespace' && namespaces === ConsulNamespaces.SINGLE));
  const shared = namespaces === ConsulNamespaces.MIRRORED ? [] : [...accounts, { name: service, namespace }].filter((one, _, all) =>
    all.some(other => other.name === one.name && other.namespace !== one.namespace));
  return [
    ...distinct(nameless.map(sourceInWords)).map(words => ({
      what: `the exception ${words}`,
      reason: 'an intention knows services by their names',
      remedy: 'Except ServiceAccounts',
    })),
    ...distinct(accounts.map(({ name }) => name)).filter(name => name.includes('.')).map(name => ({
      what: `the ServiceAccount '${name}'`,
      reason: 'the name of a service of Consul has no dots',
      remedy: 'Give the ServiceAccount a name without dots',
    })),
    ...distinct(shared.map(({ name }) => name)).map(name => ({
      what: `'${name}' in several namespaces`,
      reason: 'the namespaces of Kubernetes share one namespace of Consul here, where a name stands for one service',
      remedy: 'Give the ServiceAccounts names of their own',
    })),
  ];
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
