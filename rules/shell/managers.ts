import type { PackageManager } from './model.js';

export type Action = 'install' | 'remove' | 'update' | 'clean';

/** How one package manager is called; names, verbs and options are from its own manual. */
export interface Manager {
  readonly manager: PackageManager;
  readonly programs: RegExp;
  /** Verb of one or two words → what it does; `''`: called without a verb. */
  readonly verbs: Readonly<Record<string, Action>>;
  /** Options that take the next word. */
  readonly values: ReadonlySet<string>;
  readonly singleDash?: boolean;
  /** How name and version of a package stand in a word. */
  readonly notation:
    | 'apt'
    | 'apk'
    | 'rpm'
    | 'zypper'
    | 'pacman'
    | 'pip'
    | 'npm'
    | 'gem'
    | 'go'
    | 'at'
    | 'composer'
    | 'conda'
    | 'plain';
  /** Options whose value is a file that lists packages. */
  readonly lists?: readonly string[];
  /** Options whose value is a package: `pip install -e .`. */
  readonly packages?: readonly string[];
  /** Options that give the version of the packages named. */
  readonly version?: readonly string[];
  /** Verbs that run a package: what stands behind it belongs to that package. */
  readonly runs?: readonly string[];
  /** Verbs whose operands are no packages: `npm ci`, `bundle install`. */
  readonly bare?: readonly string[];
}

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));

const DNF_VERBS: Readonly<Record<string, Action>> = {
  install: 'install',
  'install-n': 'install',
  'install-na': 'install',
  'install-nevra': 'install',
  reinstall: 'install',
  localinstall: 'install',
  groupinstall: 'install',
  'group install': 'install',
  'groups install': 'install',
  'module install': 'install',
  builddep: 'install',
  'build-dep': 'install',
  remove: 'remove',
  erase: 'remove',
  autoremove: 'remove',
  groupremove: 'remove',
  'group remove': 'remove',
  makecache: 'update',
  'check-update': 'update',
  clean: 'clean',
};

const DNF_VALUES = set(
  '-c --config -x --exclude --excludepkgs --enablerepo --disablerepo --installroot --releasever --setopt -d --debuglevel ' +
    '-e --errorlevel -R --randomwait --repo --repoid --repofrompath --disableexcludes --disableexcludepkgs --forcearch ' +
    '--comment --enableplugin --disableplugin --rpmverbosity --advisory --cve --color --destdir --downloaddir --arch --archlist',
);

const PIP_VALUES = set(
  '-r --requirement -c --constraint -e --editable -t --target --platform --python-version --implementation --abi --root ' +
    '--prefix --src -i --index-url --pypi-url --extra-index-url -f --find-links --upgrade-strategy --install-option ' +
    '--global-option -C --config-settings --config-setting --no-binary --only-binary --progress-bar --root-user-action ' +
    '--report --group --proxy --retries --timeout --exists-action --trusted-host --cert --client-cert --cache-dir --log ' +
    '--python --use-feature --use-deprecated --keyring-provider -b --build -w --wheel-dir -d --dest --hash',
);

const UV_VALUES = set(
  [...PIP_VALUES].join(' ') +
    ' -p --index --default-index --allow-insecure-host --index-strategy --link-mode --resolution --prerelease --exclude-newer ' +
    '--override --overrides --build-constraint -b --extra --no-extra --group --no-group --only-group --directory --project ' +
    '--config-file --color --reinstall-package --refresh-package -P --upgrade-package --with --with-requirements ' +
    '--with-editable --from --package --torch-backend --python-preference --tag --rev --branch --no-install-package',
);

const pip: Omit<Manager, 'programs'> = {
  manager: 'pip',
  verbs: {
    install: 'install',
    wheel: 'install',
    download: 'install',
    uninstall: 'remove',
    'cache purge': 'clean',
    'cache remove': 'clean',
  },
  values: PIP_VALUES,
  notation: 'pip',
  lists: ['-r', '--requirement', '-c', '--constraint'],
  packages: ['-e', '--editable'],
};

