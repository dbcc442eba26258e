/** What is said about comments that silence findings. */
export const TEXTS = {
  form: 'This comment silences nothing, because it is not written as ignore[rule] reason. Correct or remove it.',
  ids: 'This comment names no rule, so it silences nothing. Write the rule between the brackets.',
  reason: 'This comment gives no reason, so it silences nothing. Write behind the brackets why it is acceptable.',
  place: 'ignore-file stands below the first line of content, so it silences nothing. Move it to the top.',
  unknown: 'There is no rule {id}, so this silences nothing. Correct or remove it.',
  unknownNear: 'There is no rule {id}, so this silences nothing. Did you mean {near}?',
  unused: 'Nothing here is a finding of {id}, so this comment hides the next one. Remove it.',
  removeComment: 'Remove the comment',
  removeId: 'Remove {id} from the comment',
  replaceId: 'Replace {id} with {near}',
  moveUp: 'Move the comment to the top',
} as const;
