import { CHANGED_SINCE_BULLSEYE, SAME_SINCE_BULLSEYE } from './debian-libraries.js';

/**
 * Which package brings at run time what a package of headers is for, by name without a version where that is the same
 * in every release. Debian: https://packages.debian.org; Alpine: https://pkgs.alpinelinux.org (bookworm and trixie, 3.20
 * to 3.22). Empty: everything is in images already, or nothing is left to link to.
 */
const DEBIAN: Readonly<Record<string, string>> = {
  'libpq-dev': 'libpq5',
  'libsqlite3-dev': 'libsqlite3-0',
  'default-libmysqlclient-dev': 'libmariadb3',
  'libmariadb-dev': 'libmariadb3',
  'libmariadb-dev-compat': 'libmariadb3',
  'libxml2-dev': 'libxml2',
  'libxslt1-dev': 'libxslt1.1',
  'libxslt-dev': 'libxslt1.1',
  'zlib1g-dev': 'zlib1g',
  'libbz2-dev': 'libbz2-1.0',
  'liblzma-dev': 'liblzma5',
  'libyaml-dev': 'libyaml-0-2',
  'libjpeg62-turbo-dev': 'libjpeg62-turbo',
  'libjpeg-dev': 'libjpeg62-turbo',
  'libfreetype6-dev': 'libfreetype6',
  'libfreetype-dev': 'libfreetype6',
  'libsodium-dev': 'libsodium23',
  'libxext-dev': 'libxext6',
  'libx11-dev': 'libx11-6',
  'libsnappy-dev': 'libsnappy1v5',
  'libpcap-dev': 'libpcap0.8',
  'libzmq3-dev': 'libzmq5',
  'libopus-dev': 'libopus0',
  'libncurses-dev': 'libncurses6 libncursesw6 libtinfo6',
  'libncurses5-dev': 'libncurses6 libncursesw6 libtinfo6',
  'libncursesw5-dev': 'libncursesw6 libtinfo6',
  'libmnl-dev': 'libmnl0',
  'libusb-1.0-0-dev': 'libusb-1.0-0',
  'libudev-dev': 'libudev1',
  'libsystemd-dev': 'libsystemd0',
  'libcap-dev': 'libcap2',
  'libsnmp-dev': 'libsnmp40',
  'unixodbc-dev': 'unixodbc',
  'libgmp-dev': 'libgmp10',
  'libgmp3-dev': 'libgmp10',
  'libmcrypt-dev': 'libmcrypt4',
  'libmemcached-dev': 'libmemcached11',
  'libgeoip-dev': 'libgeoip1',
  'librabbitmq-dev': 'librabbitmq4',
  'libxpm-dev': 'libxpm4',
  'libedit-dev': 'libedit2',
  'uuid-dev': 'libuuid1',
  'libc-client-dev': 'libc-client2007e',
  'libpng12-dev': 'libpng12-0',
  'libpam0g-dev': 'libpam0g',
  'libkrb5-dev': 'libgssapi-krb5-2',
  'libzip-dev': 'libzip4',
  'libc6-dev': '',
  'libc-dev': '',
  'linux-libc-dev': '',
  'libstdc++-dev': 'libstdc++6',
  'python3-dev': '',
  'python-dev': '',
  'python3-venv': '',
  'ruby-dev': '',
};

