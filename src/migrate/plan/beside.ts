import type { Planning } from './planned';
import type { IngressBackend, PortRange } from '../world';

/** What let clients in past TrafficTargets, and is not carried over: what it did, and what to write. */
export function noteBeside({ beside, notices }: Pick<Planning, 'beside' | 'notices'>): void {
  for (const ingress of beside.ingressBackends) {
    notices.give('notMigrated', `IngressBackend '${ingress.name}' let ${sourcesOf(ingress)} call ${backendsOf(ingress)}: write an Exposure of the Service, `
      + 'or an allowance for the gateway in the policy of its pods', ingress.place);
  }
  for (const { kind, name, pastTheMesh, place } of beside.workloads) {
    if (pastTheMesh.length === 0) continue;
    notices.give('notMigrated', `requests to ports ${pastTheMesh.map(rangeOf).join(', ')} of ${kind} '${name}' went past the mesh: where they are to stay open, `
      + 'write an allowance of `Identity.anyone()` for these ports, or have the new mesh pass them by', place);
  }
}

function sourcesOf({ sources, hasMatches }: IngressBackend): string {
  const all = sources.map(({ kind, name, namespace }) => `${kind} '${namespace === undefined ? name : `${namespace}/${name}`}'`);
  return `${all.length === 0 ? 'anyone' : all.join(', ')}${hasMatches ? ', with some requests,' : ''}`;
}

function backendsOf({ backends }: IngressBackend): string {
  return backends.map(({ service, port, protocol }) =>
    [`Service '${service}'`, ...port === undefined ? [] : [`at port ${port}`], ...protocol === undefined ? [] : [`over ${protocol.toUpperCase()}`]].join(' ')).join(', ');
}

function rangeOf({ first, last }: PortRange): string {
  return first === last ? String(first) : `${first}-${last}`;
}
