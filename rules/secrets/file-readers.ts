import type { RunInstruction } from '../dockerfile/model.js';
import type { ShellCommand } from '../shell/model.js';

/** Whether a command of the RUN looks for the file in its place without being told. */
export function readsFile(run: RunInstruction, path: string): boolean {
  const programs = programsOf(path);
  if (!programs) return false;
  return (
    run.script.commands.some((it) => programs.test(it.name) && !staysAtHome(it)) ||
    run.facts.installs.some((it) => programs.test(it.manager))
  );
}

/** Whether the file is a private key that SSH takes when it logs in. */
export function isSshKey(path: string): boolean {
  return SSH_KEY.test(path);
}

function programsOf(path: string): RegExp | undefined {
  return READERS.find(([file]) => file.test(path))?.[1];
}

const GIT_NETWORK = /^(?:clone|fetch|pull|submodule|ls-remote)$/;

function staysAtHome({ name, words }: ShellCommand): boolean {
  return name === 'git' && !words.slice(1, 6).some((it) => GIT_NETWORK.test(it.value));
}

const SSH_KEY = /(?:^|\/)\.ssh\/id_(?:rsa|dsa|ecdsa|ed25519)$/;

/** By the end of its path in the image. */
const READERS: readonly (readonly [RegExp, RegExp])[] = [
  [SSH_KEY, /^(?:git|ssh|scp|sftp|rsync|go)$/],
  [/(?:^|\/)\.npmrc$/, /^(?:npm|npx|yarn|pnpm)$/],
  [/(?:^|\/)\.netrc$/, /^(?:git|curl|wget|pip[\d.]*|uv|go|cargo)$/],
  [/(?:^|\/)\.git-credentials$/, /^(?:git|go)$/],
  [/(?:^|\/)auth\.json$/, /^composer$/],
  [/(?:^|\/)pip\.conf$/, /^pip[\d.]*$/],
  [/(?:^|\/)\.pypirc$/, /^twine$/],
  [/(?:^|\/)(?:\.m2|maven\/conf|maven\/ref)\/settings\.xml$/, /^mvnw?$/],
  [/(?:^|\/)\.gradle\/gradle\.properties$/, /^gradlew?$/],
  [/(?:^|\/)nuget\.config$/i, /^(?:dotnet|nuget)$/],
  [/(?:^|\/)\.docker\/config\.json$/, /^(?:docker|skopeo|crane|buildah|podman|oras)$/],
  [/(?:^|\/)\.aws\/credentials$/, /^aws$/],
  [/(?:^|\/)\.cargo\/credentials(?:\.toml)?$/, /^cargo$/],
  [/(?:^|\/)\.gem\/credentials$/, /^gem$/],
  [/(?:^|\/)\.bundle\/config$/, /^bundle$/],
  [/(?:^|\/)\.pgpass$/, /^(?:psql|pg_dump|pg_restore)$/],
  [/(?:^|\/)\.my\.cnf$/, /^(?:mysql|mysqldump|mariadb|mariadb-dump)$/],
];
