/** What a scenario file says of itself: its first line, if that is a comment. */
export function firstComment(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.startsWith('#') ? line.replace(/^#+\s*/, '').trim() : '';
}
