import type { Action, Manager } from './managers.js';

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
  update: 'install',
  upgrade: 'install',
  'update-minimal': 'install',
  'upgrade-minimal': 'install',
  'distro-sync': 'install',
  'dist-upgrade': 'install',
  downgrade: 'install',
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

/** Package managers of operating systems. */
export const SYSTEM_MANAGERS: readonly Manager[] = [
  {
    manager: 'apt',
    programs: /^(apt|apt-get|aptitude)$/,
    verbs: {
      install: 'install',
      reinstall: 'install',
      'build-dep': 'install',
      satisfy: 'install',
      upgrade: 'install',
      'dist-upgrade': 'install',
      'full-upgrade': 'install',
      'safe-upgrade': 'install',
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
    verbs: {
      add: 'install',
      upgrade: 'install',
      fix: 'install',
      del: 'remove',
      update: 'update',
      'cache clean': 'clean',
      'cache purge': 'clean',
    },
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
      update: 'install',
      up: 'install',
      'dist-upgrade': 'install',
      dup: 'install',
      patch: 'install',
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
