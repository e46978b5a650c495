import { KINDS } from '../dialects/smi/read/versions';

/** Whether a document that is no manifest is for other tools, such as the values of a chart: nothing says that it is to be one of SMI. */
export function isOfOthers(document: unknown): boolean {
  return [document].flat().every((one: any) => typeof one === 'object' && one !== null
    && !Object.hasOwn(KINDS, String(one.kind)) && !String(one.apiVersion).includes('smi-spec'));
}
