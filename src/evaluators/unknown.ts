/** What becomes of a request is not known: something here is not read, or which of several things decides is not certain. */
export class Unknown extends Error {}
