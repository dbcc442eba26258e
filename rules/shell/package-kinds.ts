import type { PackageManager } from './model.js';

/** Package managers of operating systems: their packages bring programs. */
export const SYSTEM_PACKAGES: ReadonlySet<PackageManager> = new Set([
  'apt',
  'apk',
  'yum',
  'dnf',
  'microdnf',
  'tdnf',
  'zypper',
  'pacman',
]);

const words = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** Compilers and what drives them, as Debian, Alpine, Fedora, SUSE and Arch name their packages. */
const BUILD_TOOLS = words(
  'build-essential build-base alpine-sdk base-devel gcc g++ gcc-c++ gcc-gfortran gcc-multilib g++-multilib gfortran cpp clang llvm lld ' +
    'binutils make gmake cmake cmake3 ninja ninja-build samurai meson scons autoconf automake libtool libtool-bin bison flex m4 nasm yasm ' +
    'pkg-config pkgconf pkgconfig re2c swig gperf ccache valac ' +
    'dpkg-dev debhelper devscripts equivs rpm-build rpmdevtools ' +
    'cargo rust rustc rustup golang golang-go golang-bin go gccgo ghc cabal-install stack ocaml opam gdc ldc nim zig crystal ' +
    'maven gradle ant sbt leiningen default-jdk default-jdk-headless jdk-openjdk ' +
    '@development-tools @development ' +
    '$PHPIZE_DEPS ${PHPIZE_DEPS}',
);

/** Families with a version in the name: `gcc-12`, `openjdk-17-jdk`, `crossbuild-essential-arm64`. */
const BUILD_FAMILIES =
  /^(?:(?:gcc|g\+\+|gfortran|clang|llvm|golang|python\d?-?config|gcc-toolset|devtoolset)-\d[\w.-]*|gcc-[\w-]+-linux-[\w-]+|openjdk-?\d+-jdk(?:-headless)?|crossbuild-essential-[\w-]+|(?:linux|kernel)-headers(?:-[\w.+-]+)?|(?:kernel|linux)-lt?s?-?headers)$/;

/** Programs that fetch sources. */
const SOURCE_CONTROL = words('git git-core git-lfs subversion mercurial cvs bzr');

/** Headers and static libraries, needed to compile only. */
const HEADERS = /-(?:dev|devel)$/;

/** What a package is for that nothing needs once the program is built. */
export function buildKindOf(written: string): 'compiler' | 'headers' | 'sources' | undefined {
  // `libc6-dev:amd64`
  const name = written.replace(/:[a-z0-9]+$/, '');
  if (BUILD_TOOLS.has(name) || BUILD_FAMILIES.test(name)) return 'compiler';
  if (SOURCE_CONTROL.has(name)) return 'sources';
  return HEADERS.test(name) ? 'headers' : undefined;
}

/** The programs by which scripts and commands use a package of {@link buildKindOf}, where they are called otherwise. */
export const PROGRAMS_OF_BUILD_TOOLS: Readonly<Record<string, readonly string[]>> = {
  'build-essential': ['gcc', 'g++', 'make', 'cc'],
  'build-base': ['gcc', 'g++', 'make', 'cc'],
  'gcc-c++': ['g++'],
  golang: ['go'],
  'golang-go': ['go'],
  rust: ['cargo', 'rustc'],
  maven: ['mvn'],
  subversion: ['svn'],
  mercurial: ['hg'],
  leiningen: ['lein'],
  'default-jdk': ['javac', 'mvn', 'gradle', 'sbt'],
  'default-jdk-headless': ['javac', 'mvn', 'gradle', 'sbt'],
};

/** Servers that let people log in from outside. */
const LOGIN_SERVERS = words(
  'openssh-server openssh-server-pam openssh-server-common dropbear dropbear-bin dropbear-run tinyssh telnetd telnetd-ssl telnet-server ' +
    'inetutils-telnetd busybox-telnetd rsh-server rsh-redone-server task-ssh-server',
);

/** Names that bring client and server of SSH at once, and the package with the client alone. */
const BOTH_OF_SSH: Partial<Record<PackageManager, Readonly<Record<string, string>>>> = {
  apk: { openssh: 'openssh-client' },
  apt: { ssh: 'openssh-client' },
  zypper: { openssh: 'openssh-clients' },
};

/** Whether a package brings a server to log in to; `client`: what brings its client only, where the name means both. */
export function loginServerOf(manager: PackageManager, name: string): { readonly client?: string } | undefined {
  if (LOGIN_SERVERS.has(name)) return {};
  const client = BOTH_OF_SSH[manager]?.[name];
  return client === undefined ? undefined : { client };
}

/** What runs containers or joins a cluster: it belongs on a host. */
const HOST_RUNTIMES = words(
  'docker-ce docker.io docker-engine docker docker-ce-rootless-extras moby-engine moby containerd containerd.io runc crun cri-o cri-o-runc ' +
    'kubelet kubeadm k3s lxc lxd podman podman-docker ' +
    'nvidia-docker nvidia-docker2 nvidia-container-toolkit nvidia-container-runtime libnvidia-container1 libnvidia-container-tools',
);

export function isHostRuntime(name: string): boolean {
  return HOST_RUNTIMES.has(name);
}

/** What people use at a terminal: editors, pagers, manuals, monitors, sudo. */
const UTILITIES = words(
  'vim vim-tiny vim-nox vim-enhanced vim-minimal vim-common vi neovim nano nano-tiny emacs emacs-nox joe mc ed micro ' +
    'man man-db man-pages manpages mandoc less most htop atop btop iotop nmon screen tmux byobu sudo zsh fish bash-completion ' +
    'lynx links w3m elinks figlet cowsay sl fortune fortune-mod ranger tree',
);

export function isUtility(name: string): boolean {
  return UTILITIES.has(name);
}
