import type { Fields } from '../../../../manifests/fields';

/** What says nothing of requests. */
export function beside(fields: Fields): void {
  const metadata = fields.field('metadata');
  ['labels', 'annotations'].forEach(name => metadata.field(name).take());
}
