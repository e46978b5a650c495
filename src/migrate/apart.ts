import type { Program, ProgramChart } from './program';
import type { TargetName } from './targets';

/** Charts whose ids are not those that others have for one of several targets; those for one of them end with its name, as its files do. */
export function apart(
  charts: readonly ProgramChart[], targets: readonly TargetName[], targetOf: (target: Program['targets'][number]) => TargetName,
): ProgramChart[] {
  const planned = new Set(charts.map(({ id }) => id));
  const lengthened = (id: string, isTaken: (id: string) => boolean): string => isTaken(id) ? lengthened(`${id}-chart`, isTaken) : id;
  const all = charts.map(chart => chart.target !== undefined ? chart
    : { ...chart, id: lengthened(chart.id, id => targets.length > 1 && targets.some(target => planned.has(`${id}-${target}`))) });
  const taken = new Set(all.flatMap(({ id }) => [id, ...targets.map(target => `${id}-${target}`)]));
  return all.map(chart => {
    if (chart.target === undefined) return chart;
    const name = targetOf(chart.target);
    return { ...chart, id: `${lengthened(`${chart.namespace}-default`, id => taken.has(`${id}-${name}`))}-${name}` };
  });
}
