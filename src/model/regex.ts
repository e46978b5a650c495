/** An expression for exactly this text. */
export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The same expression, held to the whole string where the reader would be content with a part of it. */
export function wholeMatch(pattern: string): string {
  return `^(?:${pattern})$`;
}
