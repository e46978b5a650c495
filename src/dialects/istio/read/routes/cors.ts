import { duration } from './durations';
import type { Fields } from '../../../../manifests/fields';
import type { Cors } from '../../../../model/handling';

/** Which pages of other origins may make requests, and what is said beside that. */
export function corsOf(fields: Fields): { readonly cors?: Cors; readonly besides: readonly string[] } {
  if (!fields.isSaid) return { besides: [] };
  const texts = (name: string) => fields.field(name).items().flatMap(item => item.text() ?? []);
  const origins = fields.field('allowOrigins').items().flatMap(originOf);
  const maxAge = duration(fields.field('maxAge')) ?? 5000;
  const preflights = fields.field('unmatchedPreflights').text() ?? 'FORWARD';
  return {
    cors: {
      allowOrigins: [...origins, ...texts('allowOrigin')],
      allowMethods: texts('allowMethods'),
      allowHeaders: texts('allowHeaders'),
      exposeHeaders: texts('exposeHeaders'),
      allowCredentials: fields.field('allowCredentials').take() === true,
      maxAge: maxAge / 1000,
    },
    besides: preflights === 'IGNORE' ? [] : ['preflights of other origins are sent on'],
  };
}

/** An expression with one `.*` stands for a `*`. */
function originOf(fields: Fields): string[] {
  const [exact, expression, start] = ['exact', 'regex', 'prefix'].map(name => fields.field(name).text());
  if (exact !== undefined) return [exact];
  const parts = (expression ?? '').split('.*');
  const isPlain = parts.length === 2 && parts.every(part => !/[|*+?{}()[\]^$.]/.test(part.replace(/\\./g, '')));
  return isPlain && start === undefined ? [parts.map(part => part.replace(/\\(.)/g, '$1')).join('*')] : fields.doubt('it is not an origin that is understood here') ?? [];
}
