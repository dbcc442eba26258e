import type { Manager } from './managers.js';

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));

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

/** Package managers of programming languages. */
export const LANGUAGE_MANAGERS: readonly Manager[] = [
  { ...pip, programs: /^pip[\d.]*$/ },
  {
    manager: 'pip',
    programs: /^pipx$/,
    verbs: { install: 'install', inject: 'install', upgrade: 'install', run: 'install', uninstall: 'remove' },
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
      update: 'install',
      up: 'install',
      upgrade: 'install',
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
      upgrade: 'install',
      up: 'install',
      'global upgrade': 'install',
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
      update: 'install',
      up: 'install',
      upgrade: 'install',
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
    verbs: { install: 'install', i: 'install', update: 'install', uninstall: 'remove', cleanup: 'clean' },
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
    verbs: { '': 'install', install: 'install', add: 'install', update: 'install', remove: 'remove', clean: 'clean' },
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
      update: 'install',
      upgrade: 'install',
      u: 'install',
      'global update': 'install',
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
];

/** The table for `python -m pip`. */
export const PIP_MODULE: Manager = { ...pip, programs: /^pip$/ };
