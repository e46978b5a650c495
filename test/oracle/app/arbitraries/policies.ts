import * as fc from 'fast-check';
import { type AppOptions, canAny, canIn } from './options';
import type { PodPort } from '../../../../src/evaluators/access/request';
import { type AccessModel, type AccessRule, type Source, sourceKey } from '../../../../src/model/access';
import type { MutualTlsMode, PortMode } from '../../../../src/model/authentication';
import { absent, total } from '../../../total';
import { declaredPorts, denials, probes, rule } from '../../access/arbitraries';
import { isOfClients } from '../../access/decide';
import { some, sometimes } from '../../routes/arbitraries/some';
import { EXPOSED } from '../policy-props';
import { HOME, type Part, podPort, type Running, type World } from '../world';
import { clientsOf, type WrittenGateway, type WrittenMutualTls, type WrittenOpening, type WrittenTokens } from '../written';

/** Those of the policies that are chosen let in the gateways of an exposure, too. */
export function lettingIn(gateway: WrittenGateway, opening: WrittenOpening, all: readonly AccessModel[], chosen: readonly boolean[]): AccessModel[] {
  const sources = clientsOf(gateway, opening).map(client => client as { namespace: string; serviceAccount: string })
    .map(({ namespace, serviceAccount }): Source => ({ kind: 'gateway', name: EXPOSED, namespace, pods: { serviceAccount, namespace } }));
  return all.map((one, i) => !chosen[i] || one.leavesRest ? one : ({
    ...one,
    rules: [...one.rules, {
      sources,
      exceptSources: [],
      exceptRequests: [],
      endUsers: [],
      ports: one.destination.ports,
      requests: [],
    }],
  }));
}

/** Which of the rules of each policy are said by clients, as grants: one policy of two says all of it itself. */
export function grantsIn({ dialects }: AppOptions, all: readonly AccessModel[], chosen: readonly boolean[]): boolean[][] {
  const can = canIn(dialects.access.supports)('Grant');
  return all.map(({ rules, leavesRest }, i) => rules.map((one, r) =>
    can && !leavesRest && isOfClients(one) && chosen[(i * 3 + r) % chosen.length]));
}

/**
 * Policies of some Services, at most one for each; seldom of versions, whose pods most often belong to the Service that is called, too, or of
 * these as some of its pods. Denials by themselves stand beside any of them.
 */
export function policies(options: AppOptions, { services, parts: backends }: World): fc.Arbitrary<AccessModel[]> {
  const can = canIn(options.dialects.access.supports);
  const [called, ...beside] = services;
  const others = beside.filter(({ form }) => form !== 'externalName');
  const few = (those: readonly Running[]) => fc.subarray([...those], { maxLength: Math.min(2, those.length) })
    .chain(chosen => fc.tuple(...chosen.map(service => policy(options, service))));
  const elsewhere = others.filter(({ podSelector }) => podSelector.app !== called.name);
  const parts = can('SubsetPolicy') ? [...subsetsOf(called, others), ...backends.filter(({ name }) => name === called.name)] : [];
  return !canAny(options.dialects.access.supports) ? fc.constant([]) : fc.tuple(
    sometimes(85, parts.length === 0 ? policy(options, called) : fc.oneof(
      { weight: 3, arbitrary: policy(options, called) },
      { weight: 1, arbitrary: fc.constantFrom(...parts).chain(part => policy(options, part)) },
    )),
    fc.oneof({ weight: 2, arbitrary: few(elsewhere) }, { weight: 1, arbitrary: few(others) }),
    can('LoneDenial')
      ? sometimes(25, fc.constantFrom(called, called, ...others, ...parts).chain(service => loneDenial(options, service)))
      : fc.constant(undefined),
  ).map(([first, rest, denial]) => [...(first === undefined ? [] : [first]), ...rest, ...(denial === undefined ? [] : [denial])]);
}

/** The versions of a Service that selects all of them, as some of its pods. */
function subsetsOf(called: Running, versions: readonly Running[]): Part[] {
  return called.podSelector.version !== undefined ? [] : versions
    .filter(({ podSelector }) => podSelector.app === called.name && podSelector.version !== undefined)
    .map(({ podSelector, serviceAccount }) => ({ ...called, podSelector, serviceAccount, subset: { version: podSelector.version } }));
}

/** What is denied, whatever allows it. */
function loneDenial(options: AppOptions, part: Part): fc.Arbitrary<AccessModel | undefined> {
  const can = canIn(options.dialects.access.supports);
  const ports = declaredPorts(can, { ports: part.ports.map(podPort) });
  const denied = fc.array(rule(can, ports, options), { minLength: 1, maxLength: 2 })
    .map(all => all.map(each => ({ ...whole(options.wholeWorkloads, ports, options.uniqueNames ? atHome(each) : each), endUsers: [] })));
  return ports.length === 0 ? fc.constant(undefined) : fc.tuple(denied, policy(options, part))
    .map(([theirs, one]): AccessModel => ({ ...one, name: `${part.name}-denial`, denials: theirs, rules: [], leavesRest: true, healthProbes: [] }));
}

