import { groupKindOf, list, map, namespaceOfObject, within, type Finding, type Inventory, type Subject } from './inventory';
import { selectedBy, selects, type Selector } from './selectors';

/** Checks the workloads that a policy names: some pods match its selector, and some run as each ServiceAccount in it. */
export function workloadFindings(subject: Subject, inventory: Inventory): Finding[] {
  return inventory.hasWorkloads ? [...selectorFindings(subject, inventory), ...accountFindings(subject, inventory)] : [];
}

/** The kinds whose selectors choose pods of the app, whatever creates those pods. */
const ASKED = new Set([
  'security.istio.io AuthorizationPolicy', 'security.istio.io PeerAuthentication', 'security.istio.io RequestAuthentication', 'policy.linkerd.io Server',
  'networking.k8s.io NetworkPolicy',
]);

function selectorFindings(subject: Subject, inventory: Inventory): Finding[] {
  if (!ASKED.has(groupKindOf(subject.manifest))) return [];
  const namespace = namespaceOfObject(subject.manifest);
  if (inventory.workloadsOf(namespace).length === 0) return [];
  const choosesSome = (selector: Selector) =>
    inventory.workloadsAmong(namespace, map(selector.matchLabels)).some(({ labels }) => selects(selector, labels));
  return selectedBy(subject.manifest).filter(({ as, selectors }) => as === 'protected' && !selectors.some(choosesSome))
    .map(({ path, selectors: [selector] }) =>
      ({ subject, check: 'selector', path, message: `matches no pod of the app${within(namespace)}: ${JSON.stringify(selector)}` }));
}

function accountFindings(subject: Subject, inventory: Inventory): Finding[] {
  return accountsOf(subject.manifest).flatMap(({ path, namespace, name }): Finding[] => {
    const known = inventory.accountsOf(namespace);
    if (known === undefined || known.has(name) || inventory.isOfGateway(namespace, name)) return [];
    return [{ subject, check: 'account', path, message: `names ServiceAccount '${name}', which no pod of the app runs as${within(namespace)}` }];
  });
}

interface Account {
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
}

function accountsOf(manifest: any): Account[] {
  const { spec } = manifest;
  const own = namespaceOfObject(manifest);
  switch (groupKindOf(manifest)) {
    case 'access.smi-spec.io TrafficTarget':
      return [...referred([spec?.destination], 'spec.destination', own), ...referred(spec?.sources, 'spec.sources', own)];
    case 'security.istio.io AuthorizationPolicy':
      return list(spec?.rules).flatMap((rule, r) => list(rule.from).flatMap((from, f) =>
        parsed(from.source?.principals, `spec.rules[${r}].from[${f}].source.principals`, /\/ns\/(?<namespace>[^/*]+)\/sa\/(?<name>[^/*]+)$/)));
    case 'policy.linkerd.io MeshTLSAuthentication':
      return [
        ...referred(spec?.identityRefs, 'spec.identityRefs', own),
        ...parsed(spec?.identities, 'spec.identities', /^(?<name>[^.*]+)\.(?<namespace>[^.*]+)\.serviceaccount\./),
      ];
    default: return [];
  }
}

function referred(refs: unknown, path: string, own: string): Account[] {
  return list(refs).filter(({ kind }) => kind === 'ServiceAccount').map(({ namespace = own, name }) => ({ path, namespace, name }));
}

function parsed(identities: unknown, path: string, pattern: RegExp): Account[] {
  return (Array.isArray(identities) ? identities : []).flatMap(identity => {
    const { namespace, name } = pattern.exec(String(identity))?.groups ?? {};
    return name === undefined ? [] : [{ path, namespace, name }];
  });
}
