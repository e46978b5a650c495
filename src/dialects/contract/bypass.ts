import type { Mark, Marks } from './marks';

/** What pods and their namespace say. */
export interface PodMarks extends Marks {
  readonly onHostNetwork: boolean;
}

/** Calls on which nobody decides who reads policies, though the pods are in their reach. */
export interface Bypass {
  /** What keeps the calls from whoever decides: the end of a sentence that begins with `by`. */
  readonly by: string;
  /** Ports of pods, where they are called; and those that pods call, where they call. */
  readonly ports: 'all' | ((port: number) => boolean);
  /** Whether only some calls to these ports are meant, or another installation may see to it. */
  readonly isPerhaps?: true;
}

/** To the pods, or from them. */
export type Direction = 'inbound' | 'outbound';

export type PodsBypass = (pod: PodMarks, direction: Direction) => readonly Bypass[];

/** All calls, if a mark says so. */
export function allBy(said: Mark | undefined, isSo: (value: string) => boolean, isPerhaps?: true): Bypass[] {
  return said === undefined || !isSo(said.value) ? [] : [{ by: said.by, ports: 'all', ...(isPerhaps && { isPerhaps }) }];
}

/** Calls to the ports that a mark lists, one by one or as ranges. */
export function listedBy(said: Mark | undefined): Bypass[] {
  if (said === undefined) return [];
  const ranges = rangesIn(said.value);
  return ranges.length === 0 ? [] : [{ by: said.by, ports: isIn(ranges) }];
}

/** Calls to all ports but those that a mark lists. */
export function unlistedBy(said: Mark | undefined): Bypass[] {
  if (said === undefined) return [];
  const isListed = isIn(rangesIn(said.value));
  return [{ by: said.by, ports: port => !isListed(port) }];
}

/** Pods on the network of their node. */
export function onNode({ onHostNetwork }: PodMarks, isPerhaps?: true): Bypass[] {
  return onHostNetwork ? [{ by: '`hostNetwork: true`', ports: 'all', ...(isPerhaps && { isPerhaps }) }] : [];
}

/** Whether anything is said. */
export const isSaid = (value: string) => value !== '';

type Range = readonly [number, number];

function rangesIn(list: string): Range[] {
  return [...list.matchAll(/(?:^|,)\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*(?=,|$)/g)].map(([, first, last = first]) => [Number(first), Number(last)]);
}

function isIn(ranges: readonly Range[]): (port: number) => boolean {
  return port => ranges.some(([first, last]) => first <= port && port <= last);
}
