import type { Rollout } from './rollout';
import { analysesOf } from './rollout-services';
import type { World } from './world';
import { groupKindOf, list, map, namespaceOfObject, within, type Finding, type Subject } from '../inventory';

const TEMPLATES = { namespaced: 'argoproj.io AnalysisTemplate', cluster: 'argoproj.io ClusterAnalysisTemplate' };

/** Templates that a Rollout names: whether they are there, and get the arguments that they ask for. */
export function analysisFindings(rollout: Rollout, world: World): Finding[] {
  const { subject, namespace } = rollout;
  return analysesOf(rollout).flatMap(({ path, analysis }) => list(analysis.templates).flatMap(({ templateName, clusterScope }, i): Finding[] => {
    const [groupKind, home] = clusterScope === true ? [TEMPLATES.cluster, ''] : [TEMPLATES.namespaced, namespace];
    const template = world.named(groupKind, home, templateName, subject);
    const at = `${path}.templates[${i}]`;
    if (template === undefined) {
      return !world.of(groupKind).some(({ manifest }) => namespaceOfObject(manifest) === home) ? []
        : [{ subject, check: 'metric', path: at, message: `refers to ${groupKind.split(' ')[1]} '${templateName}', which the app does not have${within(home)}` }];
    }
    const given = new Set(list(analysis.args).map(({ name }) => name));
    const missing = list(map(template.manifest.spec).args)
      .filter(({ name, value, valueFrom }) => value === undefined && valueFrom === undefined && !given.has(name));
    return missing.length === 0 ? [] : [{
      subject,
      check: 'metric',
      path: at,
      isError: true,
      message: `gets no ${missing.map(({ name }) => `'${name}'`).join(', ')}, which '${templateName}' asks for: the Rollout is refused. Give them as args`,
    }];
  }));
}

/** Metrics that end an AnalysisRun with an error before they are asked. */
export function measureFindings(subject: Subject): Finding[] {
  const { metrics, templates } = map(subject.manifest.spec);
  const found = (path: string, message: string): Finding => ({ subject, check: 'metric', path, message, isError: true });
  const all = list(metrics);
  const isLone = groupKindOf(subject.manifest) === 'argoproj.io AnalysisRun' || list(templates).length === 0;
  return [
    ...isLone && all.length === 0 ? [found('spec.metrics', 'is empty, and every run of it fails. Write a metric')] : [],
    ...all.flatMap((metric, i): Finding[] => {
      const path = `spec.metrics[${i}]`;
      const providers = Object.keys(map(metric.provider)).filter(name => metric.provider[name] !== undefined);
      const again = all.findIndex(({ name }) => name === metric.name);
      return [
        ...providers.length === 1 ? [] : [found(`${path}.provider`, `has ${providers.length === 0 ? 'none' : providers.join(' and ')}, and every run fails. Write one provider`)],
        ...Number(metric.count) > 1 && !metric.interval ? [found(`${path}.interval`, `is missing, and count is ${metric.count}: every run fails. Write an interval`)] : [],
        ...again < i ? [found(`${path}.name`, `is '${metric.name}', as that of metric ${again + 1}, and every run fails. Write another name`)] : [],
      ];
    }),
  ];
}