const ALPINE: Readonly<Record<string, string>> = {
  'postgresql-dev': 'libpq',
  'libpq-dev': 'libpq',
  'sqlite-dev': 'sqlite-libs',
  'mariadb-dev': 'mariadb-connector-c',
  'mariadb-connector-c-dev': 'mariadb-connector-c',
  'mysql-dev': 'mariadb-connector-c',
  'libxml2-dev': 'libxml2',
  'libxslt-dev': 'libxslt',
  'zlib-dev': 'zlib',
  'bzip2-dev': 'libbz2',
  'xz-dev': 'xz-libs',
  'libffi-dev': 'libffi',
  'openssl-dev': 'libssl3 libcrypto3',
  'libressl-dev': 'libssl3 libcrypto3',
  'yaml-dev': 'yaml',
  'jpeg-dev': 'libjpeg-turbo',
  'libjpeg-turbo-dev': 'libjpeg-turbo',
  'freetype-dev': 'freetype',
  'openjpeg-dev': 'openjpeg',
  'lcms2-dev': 'lcms2',
  'tiff-dev': 'tiff',
  'libpng-dev': 'libpng',
  'libwebp-dev': 'libwebp',
  'giflib-dev': 'giflib',
  'cairo-dev': 'cairo',
  'pango-dev': 'pango',
  'vips-dev': 'vips',
  'icu-dev': 'icu-libs',
  'libzip-dev': 'libzip',
  'oniguruma-dev': 'oniguruma',
  'curl-dev': 'libcurl',
  'libsodium-dev': 'libsodium',
  'libpcap-dev': 'libpcap',
  'ncurses-dev': 'ncurses-libs',
  'readline-dev': 'readline',
  'gmp-dev': 'gmp',
  'krb5-dev': 'krb5-libs',
  'openldap-dev': 'libldap',
  'imagemagick-dev': 'imagemagick',
  'pcre-dev': 'pcre',
  'pcre2-dev': 'pcre2',
  'expat-dev': 'expat',
  'zstd-dev': 'zstd-libs',
  'lz4-dev': 'lz4-libs',
  'libevent-dev': 'libevent',
  'libuv-dev': 'libuv',
  'glib-dev': 'glib',
  'hiredis-dev': 'hiredis',
  'rabbitmq-c-dev': 'rabbitmq-c',
  'libmemcached-dev': 'libmemcached-libs',
  'unixodbc-dev': 'unixodbc',
  'freetds-dev': 'freetds',
  'gdbm-dev': 'gdbm',
  'gnutls-dev': 'gnutls',
  'nghttp2-dev': 'nghttp2-libs',
  'c-ares-dev': 'c-ares',
  'jansson-dev': 'jansson',
  'geos-dev': 'geos',
  'fontconfig-dev': 'fontconfig',
  'gettext-dev': 'libintl',
  'libseccomp-dev': 'libseccomp',
  'tidyhtml-dev': 'tidyhtml-libs',
  'libgit2-dev': 'libgit2',
  'libssh2-dev': 'libssh2',
  'librdkafka-dev': 'librdkafka',
  'imap-dev': 'c-client',
  'zeromq-dev': 'zeromq',
  'openblas-dev': 'openblas',
  'libedit-dev': 'libedit',
  'argon2-dev': 'argon2-libs',
  'libexif-dev': 'libexif',
  'libmcrypt-dev': 'libmcrypt',
  'cyrus-sasl-dev': 'libsasl',
  'brotli-dev': 'brotli-libs',
  'libc-dev': '',
  'musl-dev': '',
  'linux-headers': '',
  'python3-dev': '',
  'python2-dev': '',
  'ruby-dev': '',
  'nodejs-dev': '',
};

/** In images of Debian that languages are built on: the interpreter itself links to them. */
const IN_LANGUAGE_IMAGES: Readonly<Record<string, string>> = {
  'libssl-dev': '',
  'libffi-dev': '',
  'libreadline-dev': '',
};

/** In images of Alpine: what the interpreter links to, under the name that the release of the image has for it. */
const OF_INTERPRETERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  python: { 'openssl-dev': '', 'libressl-dev': '', 'libffi-dev': '' },
  ruby: { 'openssl-dev': '', 'libressl-dev': '', 'libffi-dev': '' },
  php: { 'openssl-dev': '', 'libressl-dev': '' },
};

/** Names that changed with Debian 13, where 64-bit time came: https://wiki.debian.org/ReleaseGoals/64bit-time */
const SINCE_TRIXIE: Readonly<Record<string, string>> = {
  'libssl-dev': 'libssl3t64',
  'libcurl4-openssl-dev': 'libcurl4t64',
  'libcurl4-gnutls-dev': 'libcurl3t64-gnutls',
  'libffi-dev': 'libffi8',
  'libpng-dev': 'libpng16-16t64',
  'libldap2-dev': 'libldap2',
  'libldap-dev': 'libldap2',
  'libicu-dev': 'libicu76',
  'libtiff-dev': 'libtiff6',
  'libpcap-dev': 'libpcap0.8t64',
  'libreadline-dev': 'libreadline8t64',
  'libsnmp-dev': 'libsnmp40t64',
  'libzip-dev': 'libzip5',
  'libonig-dev': 'libonig5',
  'libwebp-dev': 'libwebp7 libwebpdemux2 libwebpmux3',
  'libuv1-dev': 'libuv1t64',
};
const OF_BOOKWORM: Readonly<Record<string, string>> = {
  'libssl-dev': 'libssl3',
  'libcurl4-openssl-dev': 'libcurl4',
  'libcurl4-gnutls-dev': 'libcurl3-gnutls',
  'libffi-dev': 'libffi8',
  'libpng-dev': 'libpng16-16',
  'libldap2-dev': 'libldap-2.5-0',
  'libldap-dev': 'libldap-2.5-0',
  'libicu-dev': 'libicu72',
  'libtiff-dev': 'libtiff6',
  'libreadline-dev': 'libreadline8',
  'libonig-dev': 'libonig5',
  'libwebp-dev': 'libwebp7 libwebpdemux2 libwebpmux3',
  'libuv1-dev': 'libuv1',
};

const OF_BULLSEYE: Readonly<Record<string, string>> = {
  ...OF_BOOKWORM,
  'libssl-dev': 'libssl1.1',
  'libffi-dev': 'libffi7',
  'libldap2-dev': 'libldap-2.4-2',
  'libldap-dev': 'libldap-2.4-2',
  'libicu-dev': 'libicu67',
  'libtiff-dev': 'libtiff5',
  'libwebp-dev': 'libwebp6 libwebpdemux2 libwebpmux3',
};

