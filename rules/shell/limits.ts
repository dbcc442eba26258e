/** Characters of one program that are read: no program written by hand is longer, and hostile ones take time. */
const MAX_LENGTH = 65_536;
/** Open parentheses and `${` at one place. Real programs have up to eight; the parser's time grows with their square. */
const MAX_OPEN = 30;
/** Here-documents of one program. */
const MAX_HEREDOCS = 200;

/**
 * How much of a program is read; less than its length when it is beyond the limits. Quotes are not looked at: where
 * they hold dozens of unpaired brackets the program is cut too early, and its script is incomplete.
 */
export function readableLength(text: string): number {
  const length = Math.min(text.length, MAX_LENGTH);
  let parentheses = 0;
  let braces = 0;
  let heredocs = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === 40) {
      if (++parentheses + braces > MAX_OPEN) return index;
    } else if (code === 41) {
      if (parentheses > 0) parentheses--;
    } else if (code === 123 && text.charCodeAt(index - 1) === 36) {
      if (parentheses + ++braces > MAX_OPEN) return index;
    } else if (code === 125) {
      if (braces > 0) braces--;
    } else if (code === 60 && text.charCodeAt(index + 1) === 60) {
      if (++heredocs > MAX_HEREDOCS) return index;
      index++;
    }
  }
  return length;
}
