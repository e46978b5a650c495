import type { CatalogueEntry } from './catalogue';
import { CATALOGUE } from './catalogue';
import { CONTROLLERS, movedBy } from './delivery';
import type { Controller } from '../dialects/contract/controller';

/** Every target, with each controller that can move releases. */
export const DELIVERED: readonly (Omit<CatalogueEntry, 'title'> & { readonly title: string; readonly controller: string })[] = [
  ...deliveredBy(CONTROLLERS.flagger), ...deliveredBy(CONTROLLERS.argoRollouts),
];

function deliveredBy<Options>(controller: Controller<Options>) {
  return CATALOGUE.map(({ title, inWords, without, code, dialects }) => ({
    title: `${title}, ${controller.title}`,
    inWords: `${inWords} with ${controller.title}`,
    ...(without !== undefined && { without: `${without}, ${controller.title}` }),
    code: withOption(code, `delivery: ${controller.code}`),
    controller: controller.title,
    dialects: movedBy(controller, dialects, controller.least),
  }));
}

/** The expression of a target, with one option more. */
function withOption(code: string, option: string): string {
  return code.endsWith('()') ? code.replace('()', `({ ${option} })`) : code.replace(/ \}\)$/, `, ${option} })`);
}
