import { attachmentFindings } from './attachments';
import { backendFindings } from './backends';
import { certificateFindings } from './certificates';
import { contradictions } from './contradictions';
import { Inventory, type Finding, type FindingCheck, type Subject } from './inventory';
import { isOfRelease } from './releases/kinds';
import { giveTexts } from './texts';
import { waypointFindings } from './waypoints';
import { workloadFindings } from './workloads';

export type { Finding, FindingCheck, Subject };

/**
 * Finds manifests that contradict each other, or refer to something that is missing. Only what the manifests themselves tell is found: if
 * an app has no Services in a namespace, it may refer to any Service there.
 */
export function findings(subjects: readonly Subject[]): Finding[] {
  subjects.forEach(({ manifest }) => giveTexts(manifest));
  const inventory = new Inventory(subjects);
  const found: Finding[] = [];
  for (const subject of subjects) {
    found.push(...backendFindings(subject, inventory), ...workloadFindings(subject, inventory), ...certificateFindings(subject, inventory));
  }
  return found.concat(contradictions(subjects), attachmentFindings(subjects), waypointFindings(subjects), ofReleases(subjects));
}

/** An app without releases that a controller moves pays one look at each manifest. */
function ofReleases(subjects: readonly Subject[]): Finding[] {
  if (!subjects.some(({ manifest }) => isOfRelease(manifest))) return [];
  const { releaseFindings }: typeof import('./releases') = require('./releases');
  return releaseFindings(subjects);
}