function policy(
  { dialects, wholeWorkloads, uniqueNames }: AppOptions, { name, namespace, podSelector, serviceAccount, ports: own, subset }: Part,
): fc.Arbitrary<AccessModel> {
  const can = canIn(dialects.access.supports);
  const ports = declaredPorts(can, { ports: own.map(podPort) });
  const rules = ports.length === 0 ? fc.constant([]) : fc.array(rule(can, ports, { wholeWorkloads }), { maxLength: 3 });
  return total<AccessModel>({
    name: fc.constant(`${name}-access`),
    namespace: fc.constant(namespace),
    destination: fc.constant({ service: name, serviceAccount, podSelector, ports, ...(subset && { subset }) }),
    denials: denials(can, ports, { wholeWorkloads }).map(all => all.map(one => whole(wholeWorkloads, ports, uniqueNames ? atHome(one) : one))),
    rules: rules.map(all => all.map(one => whole(wholeWorkloads, ports, uniqueNames ? atHome(one) : one))),
    leavesRest: fc.constant(false),
    grant: absent,
    healthProbes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: probes(can, ports) }),
    audit: can('Audit') ? sometimes(5, fc.constant(true)).map(audit => audit === true) : fc.constant(false),
  });
}

/** Where a rule is for all ports of a workload, it tells requests apart on all or none. */
function whole(wholeWorkloads: boolean, ports: AccessRule['ports'], one: AccessRule): AccessRule {
  return wholeWorkloads && one.ports.length < ports.length ? { ...one, ports, requests: [] } : one;
}

/** Where each name is unique, of these namespaces. */
const HOMES: Readonly<Record<string, string>> = { 'web': 'shop', 'cart': 'shop', 'job': 'ops', 'web-admin': 'web' };

function atHome(one: AccessRule): AccessRule {
  const placed = <S extends Source>(source: S): S => source.kind === 'serviceAccount' ? { ...source, namespace: HOMES[source.name] } : source;
  const distinct = <S extends Source>(all: readonly S[]): S[] => [...new Map(all.map(source => [sourceKey(source), source])).values()];
  return { ...one, sources: distinct(one.sources.map(placed)), exceptSources: distinct(one.exceptSources.map(placed)) };
}

/** Whoever has a policy for end users believes tokens; so does a Service without one, now and then. */
export function tokens({ dialects }: AppOptions, { services }: World, all: readonly AccessModel[], beside: boolean): WrittenTokens[] {
  const { supports } = dialects.jwtAuthentication;
  if (!canAny(supports)) {
    return [];
  }
  const [{ name, namespace }] = services;
  const needed = all.filter(({ rules }) => rules.some(({ endUsers }) => endUsers.length > 0))
    .map(({ namespace: home, destination: { service, subset } }): WrittenTokens => ({ namespace: home, service, ...(subset && { subset }) }));
  return needed.length > 0 || !beside ? needed : [{ namespace, service: name }];
}

export function mutualTls({ dialects }: AppOptions, { services }: World): fc.Arbitrary<WrittenMutualTls[]> {
  const can = canIn(dialects.authentication.supports);
  const features = { strict: 'StrictMutualTls', permissive: 'PermissiveMutualTls', disabled: 'DisabledMutualTls' } as const;
  const modes = (['strict', 'permissive', 'disabled'] as const).filter(mode => can(features[mode]));
  if (modes.length === 0) {
    return fc.constant([]);
  }
  return some<{ namespace: WrittenMutualTls; workload: WrittenMutualTls }>({
    namespace: can('NamespaceAuthentication') && [20, total<WrittenMutualTls>({
      namespace: fc.constant(HOME), workload: absent, mode: fc.constantFrom(...modes), ports: fc.constant([]),
    })],
    workload: can('WorkloadAuthentication') && [20, fc.constantFrom(...services).chain(({ namespace, name, ports }) => total<WrittenMutualTls>({
      namespace: fc.constant(namespace),
      workload: fc.constant(name),
      mode: fc.constantFrom(...modes),
      ports: can('PortAuthentication') ? fc.subarray(ports.map(podPort)).chain(those => portModes(those, modes)) : fc.constant([]),
    }))],
  }).map(all => Object.values(all));
}

/** Some ports of a workload, each with a mode of its own. */
function portModes(ports: readonly PodPort[], modes: readonly MutualTlsMode[]): fc.Arbitrary<PortMode[]> {
  return fc.tuple(...ports.map(({ port }) => total<PortMode>({
    port: fc.constant(port), number: absent, name: absent, mode: fc.constantFrom(...modes),
  })));
}
