import { servedSplits } from './canary';
import type { Rollout } from './rollout';
import { unmovedFindings } from './rollout-unmoved';
import { isMade, type World } from './world';
import { list, map, namespaceOfObject, within, type Finding, type Subject } from '../inventory';
import { selects } from '../selectors';

/** Routes that the controller and its plugin move. */
export function rolloutRouteFindings(rollout: Rollout, world: World): Finding[] {
  return [
    ...rollout.routing === undefined ? [] : [...pluginFindings(rollout, world), ...istioFindings(rollout, world), ...splitFindings(rollout, world)],
    ...unmovedFindings(rollout, movedRoutes(rollout, world), world),
  ];
}

/** Those that are here of the routes that a Rollout moves. */
export function movedRoutes({ subject, namespace, routing, gatewayApi }: Rollout, world: World): ReadonlySet<Subject> {
  const home = map(gatewayApi).namespace || namespace;
  const { virtualService, virtualServices } = map(map(routing).istio);
  const named = [
    ...movedBy(gatewayApi, home, world).map(({ kind, name }) => world.named(`${GATEWAY} ${kind}`, home, name, subject)),
    ...list([virtualService, ...list(virtualServices)]).map(({ name }) => virtualServiceOf(name, namespace))
      .map(one => world.named(VIRTUAL_SERVICE, one.namespace, one.name, subject)),
  ];
  return new Set(named.filter(one => one !== undefined));
}

const VIRTUAL_SERVICE = 'networking.istio.io VirtualService';

/** As a Rollout names it. */
function virtualServiceOf(text: unknown, own: string): { readonly name: string; readonly namespace: string } {
  const [name, namespace = own] = String(text).split('.');
  return { name, namespace };
}

const GATEWAY = 'gateway.networking.k8s.io';
const KINDS = { http: 'HTTPRoute', grpc: 'GRPCRoute', tcp: 'TCPRoute', tls: 'TLSRoute' };
const FIELDS = [
  ...Object.keys(KINDS).flatMap(kind => [`${kind}Route`, `${kind}Routes`, `${kind}RouteSelector`]),
  'namespace', 'disableInProgressLabel', 'inProgressLabelKey', 'inProgressLabelValue',
];
const AT = 'spec.strategy.canary.trafficRouting.plugins["argoproj-labs/gatewayAPI"]';

/** A route that the plugin moves. */
interface Moved {
  readonly kind: string;
  readonly name: unknown;
  readonly path: string;
  /** Whether it also adds rules for headers, and deletes those that look like its own. */
  readonly addsRules: boolean;
}

function pluginFindings(rollout: Rollout, world: World): Finding[] {
  const { subject, gatewayApi, namespace } = rollout;
  if (gatewayApi === undefined) return [];
  const found = (path: string, message: string, isError = true): Finding => ({ subject, check: 'plugin', path, message, isError });
  const unknown = Object.keys(map(gatewayApi)).filter(field => !FIELDS.includes(field));
  const old = ['tcpRoute', 'tcpRoutes', 'tlsRoute', 'tlsRoutes'].filter(field => map(gatewayApi)[field] !== undefined);
  const home = map(gatewayApi).namespace || namespace;
  const moved = movedBy(gatewayApi, home, world);
  const hasSelector = Object.keys(map(gatewayApi)).some(field => field.endsWith('RouteSelector'));
  return [
    ...unknown.map(field => found(`${AT}.${field}`, `is no field of the plugin, which passes over it. It has ${FIELDS.join(', ')}`)),
    ...moved.length === 0 && !hasSelector ? [found(AT, 'names no route, and no weight can be set. Write `httpRoutes: [{ name, useHeaderRoutes: false }]`')] : [],
    ...old.map((field): Finding => ({
      ...found(`${AT}.${field}`, 'is read in the version v1alpha2, which the standard channel of Gateway API does not serve: the Rollout hangs there', false), needsExperimental: true,
    })),
    ...moved.flatMap(route => {
      const groupKind = `${GATEWAY} ${route.kind}`;
      const other = world.named(groupKind, home, route.name, subject);
      if (other !== undefined) return ruleFindings(rollout, route, other);
      return !world.of(groupKind).some(({ manifest }) => namespaceOfObject(manifest) === home) ? []
        : [found(route.path, `is ${route.kind} '${route.name}', which the app does not have${within(home)}`, false)];
    }),
  ];
}

