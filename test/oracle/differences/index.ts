import { ENTERING } from './entering';
import { LEAVING } from './leaving';
import { ROUTING } from './routing';
import type { Oracle } from '../ask';

export const DIFFERENCES: Readonly<Record<string, Oracle>> = { ...ENTERING, ...LEAVING, ...ROUTING };
