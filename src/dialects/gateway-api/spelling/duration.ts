const UNITS = [['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]] as const;

/**
 * Milliseconds as a duration of Gateway API: hours, minutes, seconds and milliseconds, each a whole number.
 *
 * @see https://gateway-api.sigs.k8s.io/geps/gep-2257/
 */
export function goDuration(milliseconds: number): string {
  let rest = milliseconds;
  return milliseconds === 0 ? '0s' : UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest %= size;
    return count > 0 ? `${count}${unit}` : '';
  }).join('');
}