function movedBy(config: any, home: string, world: World): Moved[] {
  return Object.entries(KINDS).flatMap(([prefix, kind]): Moved[] => {
    const { [`${prefix}Route`]: one, [`${prefix}Routes`]: several, [`${prefix}RouteSelector`]: selector } = map(config);
    const selected = selector === undefined ? [] : world.of(`${GATEWAY} ${kind}`)
      .filter(({ manifest }) => namespaceOfObject(manifest) === home && selects(map(selector), map(manifest.metadata?.labels)));
    return [
      ...one ? [{ kind, name: one, path: `${AT}.${prefix}Route`, addsRules: true }] : [],
      ...list(several).map(({ name, useHeaderRoutes }, i) => ({ kind, name, path: `${AT}.${prefix}Routes[${i}]`, addsRules: useHeaderRoutes === true })),
      ...selected.map(({ manifest }) => ({ kind, name: manifest.metadata?.name, path: `${AT}.${prefix}RouteSelector`, addsRules: false })),
    ];
  });
}

/** The kinds in which the plugin knows rules of its own. */
const HAS_OWN = new Set(['HTTPRoute', 'GRPCRoute']);

function ruleFindings({ name: rollout, canary, routing, steps }: Rollout, { kind, addsRules }: Moved, subject: Subject): Finding[] {
  const { stableService, canaryService } = map(canary);
  const managed = list(map(routing).managedRoutes).map(({ name }) => String(name));
  const isManaged = (name: unknown) => managed.some(base => name === base || (String(name).startsWith(`${base}-`) && /^[+-]?\d+$/.test(String(name).slice(base.length + 1))));
  const rules = list(subject.manifest.spec?.rules);
  const hasHeaders = HAS_OWN.has(kind) && addsRules;
  const found = (check: Finding['check'], path: string, message: string, isError = true): Finding => ({ subject, check, path, message, isError });
  // The plugin passes over rules that it takes for its own, and then writes nothing, if it has not found both versions.
  const isAlone = (backendRefs: any) => list(backendRefs).length === 1 && backendRefs[0].name === canaryService;
  const isPassed = ({ name, backendRefs }: any) => HAS_OWN.has(kind) && ((name !== undefined && isManaged(name)) || isAlone(backendRefs));
  const names = rules.filter(rule => !isPassed(rule)).flatMap(rule => list(rule.backendRefs).map(({ name }) => name));
  const told = rules.flatMap((rule, r): Finding[] => {
    const path = `spec.rules[${r}]`;
    const backends = list(rule.backendRefs);
    const at = (service: unknown) => backends.findIndex(({ name }) => name === service);
    if (rule.name !== undefined && isManaged(rule.name)) {
      return [found('rule', `${path}.name`, `is '${rule.name}', by which the plugin knows rules of its own for Rollout '${rollout}': it ${
        hasHeaders ? 'deletes the rule' : 'sets no weights in it'}. Give it a name that managedRoutes does not have, with no number behind it`)];
    }
    if (backends.length === 1 && backends[0].name === canaryService) {
      return hasHeaders ? [found('rule', path, `has Service '${canaryService}' alone, which the plugin takes for a rule of its own: it deletes the rule as soon as Rollout `
        + `'${rollout}' is not in a release. Write \`${kind === 'HTTPRoute' ? 'http' : 'grpc'}Routes: [{ name: ${subject.manifest.metadata?.name}, useHeaderRoutes: false }]\``)] : [];
    }
    const [stable, fresh] = [at(stableService), at(canaryService)];
    if (stable >= 0 && fresh < 0) {
      return !names.includes(canaryService) ? [] : [found('weights', `${path}.backendRefs[${stable}]`, `is Service '${stableService}' without '${canaryService}' beside it. The plugin sets its weight, too, and so to 0 before Rollout `
        + `'${rollout}' is promoted: ${backends.length === 1 ? 'all requests then fail' : 'the others then get its requests'}. Add '${canaryService}', with the weight 0`)];
    }
    if (fresh < 0) return [];
    const { weight } = backends[fresh];
    const lost = ['timeouts', 'retry', 'sessionPersistence'].filter(field => rule[field] !== undefined);
    return [
      ...weight === undefined ? [found('weights', `${path}.backendRefs[${fresh}].weight`, `is missing, and then 1: whenever the route is applied, the new version of Rollout '${rollout}' `
        + 'gets its share of all requests. Write 0, and 100 for the stable version')] : [],
      ...typeof weight === 'number' && weight > 0 ? [found('weights', `${path}.backendRefs[${fresh}].weight`, `is ${weight}: whenever the route is applied, the new version of Rollout `
        + `'${rollout}' gets that. Write 0, and 100 for the stable version`, false)] : [],
      ...hasHeaders && lost.length > 0 && steps.some(({ setHeaderRoute }) => setHeaderRoute !== undefined)
        ? [found('step', path, `has ${lost.join(' and ')}, which the plugin does not copy into the rules that it adds by setHeaderRoute`, false)] : [],
    ];
  });
  const missing = [stableService, canaryService].find(service => typeof service === 'string' && service !== '' && !names.includes(service));
  return missing === undefined ? told : [...told, found('weights', 'spec.rules', `has no backend '${missing}', so Rollout '${rollout}' cannot set a weight. Add it beside the other version`)];
}

