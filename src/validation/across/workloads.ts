import { groupKindOf, list, namespaceOfObject, within, type Finding, type Inventory, type Subject } from './inventory';

/** Workloads that a policy speaks of: whether pods match its selector, and run as the ServiceAccounts that it names. */
export function workloadFindings(subject: Subject, inventory: Inventory): Finding[] {
  return [...selectorFindings(subject, inventory), ...accountFindings(subject, inventory)];
}

/** Where each kind has the selector of the pods it is for. */
const SELECTORS = new Map<string, (spec: any) => [path: string, selector: any]>(Object.entries({
  'security.istio.io AuthorizationPolicy': spec => ['spec.selector', spec.selector],
  'security.istio.io PeerAuthentication': spec => ['spec.selector', spec.selector],
  'security.istio.io RequestAuthentication': spec => ['spec.selector', spec.selector],
  'policy.linkerd.io Server': spec => ['spec.podSelector', spec.podSelector],
  'networking.k8s.io NetworkPolicy': spec => ['spec.podSelector', spec.podSelector],
} satisfies Record<string, (spec: any) => [path: string, selector: any]>));

function selectorFindings(subject: Subject, inventory: Inventory): Finding[] {
  const [path, selector] = SELECTORS.get(groupKindOf(subject.manifest))?.(subject.manifest.spec ?? {}) ?? [];
  const pods = inventory.workloadsOf(namespaceOfObject(subject.manifest));
  if (path === undefined || selector === undefined || pods.length === 0 || pods.some(({ labels }) => selects(selector, labels))) return [];
  return [{ subject, check: 'selector', path, message: `matches no pod of the app${within(namespaceOfObject(subject.manifest))}: ${JSON.stringify(selector)}` }];
}

function selects(selector: any, labels: Readonly<Record<string, string>>): boolean {
  const named = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => valueOf(labels, key) === value);
  return named && list(selector.matchExpressions).every(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In': return values.includes(valueOf(labels, key));
      case 'NotIn': return !values.includes(valueOf(labels, key));
      case 'Exists': return Object.hasOwn(labels, key);
      default: return !Object.hasOwn(labels, key);
    }
  });
}

function valueOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function accountFindings(subject: Subject, inventory: Inventory): Finding[] {
  return accountsOf(subject.manifest).flatMap(({ path, namespace, name }): Finding[] => {
    const pods = inventory.workloadsOf(namespace);
    if (pods.length === 0 || pods.some(({ serviceAccount }) => serviceAccount === name)) return [];
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
