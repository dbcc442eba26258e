/** Cases of other linters where we differ on purpose, or cannot agree yet: case id to the reason. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {};