function istioFindings({ subject, name: rollout, namespace, canary, routing }: Rollout, world: World): Finding[] {
  const { virtualService, virtualServices, destinationRule } = map(map(routing).istio);
  const { stableService, canaryService } = map(canary);
  const managed = new Set(list(map(routing).managedRoutes).map(({ name }) => name));
  const wanted = destinationRule === undefined ? { host: [stableService, canaryService] }
    : { subset: [map(destinationRule).stableSubsetName, map(destinationRule).canarySubsetName] };
  return list([virtualService, ...list(virtualServices)]).flatMap(({ name, routes }): Finding[] => {
    const { name: service, namespace: home } = virtualServiceOf(name, namespace);
    const other = world.named(VIRTUAL_SERVICE, home, service, subject);
    if (other === undefined) {
      return !world.of(VIRTUAL_SERVICE).some(({ manifest }) => namespaceOfObject(manifest) === home) ? [] : [{
        subject,
        check: 'weights',
        path: 'spec.strategy.canary.trafficRouting.istio',
        message: `names VirtualService '${service}', which the app does not have${within(home)}`,
      }];
    }
    // Without routes of requests, those of bytes are moved, by their ports.
    if (other.manifest.spec?.http === undefined) return [];
    const found = (path: string, message: string, isError = true): Finding => ({ subject: other, check: 'weights', path, message, isError });
    const http = list(other.manifest.spec?.http);
    const named = Array.isArray(routes) ? routes : [];
    const absent = named.filter(route => !http.some(({ name: own }) => own === route));
    if (absent.length > 0) return [found('spec.http', `has no route '${absent[0]}', which Rollout '${rollout}' names, and is refused. Give the route that name`)];
    const unmanaged = http.filter(({ name: own }) => !managed.has(own));
    if (named.length === 0 && unmanaged.length > 1) {
      return [found('spec.http', `has ${unmanaged.length} routes, and Rollout '${rollout}' names none in trafficRouting.istio.virtualService.routes: it is refused. Name those that it moves`)];
    }
    return http.flatMap((route, i) => {
      if (named.length > 0 ? !named.includes(route.name) : managed.has(route.name)) return [];
      const destinations = list(route.route).map(({ destination }) => map(destination));
      const [field, values] = Object.entries(wanted)[0];
      const missing = values.find((value: unknown) => typeof value === 'string' && !destinations.some(destination => shortened(destination[field], home) === value));
      return missing === undefined ? []
        : [found(`spec.http[${i}].route`, `has no ${field} '${missing}', which Rollout '${rollout}' moves requests to, and is refused. Add it beside the other version`)];
    });
  });
}

/** The host of a Service of the same namespace, as a Rollout names it; the name of a subset has no dots. */
function shortened(host: unknown, namespace: string): string {
  const [name, home, ...rest] = String(host).split('.');
  return (home === undefined || home === namespace) && (rest.length === 0 || rest[0] === 'svc') ? name : String(host);
}

/** The versions that the controller can be told to write. */
const SPLITS = ['v1alpha2', 'v1alpha3'];

function splitFindings({ subject, name, namespace, canary, routing }: Rollout, world: World): Finding[] {
  const { smi } = map(routing);
  if (smi === undefined) return [];
  const { trafficSplitName = name, rootService = map(canary).stableService } = map(smi);
  const served = servedSplits(subject, world);
  const unserved: Finding[] = served === undefined || served.includes('v1alpha1') ? [] : [{
    subject,
    check: 'rollout',
    path: 'spec.strategy.canary.trafficRouting.smi',
    message: `makes a TrafficSplit of v1alpha1, and the CRD that stands beside it serves ${served.join(', ') || 'none'}. ${SPLITS.some(version => served.includes(version))
      ? `Run the controller with --traffic-split-api-version=${SPLITS.find(version => served.includes(version))}` : 'The controller knows v1alpha1, v1alpha2 and v1alpha3: write the CRD with one of them'}`,
    isError: !SPLITS.some(version => served.includes(version)),
  }];
  return [...unserved, ...world.of('split.smi-spec.io TrafficSplit').flatMap((split): Finding[] => {
    const { metadata, spec } = split.manifest;
    if (namespaceOfObject(split.manifest) !== namespace || isMade(split) || !world.sees(split, subject)) return [];
    const isSame = metadata?.name === trafficSplitName;
    return !isSame && String(spec?.service).split('.')[0] !== rootService ? [] : [{
      subject: split,
      check: 'routed',
      path: isSame ? 'metadata.name' : 'spec.service',
      message: isSame ? `is that of the TrafficSplit that Rollout '${name}' makes, which stops at one that is not its own. Leave it out`
        : `is '${rootService}', for which Rollout '${name}' makes a TrafficSplit, too. Leave it out`,
      isError: true,
    }];
  })];
}
