/** What the client says by itself; translated in l10n/ja/client.json. */
export const TEXTS = {
  status: 'Seaworthy',
  counts: '{errors} errors, {warnings} warnings, {infos} notes in this file',
  clean: 'No findings in this file',
  workspaceCounts: '{count} findings in the workspace',
  stopped: 'The server is not running',
  showProblems: 'Show problems',
  restart: 'Restart',
  ignoreTitle: 'Ignore {rule}',
  ignorePrompt: 'Why is this acceptable here? The reason is written into the comment.',
  ignoreEmpty: 'Give a reason: the next reader needs it.',
  pickRule: 'Which rule?',
  noPage: 'The page of {rule} is not installed.',
  changedSince: 'The file has changed since. Ask for the action again.',
  startFailed: 'The Seaworthy server could not be started: {reason}',
} as const;
