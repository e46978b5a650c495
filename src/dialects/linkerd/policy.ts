import type { Workload } from '../../model/access';
import { distinctBy } from '../../model/lists';
import { workloadInWords } from '../../model/service-ref';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { unknownPods } from '../contract/unknown-pods';

/** A Server that selects no labels would select every pod of the namespace. */
export function noPodSelector(what: string, workload: Pick<Workload, 'service' | 'podSelector' | 'serviceAccount'>): Refusal<never>[] {
  return workload.podSelector !== undefined ? [] : [unknownPods(`${what} for ${workloadInWords(workload)}`, 'a Server', workload.service === undefined ? 'MeshPods' : 'MeshService')];
}

/** Each object once: objects that several ports need have the same name and the same content. */
export function once(manifests: readonly Manifest[]): Manifest[] {
  return distinctBy(manifests, ({ kind, metadata }) => `${kind} ${metadata.name}`);
}
