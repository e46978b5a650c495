/** A port of the pods: its number; or its name, where the Service goes by that. */
export interface PodPort {
  readonly port: number | string;
  /** The number of a port that goes by its name, where the app tells it. */
  readonly number?: number;
}

/** The number of a port, if it is known. */
export function numberOf({ port, number }: PodPort): number | undefined {
  return typeof port === 'number' ? port : number;
}
