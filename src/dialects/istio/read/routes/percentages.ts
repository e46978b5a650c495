import type { Fields } from '../../../../manifests/fields';

/** Of a million: `translatePercentToFractionalPercent` in `pilot/pkg/networking/core/route/route.go` cuts what is no whole millionth. */
export function millionths(fields: Fields): number | undefined {
  const value = fields.field('value').take();
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > 100) return fields.doubt('it is not a percentage');
  return Math.trunc(value * 10_000);
}
