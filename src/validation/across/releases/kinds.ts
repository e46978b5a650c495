const KINDS = new Set(['Canary', 'MetricTemplate', 'Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun']);

/** Whether a manifest tells how a controller moves a release. */
export function isOfRelease({ kind }: any): boolean {
  return KINDS.has(kind);
}
