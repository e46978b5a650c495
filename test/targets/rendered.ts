import { SAMPLES } from './laws.samples';
import { fieldsOf } from '../../src/model/fields';
import { KINDS } from '../../src/model/kinds';
import type { CATALOGUE } from '../../src/targets/catalogue';
import type { DELIVERED } from '../../src/targets/delivered';

/** What a target renders of the samples of all features that it has. */
export function renderedBy({ dialects }: (typeof CATALOGUE | typeof DELIVERED)[number]): any[] {
  return fieldsOf(KINDS).flatMap(kind => {
    const { supports, render } = dialects[kind] as any;
    const models: any[] = Object.values<any>(SAMPLES[kind]).flatMap(({ using, plain }) => [using, plain]).filter(model => model !== undefined);
    const isLacking = (model: any) => KINDS[kind].uses(model).some(({ feature }) => supports[feature].level === 'none');
    return models.filter(model => !isLacking(model)).flatMap(model => render(model).manifests);
  });
}
