/** Of errors, where Go's `net/http` has no text for a status code: control planes written in Go do not know these. */
const UNNAMED: readonly (readonly [first: number, last: number])[] = [
  [419, 420], [427, 427], [430, 430], [432, 450], [452, 499], [509, 509], [512, 599],
];

/** Whether a status code of an error has a name in Go. */
export function isNamedInGo(code: number): boolean {
  return !UNNAMED.some(([first, last]) => code >= first && code <= last);
}
