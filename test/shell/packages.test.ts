import { expect, test } from 'vitest';
import type { PackageAction, PackageInstall } from '../../rules/shell/model.js';
import type { ShellLanguage } from '../../rules/shell/parse.js';
import { facts, flags, packages, values } from './read.js';

/** All package actions of a program, one line each: `install apt install: curl 7.*, git | -y < list`. */
function actions(program: string, language: ShellLanguage = 'posix'): readonly string[] {
  const found = facts(program, language);
  return [
    ...found.installs.map((it) => describeInstall(it)),
    ...found.removals.map((it) => describeAction('remove', it)),
    ...found.indexUpdates.map((it) => describeAction('update', it)),
    ...found.cacheCleans.map((it) => describeAction('clean', it)),
  ];
}

function describeAction(kind: string, action: PackageAction): string {
  const named = packages([action]).join(', ');
  const options = flags(action).join(' ');
  const parts = [`${[kind, action.manager, action.verb].filter((it) => it !== '').join(' ')}:`];
  if (named !== '') parts.push(named);
  if (options !== '') parts.push(`| ${options}`);
  return parts.join(' ');
}

function describeInstall(action: PackageInstall): string {
  const lists = action.lists.length > 0 ? ` < ${values(action.lists).join(' ')}` : '';
  const virtual = action.virtual === undefined ? '' : ` as ${action.virtual}`;
  return describeAction('install', action) + lists + virtual;
}

type Row = readonly [program: string, ...expected: readonly string[]];

