import type { AccessModel, AccessRule, Workload, WorkloadPort } from './access';
import type { Every } from './fields';
import { flatMap } from './lists';
import { numberOf } from './pod-port';

/** A policy with all that grants allow beside it: what is let in by the two together. */
export function withGrants(policy: AccessModel, grants: readonly AccessModel[]): AccessModel {
  const ports = flatMap([policy, ...grants], ({ destination }) => destination.ports).reduce(noted, []);
  return {
    ...policy,
    destination: { ...policy.destination, ports },
    rules: flatMap([policy, ...grants], ({ rules }) => rules.map(rule => onPorts(rule, ports))),
  };
}

/** A policy with what grants allow on some of the ports, which is told by the port, and by the policy with all of the grants. */
export function mergedOn(
  policy: AccessModel, grants: readonly AccessModel[], isMerged: (port: WorkloadPort, together: AccessModel) => boolean,
): AccessModel {
  const { rules, destination } = withGrants(policy, grants);
  const ports = destination.ports.filter(port => isMerged(port, { ...policy, rules, destination }));
  const own = policy.rules.length;
  const added = rules.slice(own).map(rule => ({ ...rule, ports: rule.ports.filter(port => ports.includes(port)) }));
  return { ...policy, destination, rules: [...rules.slice(0, own), ...added.filter(rule => rule.ports.length > 0)] };
}

/**
 * A grant as it stands beside a policy, which knows the pods. Where there are allowances only, what the policy denies has to be taken out of
 * the grant, too; elsewhere the policy itself denies it.
 */
export function besidePolicy(grant: AccessModel, policy: AccessModel, inAllowances: boolean): AccessModel {
  const { destination: { ports } } = withGrants(policy, [grant]);
  const { service, serviceAccount, podSelector, subset, facts }: Omit<Workload, 'ports'> = policy.destination;
  const destination: Every<Workload> = { service, serviceAccount, podSelector, subset, facts, ports };
  const denials = inAllowances ? policy.denials : [];
  return { ...grant, destination, rules: grant.rules.map(rule => onPorts(rule, ports)), audit: policy.audit, denials };
}

/** What a grant and a policy say of the same pods, each otherwise. */
export interface Disagreement {
  readonly what: string;
  readonly policy?: string;
  readonly grant?: string;
}

/** What a grant says of the pods otherwise than their policy; `undefined` if the two agree. */
export function disagreement(policy: Workload, grant: Workload): Disagreement | undefined {
  const { serviceAccount: account = policy.serviceAccount } = grant;
  if (account !== policy.serviceAccount) {
    return { what: 'the ServiceAccount of its pods', policy: policy.serviceAccount, grant: account };
  }
  return flatMap(grant.ports, port => {
    const known = policy.ports.find(other => isSamePort(other, port));
    return known?.protocol === undefined || port.protocol === undefined || known.protocol === port.protocol ? []
      : [{ what: `the protocol of port ${port.port} of its pods`, policy: known.protocol, grant: port.protocol }];
  })[0];
}

/** A number stands for two ports, if one of them is for UDP. */
export function isSamePort(a: WorkloadPort, b: WorkloadPort): boolean {
  return (a.port === b.port || (numberOf(a) !== undefined && numberOf(a) === numberOf(b))) && (a.protocol === 'UDP') === (b.protocol === 'UDP');
}

/** Each port once, by what the first says of it, and the protocol and the Service ports that any of them knows. */
function noted(known: readonly WorkloadPort[], port: WorkloadPort): WorkloadPort[] {
  const i = known.findIndex(other => isSamePort(other, port));
  if (i === -1) return [...known, port];
  const before = known[i];
  const servicePorts = before.servicePorts && [...new Set([...before.servicePorts, ...port.servicePorts ?? []])];
  return known.map((other, k) => k !== i ? other : { ...before, protocol: before.protocol ?? port.protocol, ...servicePorts && { servicePorts } });
}

function onPorts(rule: AccessRule, ports: readonly WorkloadPort[]): AccessRule {
  return { ...rule, ports: ports.filter(known => rule.ports.some(port => isSamePort(known, port))) };
}
