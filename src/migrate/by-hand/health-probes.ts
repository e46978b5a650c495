import { LeftOut, type Program } from '../program';

/** Whether some policy of a program names health probes, and is no comment. */
export function hasHealthProbes({ charts }: Program): boolean {
  return charts.some(({ statements }) => statements.some(({ props, leftOut }) => {
    const probes = leftOut === undefined && typeof props === 'object' && 'healthProbes' in props ? props.healthProbes : undefined;
    return Array.isArray(probes) && probes.some(probe => !(probe instanceof LeftOut));
  }));
}
