import { isGranted } from './grants';
import { groupKindOf, list, namespaceOfObject, within, X_BACKEND, type Finding, type FindingCheck, type Inventory, type Subject } from './inventory';

const GATEWAY = 'gateway.networking.k8s.io';
const ROUTES = new Set(['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'].map(kind => `${GATEWAY} ${kind}`));

/** Checks what a route or a split names: Services exist and have the port, XBackends exist, and all of it may be referred to. */
export function backendFindings(subject: Subject, inventory: Inventory): Finding[] {
  const groupKind = groupKindOf(subject.manifest);
  if (ROUTES.has(groupKind)) return routeFindings(subject, inventory);
  if (groupKind === 'networking.istio.io VirtualService') return virtualServiceFindings(subject, inventory);
  return groupKind === 'split.smi-spec.io TrafficSplit' ? splitFindings(subject, inventory) : [];
}

function routeFindings(subject: Subject, inventory: Inventory): Finding[] {
  const { spec } = subject.manifest;
  const own = namespaceOfObject(subject.manifest);
  const from = { group: GATEWAY, kind: subject.manifest.kind, namespace: own };
  const parents = list(spec?.parentRefs).flatMap((ref, i) => ref.kind === 'Service'
    ? serviceFindings(subject, inventory, 'parent', `spec.parentRefs[${i}]`, ref.namespace ?? own, ref)
    : []);
  const backends = list(spec?.rules).flatMap((rule, r) => list(rule.backendRefs).flatMap((ref, i) => {
    const path = `spec.rules[${r}].backendRefs[${i}]`;
    const namespace = ref.namespace ?? own;
    const { group = '', kind = 'Service' } = ref;
    const found = kind === 'Service' && group === '' ? serviceFindings(subject, inventory, 'backend', path, namespace, ref)
      : `${group} ${kind}` === X_BACKEND ? xBackendFindings(subject, inventory, path, namespace, ref) : [];
    const isAllowed = namespace === own || isOfParent(spec, namespace)
      || isGranted({ from, to: { group, kind, namespace, name: ref.name } }, inventory.grants);
    return isAllowed ? found : [...found, {
      subject, check: 'grant', path, message: `refers to ${kind} '${ref.name}' in namespace '${namespace}', which no ReferenceGrant there allows`,
    } satisfies Finding];
  }));
  return [...parents, ...backends];
}

function xBackendFindings(subject: Subject, inventory: Inventory, path: string, namespace: string, { name }: any): Finding[] {
  return !inventory.missesXBackend(namespace, name) ? []
    : [{ subject, check: 'backend', path, message: `refers to XBackend '${name}', which the app does not have${within(namespace)}` }];
}

function virtualServiceFindings(subject: Subject, inventory: Inventory): Finding[] {
  const { spec } = subject.manifest;
  const named = (check: FindingCheck, path: string, { host, port }: any): Finding[] => {
    const service = serviceAt(host, namespaceOfObject(subject.manifest));
    const { name, namespace } = service ?? {};
    return namespace === undefined ? [] : serviceFindings(subject, inventory, check, path, namespace, { name, port: port?.number });
  };
  return [
    ...(Array.isArray(spec?.hosts) ? spec.hosts : []).flatMap((host: unknown, i: number) => named('parent', `spec.hosts[${i}]`, { host })),
    ...['http', 'tls', 'tcp'].flatMap(kind => list(spec?.[kind]).flatMap((route, r) => ['route', 'mirrors'].flatMap(field =>
      list(route[field]).flatMap(({ destination }, i) => named('backend', `spec.${kind}[${r}].${field}[${i}].destination`, destination ?? {}))))),
  ];
}

/** A Service by its host name; any other host is outside the cluster. */
function serviceAt(host: unknown, own: string): { readonly name: string; readonly namespace: string } | undefined {
  const [, name, namespace = own] = /^([-a-z0-9]+)(?:\.([-a-z0-9]+)\.svc\..+)?$/.exec(String(host)) ?? [];
  return name === undefined ? undefined : { name, namespace };
}

function serviceFindings(
  subject: Subject, inventory: Inventory, check: FindingCheck, path: string, namespace: string, { name, port }: any,
): Finding[] {
  if (inventory.misses(namespace, name)) {
    return [{ subject, check, path, message: `refers to Service '${name}', which the app does not have${within(namespace)}` }];
  }
  const service = inventory.service(namespace, name);
  if (service === undefined || port === undefined || service.ports.includes(port)) return [];
  return [{ subject, check: 'port', path, message: `refers to port ${port} of Service '${name}', which has ${service.ports.join(', ') || 'none'}` }];
}

/** Whether a namespace is the one of the routed Services: a reference to a Service there needs no grant. */
function isOfParent(spec: any, namespace: string): boolean {
  const parents = list(spec?.parentRefs);
  return parents.length > 0 && parents.every(ref => ref.kind === 'Service' && ref.namespace === namespace);
}

function splitFindings(subject: Subject, inventory: Inventory): Finding[] {
  const { spec } = subject.manifest;
  const namespace = namespaceOfObject(subject.manifest);
  const root = String(spec?.service).split('.')[0];
  const ports = inventory.service(namespace, root)?.ports ?? [];
  const missingRoot = inventory.misses(namespace, root)
    ? [{ subject, check: 'parent', path: 'spec.service', message: `refers to Service '${root}', which the app does not have${within(namespace)}` } satisfies Finding]
    : [];
  return [...missingRoot, ...list(spec?.backends).flatMap(({ service }, i) => {
    const path = `spec.backends[${i}]`;
    const backend = inventory.service(namespace, service);
    const lacking = backend === undefined ? [] : ports.filter(port => !backend.ports.includes(port));
    return [...serviceFindings(subject, inventory, 'backend', path, namespace, { name: service }), ...lacking.map((port): Finding => ({
      subject, check: 'port', path, message: `has the traffic of port ${port} of '${root}', which Service '${service}' does not have`,
    }))];
  })];
}
