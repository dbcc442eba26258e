import type { RunInstruction } from '../dockerfile/model.js';

/** Whether a program of the RUN takes the variable from its environment, with no mention on the command line. */
export function readsVariable(run: RunInstruction, name: string): boolean {
  const programs = readersOf(name);
  return programs !== undefined && runsOneOf(run, programs);
}

/** The programs that take the variable from their environment. */
export function readersOf(name: string): RegExp | undefined {
  return READERS.find(([variable]) => variable.test(name))?.[1];
}

export function runsOneOf(run: RunInstruction, programs: RegExp): boolean {
  return (
    run.script.commands.some((it) => programs.test(it.name)) ||
    run.facts.installs.some((it) => programs.test(it.manager))
  );
}

/** The variables that tools document for a login, and the tools. npm and its kin have theirs from `.npmrc`. */
const READERS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:NPM_TOKEN|NPM_AUTH_TOKEN|NODE_AUTH_TOKEN)$/, /^(?:npm|npx|pnpm|yarn)$/],
  [/^PIP_(?:EXTRA_)?INDEX_URL$/, /^pip[\d.]*$/],
  [/^UV_(?:(?:EXTRA_|DEFAULT_)?INDEX(?:_URL)?|INDEX_\w+_PASSWORD)$/, /^uv$/],
  [/^POETRY_(?:HTTP_BASIC_\w+_PASSWORD|PYPI_TOKEN_\w+)$/, /^poetry$/],
  [/^TWINE_PASSWORD$/, /^twine$/],
  [/^BUNDLE_\w+__\w+$/, /^(?:bundle|bundler)$/],
  [/^COMPOSER_AUTH$/, /^composer$/],
  [/^CARGO_REGISTR(?:Y|IES_\w+)_TOKEN$/, /^cargo$/],
  [/^AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN)$/, /^(?:aws|s3cmd)$/],
  [/^(?:GH|GITHUB)_TOKEN$/, /^gh$/],
  [/^SENTRY_AUTH_TOKEN$/, /^sentry-cli$/],
  [/^(?:HF_TOKEN|HUGGING_FACE_HUB_TOKEN)$/, /^(?:hf|huggingface-cli)$/],
  [/^PGPASSWORD$/, /^(?:psql|pg_dump|pg_restore)$/],
  [/^MYSQL_PWD$/, /^(?:mysql|mysqldump|mariadb|mariadb-dump)$/],
  [/^SSHPASS$/, /^sshpass$/],
  [/^VAULT_TOKEN$/, /^vault$/],
];
