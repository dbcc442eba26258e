/** Why a Dockerfile is refused. */
export const TEXTS = {
  openHeredoc: 'The heredoc {name} is never closed, so the file cannot be built. Add a line that holds only {name}.',
  directiveTwice: 'The directive {name} stands here twice, so the file cannot be built. Keep one of them.',
  badEscape: 'The escape character cannot be {value}. Use \\ or `.',
  unknownInstruction: '{word} is no Dockerfile instruction, so the file cannot be built. Correct or remove it.',
  noFrom: 'The file has no FROM, so there is no image to build. Begin with FROM and a base image.',
} as const;
