/** Names of compose files. */
export const COMPOSE = '{compose,docker-compose}*.{yml,yaml}';

/** The files of CI systems. */
export const PIPELINES = [
  '**/.github/workflows/*.{yml,yaml}',
  '**/.github/actions/**/action.{yml,yaml}',
  '**/*gitlab-ci*.{yml,yaml}',
  '**/.gitlab/{ci,pipelines,jobs}/**/*.{yml,yaml}',
  '**/*azure-pipeline*.{yml,yaml}',
  '**/{.,}azure-pipeline{s,}/**/*.{yml,yaml}',
  '**/.circleci/*.{yml,yaml}',
  '**/bitbucket-pipelines.{yml,yaml}',
  '**/{Jenkinsfile*,*.[Jj]enkinsfile}',
  '**/.drone.{yml,yaml}',
  '**/.woodpecker{,/**/*}.{yml,yaml}',
];

/** Configuration files of container engines. */
export const ENGINES = ['**/daemon.json', '**/buildkitd*.toml'];

/** Files that rules read as they are typed; nothing is reported in them. */
export const READ = [
  '**/{.dockerignore,*.dockerignore}',
  '**/{.env,.env.*,*.env}',
  '**/{Makefile,makefile,GNUmakefile,justfile}',
  '**/*.sh',
];
