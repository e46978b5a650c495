import { says } from './says';
import type { Request } from '../../../src/evaluators/access/request';
import { answerTo } from '../../reading/requests';
import type { Oracle } from '../ask';
import { request } from '../differences/entering';
import type { Api } from '../differences/pairs';
import { APIS } from '../differences/sides';

/** Who gets in by policies that somebody else wrote. */
export const ENTERING: Readonly<Record<string, Oracle>> = Object.fromEntries(Object.entries(APIS)
  .map(([title, api]: [string, Api<Request>]) => [`who gets in by ${title}`, says(api, request, answerTo)]));
