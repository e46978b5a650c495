import { byKind } from './by-kind';
import type { EgressDestination, InsideDestination } from './egress';

/** What is called, for people. */
export const calledInWords = byKind<EgressDestination | InsideDestination, string>({
  host: ({ host }) => `'${host}'`,
  cidr: ({ cidr }) => `the addresses '${cidr}'`,
  outside: () => 'everything outside the cluster',
  service: ({ service }) => `Service '${service}'`,
  pods: ({ labels }) => `the pods '${labelsInWords(labels)}'`,
  namespace: ({ name }) => `the namespace '${name}'`,
  namespaceLabels: ({ labels }) => `the namespaces '${labelsInWords(labels)}'`,
  anyPod: () => 'pods',
  apiServer: () => 'the API server',
  nodes: () => 'nodes',
  ownNode: () => 'the node of the pod',
});

function labelsInWords(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).map(([label, value]) => `${label}=${value}`).join();
}
