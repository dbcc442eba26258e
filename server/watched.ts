/** The files of CI systems, as `pipelineSystemOf` knows them. */
const PIPELINES = [
  '**/.github/{workflows,actions}/**/*.{yml,yaml}',
  '**/*gitlab-ci*.{yml,yaml}',
  '**/.gitlab/**/*.{yml,yaml}',
  '**/*azure-pipeline*.{yml,yaml}',
  '**/{.,}azure-pipeline{s,}/**/*.{yml,yaml}',
  '**/.circleci/*.{yml,yaml}',
  '**/bitbucket-pipelines.{yml,yaml}',
  '**/{Jenkinsfile*,*.[Jj]enkinsfile}',
  '**/.drone.{yml,yaml}',
  '**/.woodpecker{,/**/*}.{yml,yaml}',
];

/** What pipelines call. */
const SCRIPTS = ['**/{Makefile,makefile,GNUmakefile,justfile}', '**/*.sh'];

/** The judged files, the settings, and what hides files. */
const JUDGED = [
  '**/{[Dd]ockerfile,[Cc]ontainerfile}',
  '**/{Dockerfile,Containerfile}.*',
  '**/*.{[Dd]ockerfile,[Cc]ontainerfile}',
  '**/*compose*.{yml,yaml}',
  ...PIPELINES,
  ...SCRIPTS,
  '**/daemon.json',
  '**/buildkitd*.toml',
  '**/seaworthy.{yml,yaml}',
  '**/.gitignore',
];

/** What rules read besides: ignore files, env files, profiles, keys, what other files include, and what a project is built from. */
const READ = [
  '**/{.dockerignore,*.dockerignore}',
  '**/{.env,.env.*,*.env,.envrc}',
  '**/*.{json,yml,yaml,toml,pem,key,tfvars}',
  '**/{.npmrc,.yarnrc,.netrc,pip.conf,pip.ini,settings.xml,settings-security.xml,gradle.properties,[Nn]u[Gg]et.[Cc]onfig}',
  '**/id_*',
  '**/{go.mod,Gemfile.lock,yarn.lock,requirements*.txt,setup.py,setup.cfg,pom.xml,build.gradle,build.gradle.kts,*.csproj}',
  '**/*.{go,rs}',
];

/** Files whose change may change a verdict. */
export const WATCHED: readonly string[] = [...JUDGED, ...READ];
