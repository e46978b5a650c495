import { KINDS } from '../dialects/smi/read/versions';

/** Whether a document that is no manifest is for other tools, such as the values of a chart: nothing says that it is to be one of SMI. */
export function isOfOthers(document: any): boolean {
  return typeof document === 'object' && !Array.isArray(document)
    && !Object.hasOwn(KINDS, String(document.kind)) && !String(document.apiVersion).includes('smi-spec');
}
