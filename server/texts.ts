/** What the server says by itself; translated in l10n/ja/server.json. */
export const TEXTS = {
  fixAll: 'Fix all safe Seaworthy problems',
  ignore: 'Ignore {rule} here, with a reason',
  ignoreReason: 'say here why this is acceptable',
  askRegistry: 'Ask the registry for the digest of {image}, and pin it',
  behaviour: 'May change behaviour',
  blank: 'Fill in the blank before you build',
  scanning: 'Seaworthy: checking the workspace',
  filesChecked: '{done} of {all} files',
  fixed: 'Seaworthy applied {fixes} safe fixes in {files} files.',
  nothingToFix: 'Seaworthy found nothing that it can fix safely.',
  notSettled: '{rule}: its fixes do not come to an end in {path}. Report this as a bug of Seaworthy.',
  lowConfidence: 'Seaworthy cannot see everything this depends on.',
  moreAbout: 'More about {rule}',
  askedForBy: 'Asked for by',
} as const;