const SYSTEM: readonly Row[] = [
  ['apt-get update', 'update apt update:'],
  ['apt-get install -y curl=7.* git', 'install apt install: curl 7.*, git | -y'],
  ['apt-get -y -t bookworm-backports install a', 'install apt install: a | -y -t=bookworm-backports'],
  ['apt install --target-release=sid a b', 'install apt install: a, b | --target-release=sid'],
  ['apt-get install -yqq --no-install-recommends a', 'install apt install: a | -y -q -q --no-install-recommends'],
  ['apt-get -qq=2 install a', 'install apt install: a | -q -q=2'],
  ['apt-get -o Acquire::X=1 -oDpkg::Y=2 install a', 'install apt install: a | -o=Acquire::X=1 -o=Dpkg::Y=2'],
  ['apt-get install g++ libstdc++6 gcc- a:arm64 b/sid', 'install apt install: g++, libstdc++6, a, b'],
  ['apt-get install ./x.deb /tmp/y.deb z', 'install apt install: ./x.deb, /tmp/y.deb, z'],
  ['apt-get install $PACKAGES "a$B"', 'install apt install: $PACKAGES, a$B'],
  ['apt-get install -- a', 'install apt install: a'],
  ['aptitude -y install a', 'install apt install: a | -y'],
  ['install_packages a b', 'install apt: a, b'],
  ['apt-get -y dist-upgrade', 'install apt dist-upgrade: | -y'],
  ['apt-get upgrade -y libc6', 'install apt upgrade: libc6 | -y'],
  ['apt-get purge -y --auto-remove a b', 'remove apt purge: a, b | -y --auto-remove'],
  ['apt-get autoremove -y', 'remove apt autoremove: | -y'],
  ['apt-get clean', 'clean apt clean:'],
  ['apt-get dist-clean', 'clean apt dist-clean:'],
  ['apt-get --help'],
  ['apt-get toString constructor'],
  ['apt-mark auto a'],
  ['apt-cache search install'],
  ['apk add --no-cache a=1.2-r0 b~1 c=~1.3', 'install apk add: a 1.2-r0, b ~1, c ~1.3 | --no-cache'],
  ["apk add 'a>=2' b@edge !c", 'install apk add: a >=2, b'],
  ['apk add --virtual .d a', 'install apk add: a | --virtual=.d as .d'],
  ['apk add --virtual=.d a', 'install apk add: a | --virtual=.d as .d'],
  [
    'apk -U add -t .d a -X http://x',
    'install apk add: a | -U -t=.d -X=http://x as .d',
    'update apk add: | -U -t=.d -X=http://x',
  ],
  ['apk --update add a', 'install apk add: a | --update', 'update apk add: | --update'],
  [
    'apk add --repository http://x --allow-untrusted ./y.apk',
    'install apk add: ./y.apk | --repository=http://x --allow-untrusted',
  ],
  ['apk del .d a', 'remove apk del: .d, a'],
  ['apk update', 'update apk update:'],
  ['apk upgrade --no-cache', 'install apk upgrade: | --no-cache'],
  ['apk cache clean', 'clean apk cache clean:'],
  ['apk --print-arch'],
  ['yum install -y curl-7.1 ./a.rpm https://x/b.rpm', 'install yum install: curl-7.1, ./a.rpm, https://x/b.rpm | -y'],
  ['yum -y --enablerepo epel install a', 'install yum install: a | -y --enablerepo=epel'],
  ['yum -y groupinstall "Development Tools"', 'install yum groupinstall: Development Tools | -y'],
  ['yum update -y', 'install yum update: | -y'],
  ['yum clean all', 'clean yum clean:'],
  ['yum makecache fast', 'update yum makecache:'],
  ['dnf install -y --setopt=gpgcheck=0 --nogpgcheck a', 'install dnf install: a | -y --setopt=gpgcheck=0 --nogpgcheck'],
  ['dnf --setopt install_weak_deps=0 install a', 'install dnf install: a | --setopt=install_weak_deps=0'],
  ['dnf module install nodejs:18', 'install dnf module install: nodejs:18'],
  ['dnf5 remove a', 'remove dnf remove: a'],
  ['microdnf install --nodocs a', 'install microdnf install: a | --nodocs'],
  ['tdnf install -y a', 'install tdnf install: a | -y'],
  ['zypper -n in --no-recommends a b=1', 'install zypper in: a, b 1 | -n --no-recommends'],
  ['zypper --non-interactive --no-gpg-checks refresh', 'update zypper refresh: | --non-interactive --no-gpg-checks'],
  ['zypper clean -a', 'clean zypper clean: | -a'],
  ['zypper rm a', 'remove zypper rm: a'],
  [
    'pacman -Syu --noconfirm a b',
    'install pacman -S: a, b | -S -y -u --noconfirm',
    'update pacman -S: | -S -y -u --noconfirm',
  ],
  ['pacman -Sy', 'update pacman -S: | -S -y'],
  ['pacman -Scc --noconfirm', 'clean pacman -S: | -S -c -c --noconfirm'],
  ['pacman -U https://x/a.zst', 'install pacman -U: https://x/a.zst | -U'],
  ['pacman -Rns a', 'remove pacman -R: a | -R -n -s'],
  ['choco install git -y --version 2.1', 'install choco install: git 2.1 | -y --version=2.1'],
];

