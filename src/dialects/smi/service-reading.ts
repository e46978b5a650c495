import type { Protocol } from '../../model/protocol';
import type { ServiceReading } from '../contract/service-reading';
import { forms } from '../contract/service-reading';
import { partial } from '../contract/support';

/** The specification says nothing of what a Service may be. */
export const smiServices: ServiceReading = {
  forms: forms({ headless: { parent: partial('the specification does not say that it can be split, and some meshes split only calls to the address of a Service') } }),
  byAccounts: 'any',
  byLabels: false,
};

const OSM_PROTOCOLS: ReadonlyMap<string, readonly Protocol[]> = new Map<string, readonly Protocol[]>([
  ['http', ['HTTP', 'GRPC']], ['grpc', ['HTTP', 'GRPC']], ['tcp', ['TCP', 'TLS']], ['tcp-server-first', ['TCP', 'TLS']],
]);

/** Open Service Mesh: pkg/compute/kube/client.go, pkg/envoy/generator/lds/inmesh.go. */
export const osmServices: ServiceReading = {
  forms: forms({ headless: { parent: partial('Open Service Mesh knows each pod of a StatefulSet by a name of its own, and does not split calls to these names') } }),
  words: {
    mesh: 'Open Service Mesh',
    speaks: ({ name = '', appProtocol, transport }) => {
      const prefix = ['tcp-server-first', 'http', 'tcp', 'grpc'].find(protocol => name.startsWith(`${protocol}-`));
      return OSM_PROTOCOLS.get((appProtocol ?? prefix ?? (transport === 'TCP' ? 'http' : '')).toLowerCase()) ?? [];
    },
    byName: true,
    write: { HTTP: 'http', GRPC: 'grpc', TLS: 'tcp', TCP: 'tcp' },
    routes: 'and splits no requests there',
    requests: 'and ignores what rules say of requests, so a source may make any request',
  },
  byAccounts: 'any',
  byLabels: false,
};
