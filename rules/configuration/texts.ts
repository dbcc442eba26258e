/** What is said about a `seaworthy.yaml`. */
export const TEXTS = {
  notAMap: 'The configuration is no map of keys, so nothing of it counts. Start with a key, such as profile: strict.',
  unknownKey: 'There is no key {key}, so it changes nothing. The keys here are {known}.',
  unknownKeyNear: 'There is no key {key}, so it changes nothing. Did you mean {near}?',
  notAGroup: '{key} takes keys of its own, so this value changes nothing. Its keys are {known}.',
  notAList: '{key} takes a list, so this value changes nothing. Write each entry on a line of its own behind a dash.',
  notLists:
    '{key} takes lists of files, so this value changes nothing. Write each as [compose.yaml, compose.prod.yaml] behind a dash.',
  notAText: '{key} takes a text, so this value changes nothing. Write one word or a quoted text.',
  noRule: 'There is no rule {id}, so this changes nothing. seaworthy rules lists them.',
  noRuleNear: 'There is no rule {id}, so this changes nothing. Did you mean {near}?',
  notALevel: '{value} is no value for {key}, so it changes nothing. It takes {known}.',
  notALevelNear: '{value} is no value for {key}, so it changes nothing. Did you mean {near}?',
  severalDocuments: 'Only the first YAML document of a configuration counts. Remove the --- before this one.',
  replace: 'Replace {written} with {near}',
} as const;
