import { certified } from './identities';
import type { Client, Pod } from '../../../meaning/call';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt, NEVER } from '../../../meaning/condition';
import { ALL_PAST, hasNoProxy, type Past } from '../../../meaning/past';
import { isListed, portsIn } from '../../../reading/listed-ports';

/** What becomes of clients that no policy names: an `accessPolicy` of a Server, or the default of pods. */
const POLICIES: Readonly<Record<string, (cluster: Condition) => Condition>> = {
  'deny': () => NEVER,
  // It is reported, and let in.
  'audit': () => ALWAYS,
  'all-unauthenticated': () => ALWAYS,
  'all-authenticated': () => certified(),
  'cluster-unauthenticated': cluster => cluster,
  'cluster-authenticated': cluster => allOf(cluster, certified()),
};

/** Who is let in by a policy of that name; undefined where there is none. */
export function letInBy(policy: string, place: Doubt['place']): Condition | undefined {
  return Object.hasOwn(POLICIES, policy) ? POLICIES[policy](inCluster(place)) : undefined;
}

/** Clients in the networks of the cluster, which an option of the installation names: all pods are there. */
export function inCluster(place: Doubt['place']): Condition {
  return anyOf({ type: 'client', kinds: ['pod'] }, { type: 'unknown', why: 'it is not known which networks are those of the cluster', place });
}

const DEFAULT = 'config.linkerd.io/default-inbound-policy';
const WITH_IDENTITY = 'config.linkerd.io/proxy-require-identity-inbound-ports';
const SKIPPED_SUBNETS = 'config.linkerd.io/skip-subnets';
const SKIPPED = 'config.linkerd.io/skip-inbound-ports';
const SKIPPED_OUT = 'config.linkerd.io/skip-outbound-ports';

/** The default of pods, by their annotation, or else that of their namespace when they were made. */
export function defaultOf(pod: Pod): string | undefined {
  return said(pod, DEFAULT);
}

/** Whether the default of pods demands an identity on a port, whatever else it lets in. */
export function demandsIdentity(pod: Pod, port: number): boolean {
  return isListed(said(pod, WITH_IDENTITY), port);
}

/** Whether connections to a port reach pods without their proxy, which pods on the network of their node never have (linkerd2 `pkg/inject/report.go`). */
export function isPastProxy(pod: Pod, port: number): boolean {
  return isListed(said(pod, SKIPPED), port) || isInMesh(pod) === false;
}

const INJECT = 'linkerd.io/inject';
const ENABLED = ['enabled', 'ingress'];

/** Whether pods have a proxy, as they say; undefined where they say nothing. Another word keeps it from them, also that of the namespace (linkerd2 `pkg/inject/report.go`). */
export function isInMesh({ annotations, namespaceAnnotations, onHostNetwork }: Pod): boolean | undefined {
  const [own, ofNamespace] = [annotations, namespaceAnnotations].map(marks => marks?.[INJECT] || undefined);
  const isWrong = [own, ofNamespace].some(word => word !== undefined && word !== 'disabled' && !ENABLED.includes(word));
  const word = own ?? ofNamespace;
  return isWrong || onHostNetwork || word === 'disabled' ? false : word === undefined ? undefined : true;
}

/** Whether calls from some networks reach pods without their proxy. */
export function skipsSubnets(pod: Pod): boolean {
  return (said(pod, SKIPPED_SUBNETS) ?? '') !== '';
}

/** Which calls of a client its proxy does not see (linkerd2 `charts/partials/templates/_proxy-init.tpl`). */
export function leavesPast(client: Client): Past | undefined {
  if (hasNoProxy(client)) return ALL_PAST;
  if (client.kind !== 'pod') return undefined;
  const ports = portsIn(said(client, SKIPPED_OUT));
  return skipsSubnets(client) ? { ports, others: 'perhaps' } : ports.length > 0 ? { ports } : undefined;
}

function said({ annotations, namespaceAnnotations }: Pod, name: string): string | undefined {
  return annotations?.[name] ?? namespaceAnnotations?.[name];
}

