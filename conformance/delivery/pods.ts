import type { Recorder } from './recorder';
import type { ApiServer } from '../apiserver/server';

/** Pods take their time to start. */
const START = 500;

/** Says of Deployments and ReplicaSets that their pods run: there are no nodes. */
export function runPods(server: ApiServer, recorder: Recorder): void {
  recorder.onChange(({ object, isDeleted }) => {
    const { kind, metadata, spec, status = {} } = object;
    if (isDeleted || (kind !== 'Deployment' && kind !== 'ReplicaSet')) return;
    const replicas = spec.replicas ?? 1;
    if (status.observedGeneration === metadata.generation && (status.availableReplicas ?? 0) === replicas) return;
    const counts = ['replicas', 'readyReplicas', 'availableReplicas', kind === 'Deployment' ? 'updatedReplicas' : 'fullyLabeledReplicas'];
    const running = { observedGeneration: metadata.generation, ...Object.fromEntries(counts.map(count => [count, replicas])) };
    const where = `/apis/apps/v1/namespaces/${metadata.namespace}/${kind.toLowerCase()}s/${metadata.name}/status`;
    setTimeout(
      () => void server.request('PATCH', where, { status: running }, 'application/merge-patch+json').catch(() => undefined),
      replicas > (status.availableReplicas ?? 0) ? START : 0);
  });
}
