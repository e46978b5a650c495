import { ENTERING } from './entering';
import type { Oracle } from '../ask';

export const DIFFERENCES: Readonly<Record<string, Oracle>> = ENTERING;
