import type { Condition } from '../../meaning/condition';
import type { Beyond, Edge, Rule } from '../../reading/map/graph';
import { conditionWords } from '../words/conditions';

/** What an edge says, in as few words as a picture has room for. */
export function labelOf({ kind, port, count, reach, rules }: Edge): string {
  switch (kind) {
    case 'calls': return `${port}${reach === 'some' ? ': some requests' : reach === 'unknown' ? ': not known' : ''}`;
    case 'leaves': return portsOf(rules).join(', ');
    case 'count': return String(count);
    case 'enters': return hostsOf(rules).join(', ');
    case 'share': return [...new Set(rules.map(({ percent = 100, when }) => `${percent}%${when === undefined ? '' : ' of some'}`))].join(', ');
  }
}

function hostsOf(rules: readonly Rule[]): string[] {
  return few(rules.flatMap(({ host }) => host ?? []));
}

function portsOf(rules: readonly Rule[]): string[] {
  return few(rules.flatMap(({ when }) => when === undefined ? [] : portsIn(when)));
}

/** The first of some names, and how many there are besides. */
function few(all: readonly string[]): string[] {
  const names = [...new Set(all)];
  return names.length > 2 ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
}

/** Lines on what is beyond a picture. */
export function beyondOf({ from, to }: Beyond): string[] {
  return [...from.length > 0 ? [`from ${few(from).join(', ')}`] : [], ...to.length > 0 ? [`to ${few(to).join(', ')}`] : []];
}

function portsIn(condition: Condition): string[] {
  switch (condition.type) {
    case 'all':
    case 'any': return condition.of.flatMap(portsIn);
    case 'toPort': return [condition.first === condition.last ? String(condition.first) : `${condition.first}-${condition.last}`];
    default: return [];
  }
}

/** What a rule of an edge says, and where. */
export function ruleOf({ when, percent, host, source }: Rule): { readonly what: string; readonly by?: string } {
  const what = [
    ...percent === undefined ? [] : [`${percent}%`],
    ...host === undefined ? [] : [`host ${host}`],
    ...when !== undefined ? [conditionWords(when)] : percent === undefined && host === undefined ? ['everything'] : [],
  ].join(' of ');
  if (source === undefined) return { what };
  const { kind, namespace, name, place: { file, line } } = source;
  return { what, by: `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}, ${file}:${line}` };
}
