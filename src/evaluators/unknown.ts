/** What becomes of a request is not known: something here is not read, or which of several things decides is not certain. */
export class Unknown extends Error {}

/** What the manifests, or the request, have to tell. */
export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new Unknown(`${what} is not known`);
  }
  return value;
}
