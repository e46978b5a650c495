import type { FlaggerModel } from '../../../model/delivery';
import { fieldsOf } from '../../../model/fields';
import { flatMap } from '../../../model/lists';
import type { ReleaseModel } from '../../../model/release';
import { lackingLabels } from '../../contract/lacking-labels';
import type { Refusal } from '../../contract/refusal';
import { changedLabels, primaryOf } from '../made';

/** Flagger tells the pods of the two versions apart by one label, so whatever selects pods by that label finds one version only. */
export function podRefusals(model: ReleaseModel, options: FlaggerModel): Refusal<never>[] {
  const { route: { service }, stable, canary, workload } = model;
  const { name, selector } = workload;
  const labels = changedLabels(workload, options);
  if (labels.length === 0) {
    return [{
      what: `pods of Deployment '${name}'`,
      reason: `Flagger tells the pods of the versions apart by one of the labels ${options.selectorLabels.join(', ')}, and the Deployment selects its pods by none of them`,
      remedy: 'Select them by one of these labels, or give the delivery the `selectorLabels` that Flagger is run with',
    }];
  }
  const selecting = new Set(flatMap([service, stable, canary], ({ podSelector = {} }) => fieldsOf(podSelector)));
  return [
    ...lackingLabels(model),
    ...flatMap(labels, label => selector?.[label] === undefined ? [] : tooLong(label, selector[label])),
    ...labels.filter(label => selecting.has(label)).map((label): Refusal<never> => selector === undefined ? {
      what: `pods selected by the label '${label}'`,
      reason: `Flagger changes one of the labels ${labels.join(', ')} in the stable pods, and it is unknown by which of them Deployment '${name}' selects its pods: `
        + 'policies could protect one version only',
      remedy: 'Give the Workload its `selector`, or let `podSelector` have other labels only, such as `app.kubernetes.io/part-of`',
    } : {
      what: `pods selected by the label '${label}'`,
      reason: `Flagger gives the stable pods '${label}: ${primaryOf(selector[label])}', so policies would protect one version only`,
      remedy: OTHER_LABELS,
    }),
    ...[...selecting].filter(label => label.includes(OF_FLUX)).map((label): Refusal<never> => ({
      what: `pods selected by the label '${label}'`,
      reason: 'Flagger leaves labels of Flux out of the stable pods, so policies would protect one version only',
      remedy: OTHER_LABELS,
    })),
  ];
}

const OTHER_LABELS = 'Let `podSelector` have other labels only, which both versions have, such as `app.kubernetes.io/part-of`';

/** Part of the labels that Flagger does not copy (`pkg/canary/util.go`, makePrimaryLabels). */
const OF_FLUX = 'toolkit.fluxcd.io';

function tooLong(label: string, value: string): Refusal<never>[] {
  return primaryOf(value).length <= 63 ? [] : [{
    what: `pods with the label '${label}: ${value}'`,
    reason: `Flagger gives the stable pods '${label}: ${primaryOf(value)}', and that has more than 63 characters`,
    remedy: `Give the label a value of at most ${63 - primaryOf('').length} characters`,
  }];
}