const LANGUAGES: readonly Row[] = [
  ['pip install a==1.0 "b[x,y]>=2,<3" c~=1 d===1', 'install pip install: a 1.0, b >=2,<3, c ~=1, d 1'],
  [
    'pip3.11 install --no-cache-dir -r a.txt -cb.txt',
    'install pip install: | --no-cache-dir -r=a.txt -c=b.txt < a.txt b.txt',
  ],
  ['pip --no-cache-dir install -U pip', 'install pip install: pip | --no-cache-dir -U'],
  ['python -m pip install --upgrade a', 'install pip install: a | --upgrade'],
  ['python3.12 -I -m pip install a', 'install pip install: a'],
  ['/opt/venv/bin/pip install -e .[dev]', 'install pip install: .[dev] | -e=.[dev]'],
  ['pip install . ./pkg git+https://x/y.git@v1', 'install pip install: ., ./pkg, git+https://x/y.git@v1'],
  ['pip install "a @ https://x/a.whl" "b==1 ; python_version < \'3\'"', 'install pip install: a https://x/a.whl, b 1'],
  [
    'pip install -i http://x --extra-index-url=http://y --trusted-host z a',
    'install pip install: a | -i=http://x --extra-index-url=http://y --trusted-host=z',
  ],
  ['pip install --target /x a', 'install pip install: a | --target=/x'],
  ['pip uninstall -y a', 'remove pip uninstall: a | -y'],
  ['pip cache purge', 'clean pip cache purge:'],
  ['pip --version'],
  ['pip config set global.index-url x'],
  ['python -m venv /x'],
  ['pipx install a==1', 'install pip install: a 1'],
  ['uv pip install --system -r r.txt a', 'install uv pip install: a | --system -r=r.txt < r.txt'],
  ['uv sync --frozen --no-dev', 'install uv sync: | --frozen --no-dev'],
  ['uv tool install a==1', 'install uv tool install: a 1'],
  ['uv add a', 'install uv add: a'],
  ['uvx --from a==1 b --x', 'install uv: a 1 | --from=a==1'],
  ['uvx a -p y', 'install uv: a'],
  ['uv cache clean', 'clean uv cache clean:'],
  ['uv venv /x'],
  ['npm ci --omit dev', 'install npm ci: | --omit=dev'],
  ['npm install', 'install npm install:'],
  ['npm i -g a@1.2 @s/b @s/c@^2', 'install npm i: a 1.2, @s/b, @s/c ^2 | -g'],
  ['npm --prefix /app install --production', 'install npm install: | --prefix=/app --production'],
  ['npm install ./x.tgz https://x/y.tgz .', 'install npm install: ./x.tgz, https://x/y.tgz, .'],
  ['npm install --registry=http://r a', 'install npm install: a | --registry=http://r'],
  ['npm uninstall -g a', 'remove npm uninstall: a | -g'],
  ['npm cache clean --force', 'clean npm cache clean: | --force'],
  ['npm run install', ''],
  ['npm config set registry x', ''],
  ['npx -y a@1 --flag b', 'install npm: a 1 | -y'],
  ['npx --package=a@1 -p b run', 'install npm: a 1, b | --package=a@1 -p=b'],
  ['npm exec -y -- a@2 x', 'install npm exec: a 2 | -y'],
  ['yarn', 'install yarn:'],
  ['yarn --frozen-lockfile --production', 'install yarn: | --frozen-lockfile --production'],
  ['yarn install --immutable', 'install yarn install: | --immutable'],
  ['yarn add a@1 --dev', 'install yarn add: a 1 | --dev'],
  ['yarn global add a', 'install yarn global add: a'],
  ['yarn workspace web add a', 'install yarn add: a'],
  ['yarn cache clean --all', 'clean yarn cache clean: | --all'],
  ['yarn build'],
  ['yarn --version'],
  ['corepack yarn install', 'install yarn install:'],
  ['pnpm i --frozen-lockfile --prod', 'install pnpm i: | --frozen-lockfile --prod'],
  ['pnpm --filter web add a', 'install pnpm add: a | --filter=web'],
  ['pnpm dlx a@1 b', 'install pnpm dlx: a 1'],
  ['pnpm store prune', 'clean pnpm store prune:'],
  ['pnpm run build'],
  ['gem install a -v 1.2 --no-document', 'install gem install: a 1.2 | -v=1.2 --no-document'],
  ['gem install a:1 b', 'install gem install: a 1, b'],
  ['gem install -N ./x.gem', 'install gem install: ./x.gem | -N'],
  ['bundle install --jobs 4 --without development test', 'install bundler install: | --jobs=4 --without=development'],
  ['bundle', 'install bundler:'],
  ['bundle exec rake'],
  ['bundle config set without dev'],
  ['go install a.b/c@v1.2 ./cmd/x', 'install go install: a.b/c v1.2, ./cmd/x'],
  ['go get -u a.b/c', 'install go get: a.b/c | -u'],
  ['go install -ldflags "-s -w" a.b/c@latest', 'install go install: a.b/c latest | -ldflags=-s -w'],
  ['go mod download', 'install go mod download:'],
  ['go clean -modcache', 'clean go clean: | -modcache'],
  ['go build -o /x .'],
  ['go run a.b/c@v1 x', 'install go run: a.b/c v1'],
  ['go run .'],
  ['cargo install a@1 b --locked', 'install cargo install: a 1, b | --locked'],
  ['cargo install --version 2 a', 'install cargo install: a 2 | --version=2'],
  ['cargo +nightly install --git https://x/y', 'install cargo install: https://x/y | --git=https://x/y'],
  ['cargo install --path .', 'install cargo install: . | --path=.'],
  ['cargo build --release'],
  ['composer install --no-dev -o', 'install composer install: | --no-dev -o'],
  ['composer require a/b:^1 c/d "2.*" e/f', 'install composer require: a/b ^1, c/d 2.*, e/f'],
  ['composer create-project a/b . v1', 'install composer create-project: a/b v1'],
  ['php -d memory_limit=-1 /usr/bin/composer.phar install', 'install composer install:'],
  ['composer clear-cache', 'clean composer clear-cache:'],
  ['composer dump-autoload -o'],
  [
    'conda install -y -c conda-forge a=1.2 b>=2 "c==3" conda-forge::d',
    'install conda install: a 1.2, b, c 3, d | -y -c=conda-forge',
  ],
  ['mamba env create -f env.yml', 'install conda env create: | -f=env.yml < env.yml'],
  ['conda create -n x python=3.11', 'install conda create: python 3.11 | -n=x'],
  ['conda clean -afy', 'clean conda clean: | -a -f -y'],
  ['conda run -n x pip install a', 'install pip install: a'],
];