export const MANAGERS: readonly Manager[] = [
  {
    manager: 'apt',
    programs: /^(apt|apt-get|aptitude)$/,
    verbs: {
      install: 'install',
      reinstall: 'install',
      'build-dep': 'install',
      satisfy: 'install',
      remove: 'remove',
      purge: 'remove',
      autoremove: 'remove',
      'auto-remove': 'remove',
      autopurge: 'remove',
      update: 'update',
      clean: 'clean',
      autoclean: 'clean',
      'auto-clean': 'clean',
      distclean: 'clean',
      'dist-clean': 'clean',
    },
    values: set(
      '-t --target-release --default-release -o --option -c --config-file -a --host-architecture -P --build-profiles',
    ),
    notation: 'apt',
  },
  // The installers of minideb and of the Kubernetes base images: update, install and clean in one.
  {
    manager: 'apt',
    programs: /^(install_packages|clean-install)$/,
    verbs: { '': 'install' },
    values: set(''),
    notation: 'apt',
  },
  {
    manager: 'apk',
    programs: /^apk$/,
    verbs: { add: 'install', del: 'remove', update: 'update', 'cache clean': 'clean', 'cache purge': 'clean' },
    values: set(
      '-X --repository -t --virtual -p --root --keys-dir --repositories-file --wait --cache-dir --cache-max-age --arch ' +
        '--progress-fd --timeout --cache-packages',
    ),
    notation: 'apk',
  },
  { manager: 'yum', programs: /^yum$|^yum-builddep$/, verbs: DNF_VERBS, values: DNF_VALUES, notation: 'rpm' },
  { manager: 'dnf', programs: /^dnf[45]?$/, verbs: DNF_VERBS, values: DNF_VALUES, notation: 'rpm' },
  { manager: 'microdnf', programs: /^microdnf$/, verbs: DNF_VERBS, values: DNF_VALUES, notation: 'rpm' },
  { manager: 'tdnf', programs: /^tdnf$/, verbs: DNF_VERBS, values: DNF_VALUES, notation: 'rpm' },
  {
    manager: 'zypper',
    programs: /^zypper$/,
    verbs: {
      install: 'install',
      in: 'install',
      'source-install': 'install',
      si: 'install',
      'install-new-recommends': 'install',
      remove: 'remove',
      rm: 'remove',
      refresh: 'update',
      ref: 'update',
      clean: 'clean',
      cc: 'clean',
    },
    values: set(
      '-R --root -C --config -c -D --reposd-dir --cache-dir --raw-cache-dir --solv-cache-dir --pkg-cache-dir --releasever ' +
        '-p --plus-repo --plus-content -r --repo --from -t --type --installroot --userdata',
    ),
    notation: 'zypper',
  },
  {
    manager: 'pacman',
    programs: /^pacman$/,
    // pacman's verbs are options: they are read in packages.ts.
    verbs: {},
    values: set(
      '--root -r --cachedir --config --dbpath -b --ignore --ignoregroup --overwrite --arch --gpgdir --assume-installed ' +
        '--color --hookdir --logfile --print-format --sysroot',
    ),
    notation: 'pacman',
  },
  { ...pip, programs: /^pip[\d.]*$/ },
  {
    manager: 'pip',
    programs: /^pipx$/,
    verbs: { install: 'install', inject: 'install', run: 'install', uninstall: 'remove' },
    values: set('--python --pip-args -i --index-url --suffix --spec --system-site-packages'),
    notation: 'pip',
    packages: ['--spec'],
    runs: ['run'],
  },
  {
    manager: 'uv',
    programs: /^uv$/,
    verbs: {
      'pip install': 'install',
      'pip sync': 'install',
      add: 'install',
      sync: 'install',
      'tool install': 'install',
      'tool run': 'install',
      'pip uninstall': 'remove',
      remove: 'remove',
      'tool uninstall': 'remove',
      'cache clean': 'clean',
      'cache prune': 'clean',
    },
    values: UV_VALUES,
    notation: 'pip',
    lists: ['-r', '--requirement', '--requirements', '-c', '--constraint', '--constraints'],
    packages: ['-e', '--editable', '--from'],
    runs: ['tool run'],
    bare: ['sync', 'pip sync'],
  },
  {
    manager: 'uv',
    programs: /^uvx$/,
    verbs: { '': 'install' },
    values: UV_VALUES,
    notation: 'pip',
    packages: ['--from', '--with'],
    runs: [''],
  },
  {
    manager: 'npm',
    programs: /^npm$/,
    verbs: {
      install: 'install',
      i: 'install',
      in: 'install',
      ins: 'install',
      inst: 'install',
      insta: 'install',
      instal: 'install',
      isnt: 'install',
      isnta: 'install',
      isntal: 'install',
      isntall: 'install',
      add: 'install',
      ci: 'install',
      'clean-install': 'install',
      ic: 'install',
      'install-clean': 'install',
      'install-test': 'install',
      it: 'install',
      cit: 'install',
      'install-ci-test': 'install',
      exec: 'install',
      x: 'install',
      uninstall: 'remove',
      un: 'remove',
      unlink: 'remove',
      remove: 'remove',
      rm: 'remove',
      r: 'remove',
      'cache clean': 'clean',
      'cache clear': 'clean',
      'cache rm': 'clean',
    },
    values: set(
      '--prefix -C --registry -w --workspace --cache --loglevel --omit --include --only --tag --userconfig --globalconfig ' +
        '--script-shell --install-strategy --package -p -c --call --fetch-retries --fetch-timeout --maxsockets --cafile ' +
        '--before --node-options --arch --platform --os --cpu --libc --cache-min --cache-max --proxy --https-proxy --otp',
    ),
    notation: 'npm',
    packages: ['--package', '-p'],
    runs: ['exec', 'x'],
    bare: ['ci', 'clean-install', 'ic', 'install-clean', 'cit', 'install-ci-test'],
  },
  {
    manager: 'npm',
    programs: /^npx$/,
    verbs: { '': 'install' },
    values: set('-p --package -c --call --registry --cache --userconfig --prefix -n --node-arg --shell -w --workspace'),
    notation: 'npm',
    packages: ['-p', '--package'],
    runs: [''],
  },
  {
    manager: 'yarn',
    programs: /^(yarn|yarnpkg)$/,
    verbs: {
      '': 'install',
      install: 'install',
      add: 'install',
      'global add': 'install',
      dlx: 'install',
      'workspaces focus': 'install',
      remove: 'remove',
      'global remove': 'remove',
      'cache clean': 'clean',
      'cache clear': 'clean',
    },
    values: set(
      '--cwd --registry --modules-folder --cache-folder --network-timeout --mutex --network-concurrency --global-folder ' +
        '--prefix --use-yarnrc --preferred-cache-folder --link-folder --proxy --https-proxy --mode -p --package --inline-builds',
    ),
    notation: 'npm',
    packages: ['-p', '--package'],
    runs: ['dlx'],
    bare: ['', 'install', 'workspaces focus'],
  },
  {
    manager: 'pnpm',
    programs: /^(pnpm|pnpx)$/,
    verbs: {
      install: 'install',
      i: 'install',
      add: 'install',
      fetch: 'install',
      ci: 'install',
      dlx: 'install',
      remove: 'remove',
      rm: 'remove',
      uninstall: 'remove',
      un: 'remove',
      'store prune': 'clean',
      'cache delete': 'clean',
    },
    values: set(
      '-C --dir --filter -F --registry --store-dir --virtual-store-dir --modules-dir --reporter --loglevel --prefix ' +
        '--global-dir --global-bin-dir --network-concurrency --fetch-timeout --lockfile-dir --package --allow-build -w',
    ),
    notation: 'npm',
    packages: ['--package'],
    runs: ['dlx'],
    bare: ['install', 'i', 'fetch', 'ci'],
  },
  {
    manager: 'gem',
    programs: /^gem[\d.]*$/,
    verbs: { install: 'install', i: 'install', uninstall: 'remove', cleanup: 'clean' },
    values: set(
      '-v --version -n --bindir -i --install-dir -s --source -P --trust-policy -p --http-proxy --platform --build-root ' +
        '-g --file --without -B --bulk-threshold --target-rbconfig --config-file',
    ),
    notation: 'gem',
    version: ['-v', '--version'],
    lists: ['-g', '--file'],
  },
  {
    manager: 'bundler',
    programs: /^bundler?[\d.]*$/,
    verbs: { '': 'install', install: 'install', add: 'install', remove: 'remove', clean: 'clean' },
    values: set(
      '-j --jobs --path --without --with --gemfile --retry --shebang --trust-policy --system --target-rbconfig --full-index ' +
        '-v --version -s --source -g --group --git --github --branch --ref -r --require',
    ),
    notation: 'gem',
    version: ['-v', '--version'],
    bare: ['', 'install'],
  },
  {
    manager: 'go',
    programs: /^go[\d.]*$/,
    verbs: { install: 'install', get: 'install', 'mod download': 'install', run: 'install', clean: 'clean' },
    values: set(
      '-ldflags -tags -o -gcflags -mod -modfile -p -asmflags -C -pkgdir -overlay -toolexec -exec -buildmode -installsuffix',
    ),
    singleDash: true,
    notation: 'go',
    runs: ['run'],
  },
  {
    manager: 'cargo',
    programs: /^cargo$/,
    verbs: {
      install: 'install',
      add: 'install',
      binstall: 'install',
      fetch: 'install',
      uninstall: 'remove',
      remove: 'remove',
      rm: 'remove',
    },
    values: set(
      '--version --vers --git --branch --tag --rev --path --root --registry --index --features -F --target --target-dir ' +
        '--profile -j --jobs --config -Z --bin --example --manifest-path -C --color --rename --lockfile-path --install-path ' +
        '--pkg-url --pkg-fmt --strategies --rate-limit',
    ),
    notation: 'at',
    packages: ['--git', '--path'],
    version: ['--version', '--vers', '--rev', '--tag'],
    bare: ['fetch'],
  },
  {
    manager: 'composer',
    programs: /^composer(\.phar)?$/,
    verbs: {
      install: 'install',
      i: 'install',
      require: 'install',
      req: 'install',
      r: 'install',
      'global require': 'install',
      'global install': 'install',
      'create-project': 'install',
      remove: 'remove',
      rm: 'remove',
      uninstall: 'remove',
      'global remove': 'remove',
      'clear-cache': 'clean',
      clearcache: 'clean',
      cc: 'clean',
    },
    values: set(
      '-d --working-dir --prefer-install --ignore-platform-req --apcu-autoloader-prefix --repository --repository-url ' +
        '-s --stability --minimal-changes',
    ),
    notation: 'composer',
    bare: ['install', 'i', 'global install'],
  },
  {
    manager: 'conda',
    programs: /^(conda|mamba|micromamba)$/,
    verbs: {
      install: 'install',
      create: 'install',
      update: 'install',
      upgrade: 'install',
      'env create': 'install',
      'env update': 'install',
      remove: 'remove',
      uninstall: 'remove',
      clean: 'clean',
    },
    values: set(
      '-n --name -c --channel -p --prefix -f --file --solver --experimental-solver --repodata-fn --subdir --platform --clone ' +
        '--revision --condarc --root-prefix -r --rc-file --channel-priority --pyc',
    ),
    notation: 'conda',
    lists: ['-f', '--file'],
  },
  {
    manager: 'choco',
    programs: /^(choco|chocolatey)$/,
    verbs: { install: 'install', upgrade: 'install', uninstall: 'remove' },
    values: set(
      '--version -s --source --params --parameters --packageparameters --package-parameters --ia --installargs ' +
        '--install-arguments --installarguments --execution-timeout --cache --cachelocation --cache-location -u --user -p --password',
    ),
    notation: 'plain',
    version: ['--version'],
  },
  {
    manager: 'choco',
    programs: /^cinst$/,
    verbs: { '': 'install' },
    values: set('--version -s --source'),
    notation: 'plain',
    version: ['--version'],
  },
];

/** The table for `python -m pip`. */
export const PIP_MODULE: Manager = { ...pip, programs: /^pip$/ };
