import type { Rollout } from './rollout';
import { analysesOf } from './rollout-services';
import type { World } from './world';
import { groupKindOf, list, map, namespaceOfObject, within, type Finding, type Subject } from '../inventory';

const TEMPLATES = { namespaced: 'argoproj.io AnalysisTemplate', cluster: 'argoproj.io ClusterAnalysisTemplate' };

/** Templates that a Rollout names: whether they are there, get the arguments that they ask for, and end. */
export function analysisFindings(rollout: Rollout, world: World): Finding[] {
  return analysesOf(rollout).flatMap(({ path, analysis }) => {
    const named = list(analysis.templates).map((ref, i) => ({ at: `${path}.templates[${i}]`, ...templateOf(rollout, ref, world) }));
    return [...named.flatMap(one => findingsOf(rollout, path, analysis, one, world)), ...together(rollout, named)];
  });
}

interface Named {
  readonly at: string;
  readonly name: unknown;
  readonly groupKind: string;
  readonly home: string;
  readonly template?: Subject;
}

function templateOf({ subject, namespace }: Rollout, { templateName: name, clusterScope }: any, world: World): Omit<Named, 'at'> {
  const [groupKind, home] = clusterScope === true ? [TEMPLATES.cluster, ''] : [TEMPLATES.namespaced, namespace];
  return { name, groupKind, home, template: world.named(groupKind, home, name, subject) };
}

function findingsOf({ subject }: Rollout, path: string, analysis: any, { at, name, groupKind, home, template }: Named, world: World): Finding[] {
  const found = (message: string, isError = true): Finding => ({ subject, check: 'metric', path: at, message, isError });
  if (template === undefined) {
    return !world.of(groupKind).some(({ manifest }) => namespaceOfObject(manifest) === home) ? []
      : [found(`refers to ${groupKind.split(' ')[1]} '${name}', which the app does not have${within(home)}`, false)];
  }
  const { args, metrics } = map(template.manifest.spec);
  const given = new Set(list(analysis.args).map(one => one.name));
  const missing = list(args).filter(one => one.value === undefined && one.valueFrom === undefined && !given.has(one.name));
  const endless = path === BACKGROUND ? undefined
    : list(metrics).find(({ count, interval }) => interval && (count === undefined || Number(count) === 0));
  return [
    ...missing.length === 0 ? []
      : [found(`gets no ${missing.map(one => `'${one.name}'`).join(', ')}, which '${name}' asks for: the Rollout is refused. Give them as args`)],
    ...endless === undefined ? []
      : [found(`is '${name}', whose metric '${endless.name}' has an interval and no count, and so never ends: the Rollout is refused. Write a count, or use it in ${BACKGROUND}`)],
  ];
}

/** The analysis that runs beside the steps, for as long as they do. */
const BACKGROUND = 'spec.strategy.canary.analysis';

/** Templates of one analysis become one run. */
function together({ subject }: Rollout, named: readonly Named[]): Finding[] {
  const seen = new Set<unknown>();
  return named.flatMap(({ at, template }): Finding[] => {
    const metrics = list(map(template?.manifest.spec).metrics).map(({ name }) => name);
    const again = metrics.find(name => seen.has(name));
    metrics.forEach(name => seen.add(name));
    return again === undefined ? []
      : [{ subject, check: 'metric', path: at, message: `has metric '${again}', as another template here does: the Rollout is refused. Give it another name`, isError: true }];
  });
}

/** Metrics that end an AnalysisRun with an error before they are asked. */
export function measureFindings(subject: Subject): Finding[] {
  const { metrics, templates, args } = map(subject.manifest.spec);
  const found = (path: string, message: string): Finding => ({ subject, check: 'metric', path, message, isError: true });
  const all = list(metrics);
  const isLone = groupKindOf(subject.manifest) === 'argoproj.io AnalysisRun' || list(templates).length === 0;
  const declared = new Set(list(args).map(({ name }) => `args.${name}`));
  return [
    ...list(args).flatMap(({ value, valueFrom }, i) => value === undefined || valueFrom === undefined ? []
      : [found(`spec.args[${i}]`, 'has value and valueFrom: no Rollout may run it in its steps. Leave one of the two out')]),
    ...isLone && all.length === 0 ? [found('spec.metrics', 'is empty, and every run of it fails. Write a metric')] : [],
    ...all.flatMap((metric, i): Finding[] => {
      const path = `spec.metrics[${i}]`;
      const providers = Object.keys(map(metric.provider)).filter(name => metric.provider[name] !== undefined);
      const again = all.findIndex(({ name }) => name === metric.name);
      const unknown = !isLone ? undefined : [...JSON.stringify(metric).matchAll(/\{\{([^{}]*)\}\}/g)].map(([, tag]) => tag.trim()).find(tag => !declared.has(tag));
      return [
        ...providers.length === 1 ? [] : [found(`${path}.provider`, `has ${providers.length === 0 ? 'none' : providers.join(' and ')}, and every run fails. Write one provider`)],
        ...Number(metric.count) > 1 && !metric.interval ? [found(`${path}.interval`, `is missing, and count is ${metric.count}: every run fails. Write an interval`)] : [],
        ...unknown === undefined ? [] : [found(path, `has {{${unknown}}}, which spec.args does not have, and every run fails. Add it there`)],
        ...again < i ? [found(`${path}.name`, `is '${metric.name}', as that of metric ${again + 1}, and every run fails. Write another name`)] : [],
      ];
    }),
  ];
}
