/** What Flagger makes of a workload, as its sources say (pkg/canary/deployment_controller.go, pkg/canary/util.go). */

const LABELS = ['app', 'name', 'app.kubernetes.io/name'];

/** The one label by which Flagger tells the pods of the two versions apart, with its value for the new one. */
export function selectorLabel({ spec }: any, labels: readonly string[] = LABELS): readonly [label: string, value: string] | undefined {
  const chosen = labels.filter(label => label in spec.selector.matchLabels)[0];
  return chosen === undefined ? undefined : [chosen, spec.selector.matchLabels[chosen]];
}

/** The labels of the pods of `<workload>-primary`; none, if it makes no such Deployment. */
export function primaryLabels(workload: any): Record<string, string> | undefined {
  const chosen = selectorLabel(workload);
  if (chosen === undefined) return undefined;
  const [label, value] = chosen;
  const labels: Record<string, string> = {};
  for (const [key, said] of Object.entries<string>(workload.spec.template.metadata.labels)) {
    if (!key.includes('toolkit.fluxcd.io')) labels[key] = said;
  }
  labels[label] = `${value}-primary`;
  return labels;
}

/** Whether Kubernetes takes pods with these labels for those of a selector (apimachinery pkg/labels/selector.go). */
export function isSelected(selector: any, labels: Readonly<Record<string, string>>): boolean {
  const requirements = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: 'In', values: [value] })), ...selector.matchExpressions ?? [],
  ];
  return requirements.every(({ key, operator, values = [] }: any) => {
    const has = key in labels;
    if (operator === 'Exists') return has;
    if (operator === 'DoesNotExist') return !has;
    return operator === 'In' ? has && values.includes(labels[key]) : !has || !values.includes(labels[key]);
  });
}
