import type { Refusal } from './refusal';
import { flatMap } from '../../model/lists';
import type { ReleaseModel } from '../../model/release';

/** Labels by which Services select pods, and that the pods of the release do not have: policies would protect none of them. */
export function lackingLabels({ route: { service }, stable, canary, workload: { name, podLabels } }: ReleaseModel): Refusal<never>[] {
  if (podLabels === undefined) return [];
  const lacking = new Set(flatMap([service, stable, canary], ({ podSelector = {} }) => Object.entries(podSelector))
    .filter(([label, value]) => podLabels[label] !== value).map(([label, value]) => `${label}: ${value}`));
  return [...lacking].map(label => ({
    what: `pods selected by the label '${label}'`,
    reason: `the pods of Deployment '${name}' do not have it, so policies would protect none of them`,
    remedy: 'Give the label to the template of the Deployment, or select the pods by labels that they have',
  }));
}
