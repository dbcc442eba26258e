/** What the engine itself says to users. */
export const TEXTS = {
  unreadable: 'The file could not be read as {kind}: {error}. Report this with the file.',
  tooLarge: 'The file has over {limit} characters, so it is not checked. Split it or exclude it.',
  tooSlow:
    'Checking stopped after rule {rule}, because this file took over {seconds} seconds. Its other rules did not run.',
  inlineTooSlow:
    'This Dockerfile was not checked, because those above it in this file took over {seconds} seconds. Move it to a file.',
  ruleFailed:
    'Rule {rule} failed on this file and reports nothing: {error}. The other rules ran. Report this with the file.',
  isWritten: 'It is written here, in a file that is not checked by itself',
} as const;
