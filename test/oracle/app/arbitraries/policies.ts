import * as fc from 'fast-check';
import { type AppOptions, canAny, canIn } from './options';
import type { PodPort } from '../../../../src/evaluators/access/request';
import { type AccessModel, type AccessRule, type Source, sourceKey } from '../../../../src/model/access';
import type { MutualTlsMode, PortMode } from '../../../../src/model/authentication';
import { absent, total } from '../../../total';
import { declaredPorts, denials, probes, rule } from '../../access/arbitraries';
import { some, sometimes } from '../../routes/arbitraries/some';
import { EXPOSED } from '../policy-props';
import { HOME, podPort, type Running, type World } from '../world';
import type { WrittenGateway, WrittenMutualTls } from '../written';

/** Those of the policies that are chosen let in the gateway, too. */
export function lettingIn({ client }: WrittenGateway, all: readonly AccessModel[], chosen: readonly boolean[]): AccessModel[] {
  const { namespace, serviceAccount } = client as { namespace: string; serviceAccount: string };
  const source: Source = { kind: 'gateway', name: EXPOSED, namespace, pods: { serviceAccount, namespace } };
  return all.map((one, i) => !chosen[i] ? one : ({
    ...one,
    rules: [...one.rules, {
      sources: [source],
      exceptSources: [],
      exceptRequests: [],
      endUsers: [],
      ports: one.destination.ports,
      requests: [],
    }],
  }));
}

/** Policies of some Services, at most one for each; seldom of versions, whose pods most often belong to the Service that is called, too. */
export function policies(options: AppOptions, { services }: World): fc.Arbitrary<AccessModel[]> {
  const [called, ...beside] = services;
  const others = beside.filter(({ form }) => form !== 'externalName');
  const few = (those: readonly Running[]) => fc.subarray([...those], { maxLength: Math.min(2, those.length) })
    .chain(chosen => fc.tuple(...chosen.map(service => policy(options, service))));
  const elsewhere = others.filter(({ podSelector }) => podSelector.app !== called.name);
  return !canAny(options.dialects.access.supports) ? fc.constant([]) : fc.tuple(
    sometimes(85, policy(options, called)),
    fc.oneof({ weight: 2, arbitrary: few(elsewhere) }, { weight: 1, arbitrary: few(others) }),
  ).map(([first, rest]) => [...(first === undefined ? [] : [first]), ...rest]);
}

function policy(
  { dialects, wholeWorkloads, uniqueNames }: AppOptions, { name, namespace, podSelector, serviceAccount, ports: own }: Running,
): fc.Arbitrary<AccessModel> {
  const can = canIn(dialects.access.supports);
  const ports = declaredPorts(can, { ports: own.map(podPort) });
  const rules = ports.length === 0 ? fc.constant([]) : fc.array(rule(can, ports, { wholeWorkloads }), { maxLength: 3 });
  return total<AccessModel>({
    name: fc.constant(`${name}-access`),
    namespace: fc.constant(namespace),
    destination: fc.constant({ service: name, serviceAccount, podSelector, ports }),
    denials: denials(can, ports, { wholeWorkloads }).map(all => all.map(one => whole(wholeWorkloads, ports, uniqueNames ? atHome(one) : one))),
    rules: rules.map(all => all.map(one => whole(wholeWorkloads, ports, uniqueNames ? atHome(one) : one))),
    leavesRest: fc.constant(false),
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