const OF_BUSTER: Readonly<Record<string, string>> = {
  ...OF_BULLSEYE,
  'libtidy-dev': 'libtidy5deb1',
  'libffi-dev': 'libffi6',
  'libicu-dev': 'libicu63',
  'libreadline-dev': 'libreadline7',
};
const OF_STRETCH: Readonly<Record<string, string>> = {
  ...OF_BUSTER,
  'libicu-dev': 'libicu57',
  'libonig-dev': 'libonig4',
  'libtidy-dev': 'libtidy5',
  'libwebp-dev': 'libwebp6',
  'libsnmp-dev': 'libsnmp30',
  'libsodium-dev': 'libsodium18',
};
const OF_UBUNTU: Readonly<Record<string, string>> = {
  'libjpeg-dev': 'libjpeg-turbo8',
  'libjpeg8-dev': 'libjpeg-turbo8',
  'libjpeg-turbo8-dev': 'libjpeg-turbo8',
  'libmysqlclient-dev': 'libmysqlclient21',
  'default-libmysqlclient-dev': 'libmysqlclient21',
  'libonig-dev': 'libonig5',
};
const OF_FOCAL: Readonly<Record<string, string>> = {
  ...OF_UBUNTU,
  'libssl-dev': 'libssl1.1',
  'libcurl4-openssl-dev': 'libcurl4',
  'libcurl4-gnutls-dev': 'libcurl3-gnutls',
  'libffi-dev': 'libffi7',
  'libpng-dev': 'libpng16-16',
  'libicu-dev': 'libicu66',
  'libreadline-dev': 'libreadline8',
};
const OF_JAMMY: Readonly<Record<string, string>> = {
  ...OF_FOCAL,
  'libssl-dev': 'libssl3',
  'libffi-dev': 'libffi8',
  'libicu-dev': 'libicu70',
};
const OF_NOBLE: Readonly<Record<string, string>> = {
  ...OF_UBUNTU,
  'libssl-dev': 'libssl3t64',
  'libcurl4-openssl-dev': 'libcurl4t64',
  'libcurl4-gnutls-dev': 'libcurl3t64-gnutls',
  'libffi-dev': 'libffi8',
  'libpng-dev': 'libpng16-16t64',
  'libicu-dev': 'libicu74',
  'libreadline-dev': 'libreadline8t64',
};
const BY_RELEASE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  trixie: SINCE_TRIXIE,
  bookworm: OF_BOOKWORM,
  bullseye: OF_BULLSEYE,
  buster: OF_BUSTER,
  stretch: OF_STRETCH,
  focal: OF_FOCAL,
  jammy: OF_JAMMY,
  noble: OF_NOBLE,
};

export interface LibraryHome {
  readonly packages: 'apt' | 'apk';
  /** Codename of the Debian release, where it is known. */
  readonly release?: string;
  /** The run-time image is that of an interpreter, which brings some libraries. */
  readonly language: boolean;
  /** Name of the official image. */
  readonly base?: string;
}

/** The run-time packages for one of headers; undefined where they are not known. */
export function runtimePackages(
  name: string,
  { packages, release, language, base = '' }: LibraryHome,
): readonly string[] | undefined {
  const found =
    packages === 'apk'
      ? (own(own(OF_INTERPRETERS, base) ?? {}, name) ?? own(ALPINE, name))
      : debian(name, release, language);
  return found?.split(' ').filter(Boolean);
}

function debian(name: string, release: string | undefined, language: boolean): string | undefined {
  if (language) {
    const there = own(IN_LANGUAGE_IMAGES, name);
    if (there !== undefined) return there;
  }
  const ofRelease = release !== undefined && Object.hasOwn(BY_RELEASE, release) ? BY_RELEASE[release] : undefined;
  const found = ofRelease && own(ofRelease, name);
  if (found !== undefined) return found;
  if (Object.hasOwn(CHANGED_SINCE_BULLSEYE, name))
    return isSinceBullseye(release) ? CHANGED_SINCE_BULLSEYE[name]?.[release] : undefined;
  // Names that are not in every release are told where the release is known.
  if (!ofRelease && own(SINCE_TRIXIE, name) !== undefined) return undefined;
  return own(DEBIAN, name) ?? (BEFORE_BULLSEYE.test(release ?? '') ? undefined : own(SAME_SINCE_BULLSEYE, name));
}

function isSinceBullseye(release: string | undefined): release is 'bullseye' | 'bookworm' | 'trixie' {
  return release === 'bullseye' || release === 'bookworm' || release === 'trixie';
}

const BEFORE_BULLSEYE = /^(?:jessie|stretch|buster|trusty|xenial|bionic)$/;

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
