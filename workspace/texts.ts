/** Why something cannot be judged: what failed and what to do. The path stands before it. */
export const TEXTS = {
  missing: 'There is no such file or folder. Check the path.',
  forbidden: 'Reading it is not permitted. Grant this user read permission or exclude it.',
  folder: 'It is a folder, not a file. Name a file.',
  special: 'It is no regular file but a device, pipe or socket. Name a file.',
  unreadable: 'Reading it failed with {code}. Check the disk and try again.',
  tooLarge: 'It has {size} MB, and {limit} MB is the limit. Exclude it or split it.',
  binary: 'It holds binary data, no text. Exclude it or save it as UTF-8 text.',
  encoding: 'Line {line} is not valid UTF-8; it may be Shift_JIS or Latin-1. Save the file as UTF-8.',
  halfUtf16: 'Its UTF-16 text ends within a character. Save the file again, best as UTF-8.',
  folderForbidden: 'The folder may not be read, so files in it are not checked. Grant read permission or exclude it.',
  folderUnreadable:
    'Reading the folder failed with {code}, so files in it are not checked. Check the disk and try again.',
  notWritten: 'Writing it failed with {code}. Check its permissions and the disk.',
  linkLeaves: 'It is a link to {target}, outside of its repository or folder. Name that file itself.',
  changedMeanwhile: 'It changed while it was being fixed, so it was left as it is. Run fix again.',

  // Why a registry does not say what it has; the image stands before it.
  noImageName: 'It is no name that a registry can have. Check it.',
  noSuchImage: 'The registry has no such image or tag. Check its name and tag.',
  loginNeeded:
    'The registry shows it after a login only, and logins are not supported. Check its name, or add the digest by hand.',
  rateLimit: 'The registry answers no more for now: it had too many requests (429). Try again later.',
  refused: 'The registry answered with status {status}. Try again later, or add the digest by hand.',
  notUnderstood:
    'The registry answered with something else than was asked for. Check its name, or add the digest by hand.',
  insecureAddress:
    'The registry names an address without https, which is not followed. Check its name, or add the digest by hand.',
  noEnd: 'The registry leads from one address to the next. Check its name, or add the digest by hand.',
  noAnswer: 'The registry did not answer within {seconds} s. Check the connection and try again.',
  unreachable:
    'The registry could not be reached ({code}). Check its name and the connection; proxies are not supported.',
  notAsked: 'It was stopped before the registry answered. Run it again.',
} as const;
