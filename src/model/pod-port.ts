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

/** The number of a port of which it is known; of others, those who need it refuse. */
export function knownNumber(port: PodPort): number {
  const number = numberOf(port);
  if (number === undefined) throw new Error(`unreachable: port '${port.port}' is refused`);
  return number;
}
