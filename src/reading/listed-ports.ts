/** Whether a port is among those that an annotation names, one by one. */
export function isListed(ports: string | undefined, port: number): boolean {
  return ports?.split(',').some(one => one.trim() === String(port)) === true;
}
