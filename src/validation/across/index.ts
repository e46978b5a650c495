import { backendFindings } from './backends';
import { contradictions } from './contradictions';
import { Inventory, type Finding, type FindingCheck, type Subject } from './inventory';
import { releaseFindings } from './releases';
import { waypointFindings } from './waypoints';
import { workloadFindings } from './workloads';

export type { Finding, FindingCheck, Subject };

/**
 * What does not fit together in manifests that are applied together. Only what the manifests themselves tell is found: an
 * app that has no Services in a namespace may refer to any there.
 */
export function findings(subjects: readonly Subject[]): Finding[] {
  const inventory = new Inventory(subjects);
  return subjects.flatMap(subject => [...backendFindings(subject, inventory), ...workloadFindings(subject, inventory)])
    .concat(contradictions(subjects), waypointFindings(subjects), releaseFindings(subjects));
}
