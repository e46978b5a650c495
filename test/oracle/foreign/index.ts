import { ENTERING } from './entering';
import { LEAVING } from './leaving';
import { ROUTING } from './routes';
import type { Oracle } from '../ask';

/** What readers say of manifests that no dialect writes is what the evaluators do. */
export const FOREIGN: Readonly<Record<string, Oracle>> = { ...ENTERING, ...LEAVING, ...ROUTING };
