import type { PortRange } from '../meaning/past';

/** The ports that an annotation names: one by one, or as ranges. */
export function portsIn(ports: string | undefined): PortRange[] {
  return (ports ?? '').split(',').flatMap(one => {
    const [, first, last = first] = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(one) ?? [];
    return first === undefined ? [] : [{ first: Number(first), last: Number(last) }];
  });
}

/** Whether a port is among those that an annotation names. */
export function isListed(ports: string | undefined, port: number): boolean {
  return portsIn(ports).some(({ first, last }) => first <= port && port <= last);
}