test.each(
  [...SYSTEM, ...LANGUAGES].map(([program, ...expected]) => ({
    program,
    expected: expected.filter((it) => it !== ''),
  })),
)('$program', ({ program, expected }) => {
  expect(actions(program)).toEqual(expected);
});

const WHEREVER: readonly Row[] = [
  ['sudo -E DEBIAN_FRONTEND=noninteractive apt-get install a', 'install apt install: a'],
  ['env A=b apt-get install a', 'install apt install: a'],
  ['A=b apt-get install a', 'install apt install: a'],
  ['if true; then apt-get install a; fi', 'install apt install: a'],
  ['(cd /x && npm ci)', 'install npm ci:'],
  ['for p in a b; do apk add $p; done', 'install apk add: $p'],
  ["bash -lc 'apt-get install a'", 'install apt install: a'],
  ['sh -ec "apt-get install a"', 'install apt install: a'],
  ['su - app -c "npm install b"', 'install npm install: b'],
  ['xargs -a list.txt apt-get install -y', 'install apt install: | -y'],
  ['timeout 60 apt-get update', 'update apt update:'],
  ['$HOME/venv/bin/pip install a', 'install pip install: a'],
  ['yum install -y php-{cli,fpm} a', 'install yum install: php-cli, php-fpm, a | -y'],
  ['echo apt-get install a'],
  ['# apt-get install a'],
  ["echo 'apt-get install a' > x.sh"],
];

test.each(WHEREVER.map(([program, ...expected]) => ({ program, expected })))('$program', ({ program, expected }) => {
  expect(actions(program)).toEqual(expected);
});

test('ranges of packages and options are those of the words', () => {
  const program = 'apt-get update && apt-get install -y \\\n  "curl"=7.1 \\\n  git';
  const install = facts(program).installs[0];
  expect(install?.packages.map((it) => program.slice(it.word.range.start, it.word.range.end))).toEqual([
    '"curl"=7.1',
    'git',
  ]);
  expect(install?.flags.map((it) => program.slice(it.word.range.start, it.word.range.end))).toEqual(['-y']);
});

test('the file of -r and -c has its own place, attached or not', () => {
  const program = 'pip install -ra.txt --constraint=b.txt -r c.txt';
  const lists = facts(program).installs[0]?.lists ?? [];
  expect(lists.map((it) => program.slice(it.range.start, it.range.end))).toEqual(['a.txt', 'b.txt', 'c.txt']);
});

test('PowerShell and cmd install too', () => {
  expect(actions('choco install -y git; pip install a', 'powershell')).toEqual([
    'install choco install: git | -y',
    'install pip install: a',
  ]);
  expect(actions('C:\\Python\\Scripts\\pip.exe install a & npm.cmd ci', 'cmd')).toEqual([
    'install pip install: a',
    'install npm ci:',
  ]);
});
