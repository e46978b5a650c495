import { type Probe, verdict } from './case';
import type { Request } from '../../src/evaluators/access/request';
import { Unknown } from '../../src/evaluators/unknown';
import { documentsIn, type Readable } from '../../src/manifests/documents';
import { manifestsOf, streamOf } from '../../src/migrate/manifests';
import { migrate } from '../../src/migrate/migrate';
import { JUDGES } from '../../src/migrate/prove/judges';

/**
 * What manifests decide to which some of Open Service Mesh are migrated: the same, where no verdict on the pods says less; otherwise, they let
 * in no more.
 */
export function afterwards(manifests: readonly object[], to: 'istio' | 'linkerd'): (request: Request) => Probe['answers'] {
  const documents = [...documentsIn('a.yaml', manifests.map(one => JSON.stringify(marked(one))).join('\n---\n'))];
  const { program, judged } = migrate(documents, { from: 'osm', targets: [to], isEnforced: true });
  const written = [...documentsIn(to, streamOf(to, manifestsOf(program), [to]))].map(({ content }) => (content as Readable).manifest);
  const lesser = judged.filter(({ verdict: one }) => !['same', 'assumed', 'inert'].includes(one)).map(({ document }) => document);
  return request => {
    const { pod } = request;
    const isLess = lesser.some(one => one.kind !== 'TrafficTarget' || one.destination === undefined || one.destination.name === pod.serviceAccount);
    const own = written.filter(({ metadata }) => metadata.namespace === pod.namespace);
    try {
      const isAllowed = JUDGES[to]({}).letsIn!(own, request);
      return isAllowed || (!isLess && request.entrance !== undefined) ? { [`migrated to ${to}`]: verdict(isAllowed) } : {};
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      return {};
    }
  };
}

/** Namespaces say that they are in the mesh. */
function marked(manifest: any): any {
  return manifest.kind !== 'Namespace' ? manifest : {
    ...manifest,
    metadata: { ...manifest.metadata, labels: { 'openservicemesh.io/monitored-by': 'osm' }, annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' } },
  };
}
