import type { AccessRule } from './access-rule';

/**
 * Requests that are denied, whatever allows them; `Identity.anyone()` as a source denies them to every client.
 */
export interface AccessDenial extends AccessRule {}
