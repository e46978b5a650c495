/** What Flagger makes of a workload, as its sources say (pkg/canary/deployment_controller.go, pkg/canary/util.go). */

const LABELS = ['app', 'name', 'app.kubernetes.io/name'];

/** The labels of the pods of `<workload>-primary`; none, if it makes no such Deployment. */
export function primaryLabels({ spec }: any): Record<string, string> | undefined {
  const chosen = LABELS.filter(label => label in spec.selector.matchLabels)[0];
  if (chosen === undefined) return undefined;
  const labels: Record<string, string> = {};
  for (const [key, value] of Object.entries<string>(spec.template.metadata.labels)) {
    if (!key.includes('toolkit.fluxcd.io')) labels[key] = value;
  }
  labels[chosen] = `${spec.selector.matchLabels[chosen]}-primary`;
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
